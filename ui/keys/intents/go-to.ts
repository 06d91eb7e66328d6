/** Moves to another path, match or layer in the files. */
import type { FileNode } from "../../../src/filesystem/file-tree.ts";
import type { Effects } from "../../effects.ts";
import type { AppState } from "../../state.ts";

/** Moves to the next match after the cursor (step 1), or the previous one (-1). */
export function toMatch(state: AppState, step: 1 | -1): void {
  const { search, files } = state;
  if (search.found.length === 0) {
    state.message = { kind: "info", text: search.query === "" ? "nothing has been searched for" : `no match for ${search.query}` };
    return;
  }
  const at = files.selected === null ? -1 : search.found.indexOf(files.selected);
  const next = at >= 0 ? at + step : nextFrom(state, step);
  reveal(state, search.found[(next + search.found.length) % search.found.length]!);
}

/** If this view shows no match, moves to a layer that has one. Returns false if that is not needed or not possible. */
export function toOtherMatch(state: AppState, effects: Effects): boolean {
  const { found, other, isRunning } = state.search;
  if (isRunning || found.length > 0 || other === null) return false;
  const layer = layerThatHas(other);
  state.layers.mode = "layer";
  state.layers.cursor.to(layer, state.layers.count);
  viewChanged(state, effects);
  reveal(state, other);
  state.message = { kind: "info", text: `layer ${layer} has it` };
  return true;
}

/** The lowest layer that contains this path. */
export function layerThatHas(node: FileNode): number {
  return (node.versions.find(({ inode }) => inode !== null) ?? node.versions[0]!).layer;
}

/** Moves the cursor to a node, even if filters hide it. */
export function reveal(state: AppState, node: FileNode | null): void {
  const { files } = state;
  if (node === null || files.reveal(node)) return;
  // Something hides it: better to clear that than to do nothing.
  files.hidden.clear();
  files.leastBytes = 0;
  files.setFilter(null);
  if (!files.reveal(node)) state.message = { kind: "info", text: "this view does not show that path" };
}

/** Updates files and search after other layers were selected. */
export function viewChanged(state: AppState, effects: Effects): void {
  state.files.setView(state.layers.view);
  if (state.search.query !== "") effects.search(state.search.query);
}

/** Index of the first match after (or before) the cursor. Matches are in the order of the tree. */
function nextFrom({ files, search }: AppState, step: 1 | -1): number {
  const { rows, selected } = files;
  let low = 0;
  let high = selected === null || rows === null ? 0 : search.found.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (rows!.isBefore(search.found[middle]!, selected!)) low = middle + 1;
    else high = middle;
  }
  return step === 1 ? low : low - 1;
}
