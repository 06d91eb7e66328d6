/** What keys do in the tabs that list findings. */
import type { Waste } from "../../analyzers/analysis.ts";
import type { SecretFinding } from "../../analyzers/secrets/findings/secret-finding.ts";
import { displayPath } from "../../src/filesystem/paths.ts";
import type { Intent } from "./keymap.ts";
import { moveList } from "./list-intents.ts";
import type { AppState } from "../state.ts";
import type { DuplicateRow } from "../viewmodel/duplicates.ts";
import type { GroupedList } from "../viewmodel/grouped-list.ts";
import { describeLocation } from "../viewmodel/secrets.ts";

export interface FindingTarget {
  readonly goTo?: { readonly path: string; readonly layer: number };
  readonly copy?: string;
}

/** Handles what stays in the list; returns a target for what leads elsewhere. */
export function openFinding(state: AppState, intent: Intent): FindingTarget | null {
  if (state.tab === "waste") {
    if (intent === "group") state.waste.nextGrouping();
    return inList(state.waste.list, intent, ({ path, layer }) => ({ path, layer }));
  }
  if (state.tab === "secrets") return inList(state.secrets.list, intent, secretPlace);
  if (state.tab === "duplicates") return inList(state.duplicates.list, intent, (row) => duplicatePlace(row, state));
  if (state.tab === "packages") {
    if (intent === "why" && !state.packages.toAsker()) state.message = { kind: "info", text: "no package asks for it" };
    return inList(state.packages.list, intent, ({ path, inode }) => ({ path: displayPath(path), layer: inode.layer }));
  }
  return null;
}

interface Place {
  readonly path: string;
  readonly layer: number;
}

function inList<T>(list: GroupedList<T>, intent: Intent, place: (item: T) => Place | null): FindingTarget | null {
  if (moveList(list.cursor, intent, list.count)) return null;
  const row = list.selected;
  if (row === null) return null;
  switch (intent) {
    case "toggle-group":
      list.toggle();
      return null;
    case "left":
    case "right":
      list.setOpen(intent === "right");
      return null;
    case "open": {
      if (row.item === null) {
        list.toggle();
        return null;
      }
      const goTo = place(row.item);
      return goTo === null ? null : { goTo };
    }
    case "copy": {
      const at = row.item === null ? null : place(row.item);
      return at === null ? null : { copy: at.path };
    }
    default:
      return null;
  }
}

function secretPlace(finding: SecretFinding): Place | null {
  const location = finding.locations.find(({ path, layer }) => path !== undefined && layer !== undefined);
  return location === undefined ? null : { path: location.path!, layer: location.layer! };
}

function duplicatePlace(row: DuplicateRow, state: AppState): Place | null {
  const top = state.layers.count - 1;
  const [path] = row.kind === "duplicate" ? row.duplicate.paths : row.leftover.paths;
  return path === undefined ? null : { path, layer: row.kind === "leftover" ? row.leftover.layer : top };
}

/** Puts the cursor on the next row that holds the query; says so when there is none. */
export function findInList(state: AppState, step: 1 | -1, includeCurrent: boolean): void {
  const query = state.listQuery.toLowerCase();
  if (query === "") return;
  const holds = (text: string): boolean => text.toLowerCase().includes(query);
  const find = <T>(list: GroupedList<T>, test: (item: T) => boolean): void => {
    const index = list.find(test, list.cursor.index + (includeCurrent ? 0 : step), step);
    if (index < 0) state.message = { kind: "info", text: `no match for ${state.listQuery}` };
    else list.cursor.to(index, list.count);
  };
  if (state.tab === "waste") find(state.waste.list, (item: Waste) => holds(item.path));
  if (state.tab === "secrets")
    find(state.secrets.list, (item) => holds(`${item.title} ${item.rule} ${item.locations.map(describeLocation).join(" ")}`));
  if (state.tab === "packages") {
    const { list } = state.packages;
    const index = list.findGroup(({ title }) => holds(title), step, includeCurrent);
    if (index === null) state.message = { kind: "info", text: `no match for ${state.listQuery}` };
    else list.toGroup(index);
  }
  if (state.tab === "duplicates") {
    find(state.duplicates.list, (row) =>
      holds(row.kind === "duplicate" ? row.duplicate.paths.join(" ") : `${row.leftover.title} ${row.leftover.paths.join(" ")}`),
    );
  }
}
