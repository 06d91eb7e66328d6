/** Movement, which is the same in every list and document. */
import type { Intent } from "../keymap.ts";
import type { AppState, Pane } from "../../state.ts";
import type { ListCursor } from "../../viewmodel/list-cursor.ts";

/** Moves a cursor; false when the intent is not a movement. */
export function moveList(cursor: ListCursor, intent: Intent, count: number): boolean {
  switch (intent) {
    case "up":
      cursor.move(-1, count);
      return true;
    case "down":
      cursor.move(1, count);
      return true;
    case "page-up":
      cursor.page(-1, count);
      return true;
    case "page-down":
      cursor.page(1, count);
      return true;
    case "top":
      cursor.to(0, count);
      return true;
    case "bottom":
      cursor.to(count - 1, count);
      return true;
    default:
      return false;
  }
}

/** Scrolls a document, which has no cursor row; false when the intent is not a movement. */
export function scrollDocument(cursor: ListCursor, intent: Intent, lines: number): boolean {
  const page = Math.max(1, cursor.height - 1);
  const steps: Partial<Record<Intent, number>> = { up: -1, down: 1, "page-up": -page, "page-down": page, top: -lines, bottom: lines };
  const step = steps[intent];
  if (step === undefined) return false;
  cursor.scroll = Math.max(0, Math.min(cursor.scroll + step, Math.max(0, lines - cursor.height)));
  return true;
}

export interface ScrollTarget {
  readonly cursor: ListCursor;
  readonly count: number;
  /** True when only the window moves. */
  readonly isDocument: boolean;
}

/** The list or document under the mouse. */
export function listOf(state: AppState, list: Pane | "tab" | "overlay"): ScrollTarget | null {
  const rows = (cursor: ListCursor, count: number): ScrollTarget => ({ cursor, count, isDocument: false });
  const document = (cursor: ListCursor, count: number): ScrollTarget => ({ cursor, count, isDocument: true });
  if (list === "layers") return rows(state.layers.cursor, state.layers.count);
  if (list === "details") return document(state.details, state.detailLines);
  if (list === "image") return document(state.imagePane, state.imageLines);
  if (list === "overlay") {
    switch (state.overlay?.kind) {
      case "viewer":
        return rows(state.overlay.model.cursor, state.overlay.model.count);
      case "diff":
        return document(state.overlay.model.cursor, state.overlay.model.count);
      case "help":
        return document(state.overlay.cursor, Number.MAX_SAFE_INTEGER);
      case "offered":
        return rows(state.overlay.cursor, state.offered.length);
      case "picker":
        return rows(state.overlay.model.cursor, state.overlay.model.images.length);
      case "chooser":
        return rows(state.overlay.cursor, state.overlay.labels.length);
      default:
        return null;
    }
  }
  switch (state.tab) {
    case "waste":
    case "secrets":
    case "duplicates":
    case "packages":
      return rows(state[state.tab].list.cursor, state[state.tab].list.count);
    case "summary":
      return rows(state.summary.cursor, state.summary.count);
    case "plan":
      return rows(state.plan.cursor, state.plan.steps.length);
    case "config":
      return document(state.config.cursor, state.config.count);
    default:
      return null;
  }
}
