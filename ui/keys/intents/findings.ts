/** What keys do in the tabs that list findings. */
import type { SecretFinding } from "../../../analyzers/secrets/findings/secret-finding.ts";
import type { Intent } from "../keymap.ts";
import { moveList } from "./list.ts";
import type { AppState } from "../../state.ts";
import type { DuplicateRow } from "../../viewmodel/findings/duplicates.ts";
import { displayPath } from "../../../src/filesystem/paths.ts";
import type { Group, GroupedList, GroupRow } from "../../viewmodel/findings/grouped-list.ts";
import type { WasteRow } from "../../viewmodel/findings/waste.ts";
import { describeLocation } from "../../viewmodel/findings/secrets.ts";

export interface FindingTarget {
  readonly goTo?: Place;
  /** A text in the Config tab. */
  readonly config?: string;
  readonly copy?: string;
}

type FindingPlace = Place | { readonly config: string; readonly copy: string };

/** Handles intents that stay in the list; for others, returns the target they lead to. */
export function openFinding(state: AppState, intent: Intent): FindingTarget | null {
  if (state.tab === "waste") {
    if (intent === "group") state.waste.nextOrder();
    const ofGroup = ({ rollUp }: WasteRow): Place => ({ path: rollUp.path, layer: rollUp.layer });
    return inList(state.waste.list, intent, ({ path, layer }) => ({ path, layer }), ofGroup);
  }
  if (state.tab === "secrets") return inList(state.secrets.list, intent, secretPlace);
  if (state.tab === "packages") {
    if (intent === "why" && !state.packages.toAsker()) state.message = { kind: "info", text: "no package asks for it" };
    return inList(state.packages.list, intent, ({ path, inode }) => ({ path: displayPath(path), layer: inode.layer }));
  }
  if (state.tab === "duplicates") return inList(state.duplicates.list, intent, (row) => duplicatePlace(row, state));
  return null;
}

interface Place {
  readonly path: string;
  readonly layer: number;
}

/** @param ofGroup where the row of a group itself leads; absent if nowhere */
function inList<T, G extends Group<T>>(
  list: GroupedList<T, G>,
  intent: Intent,
  place: (item: T) => FindingPlace | null,
  ofGroup?: (group: G) => Place,
): FindingTarget | null {
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
      // The row of a group that cannot be unfolded leads to what it is about.
      if (row.item === null && (ofGroup === undefined || row.group.size > 1)) {
        list.toggle();
        return null;
      }
      const at = row.item === null ? ofGroup!(row.group) : place(row.item);
      if (at === null) return null;
      return "path" in at ? { goTo: at } : { config: at.config };
    }
    case "copy": {
      // A heading has no path of its own, so its text is copied.
      if (row.item === null && ofGroup === undefined) return { copy: row.group.title };
      const at = row.item === null ? ofGroup!(row.group) : place(row.item);
      if (at !== null && "path" in at) return { copy: at.path };
      return at?.copy === undefined ? null : { copy: at.copy };
    }
    default:
      return null;
  }
}

/** A file, or the line of the config that holds it. */
function secretPlace(finding: SecretFinding): FindingPlace | null {
  const location = finding.locations.find(({ path, layer }) => path !== undefined && layer !== undefined);
  if (location !== undefined) return { path: location.path!, layer: location.layer! };
  const [first] = finding.locations;
  if (first === undefined) return null;
  return { config: first.key ?? finding.redacted, copy: first.key ?? describeLocation(first) };
}

function duplicatePlace(row: DuplicateRow, state: AppState): Place | null {
  const top = state.layers.count - 1;
  const [path] = row.kind === "duplicate" ? row.duplicate.paths : row.leftover.paths;
  return path === undefined ? null : { path, layer: row.kind === "leftover" ? row.leftover.layer : top };
}

/** Moves the cursor to the next row that contains the query, or reports that there is none. */
export function findInList(state: AppState, step: 1 | -1, includeCurrent: boolean): void {
  const query = state.listQuery.toLowerCase();
  if (query === "") return;
  const holds = (text: string): boolean => text.toLowerCase().includes(query);
  const find = <T, G extends Group<T>>(list: GroupedList<T, G>, textOf: (item: T) => string): void => {
    const test = ({ group, item }: GroupRow<T, G>): boolean => holds(item === null ? group.title : textOf(item));
    const index = list.find(test, list.cursor.index + (includeCurrent ? 0 : step), step);
    if (index < 0) state.message = { kind: "info", text: `no match for ${state.listQuery}` };
    else list.cursor.to(index, list.count);
  };
  if (state.tab === "waste") find(state.waste.list, ({ path }) => path);
  if (state.tab === "secrets")
    find(state.secrets.list, (item) => `${item.title} ${item.rule} ${item.locations.map(describeLocation).join(" ")}`);
  if (state.tab === "duplicates") {
    find(state.duplicates.list, (row) =>
      row.kind === "duplicate" ? row.duplicate.paths.join(" ") : `${row.leftover.title} ${row.leftover.paths.join(" ")}`,
    );
  }
  if (state.tab === "packages") find(state.packages.list, ({ path }) => displayPath(path));
  if (state.tab === "config" && !state.config.find(holds, step, includeCurrent))
    state.message = { kind: "info", text: `no match for ${state.listQuery}` };
}
