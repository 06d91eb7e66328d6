/** What clicks and the wheel do. */
import type { MouseEvent } from "./input.ts";
import type { Intent } from "./keymap.ts";
import { listOf } from "./intents/list.ts";
import type { Hit } from "../panes/paint.ts";
import type { AppState, Pane, Tab } from "../state.ts";

const wheelRows = 3;

type List = Pane | "tab" | "overlay";

/** What the controller does for the mouse. */
export interface MouseActions {
  handle(intent: Intent): void;
  showTab(tab: Tab): void;
  viewChanged(): void;
  /** The border between the two sides of the Files tab follows the mouse until the button is released. */
  dragBorder(x: number, isEnd: boolean): void;
}

/** @param hits what can be clicked in the last frame, and where */
export function handleMouse(state: AppState, event: MouseEvent, hits: readonly Hit[], actions: MouseActions): void {
  if (state.dragsBorder && (event.action === "move" || event.action === "up")) {
    state.dragsBorder = event.action === "move";
    actions.dragBorder(event.x, !state.dragsBorder);
    return;
  }
  const hit = hitAt(hits, event.x, event.y);
  if (hit === null || event.action === "up" || event.action === "move") return;
  const { target } = hit;
  // Parts of the tab that an overlay leaves visible do not react.
  if (state.overlay !== null && "list" in target && target.list !== "overlay") return;
  if (event.action !== "down") {
    if (target.kind === "rows" || target.kind === "pane")
      wheel(state, actions, target.list, event.action === "wheeldown" ? wheelRows : -wheelRows);
    return;
  }
  if (state.prompt !== null) return;
  switch (target.kind) {
    case "tab":
      return actions.showTab(target.tab);
    case "intent":
      return actions.handle(target.intent);
    case "sort":
      if (state.overlay === null) state.files.toggleSort();
      return;
    case "border":
      state.dragsBorder = state.overlay === null;
      return;
    case "pane":
      return focus(state, target.list);
    case "rows": {
      focus(state, target.list);
      const row = target.rows[event.y - hit.rect.y];
      if (row !== undefined) clickRow(state, actions, target.list, row);
    }
  }
}

function hitAt(hits: readonly Hit[], x: number, y: number): Hit | null {
  return hits.findLast(({ rect }) => x >= rect.x && x < rect.x + rect.width && y >= rect.y && y < rect.y + rect.height) ?? null;
}

function focus(state: AppState, list: List): void {
  if (list !== "tab" && list !== "overlay" && state.tab === "files") state.focus = list;
}

/** A click selects a row; a click on the selected row opens it. */
function clickRow(state: AppState, actions: MouseActions, list: List, row: number): void {
  if (list === "files") {
    if (state.files.cursor.index === row) actions.handle("open");
    else state.files.cursor.to(row);
  } else if (list === "layers") {
    state.layers.cursor.to(row, state.layers.count);
    actions.viewChanged();
  } else {
    const found = listOf(state, list);
    if (found === null || found.isDocument) return;
    if (found.cursor.index === row && list === "tab") actions.handle(state.tab === "plan" ? "toggle-step" : "open");
    else if (found.cursor.index === row) actions.handle("open");
    else found.cursor.to(row, found.count);
  }
}

function wheel(state: AppState, actions: MouseActions, list: List, rows: number): void {
  if (list === "files") {
    state.files.cursor.scrollBy(rows);
    return;
  }
  const found = listOf(state, list);
  if (found === null) return;
  if (found.isDocument) found.cursor.scroll = Math.max(0, Math.min(found.cursor.scroll + rows, found.count - found.cursor.height));
  else found.cursor.scrollBy(rows, found.count);
  if (list === "layers") actions.viewChanged();
}
