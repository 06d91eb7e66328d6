/** Getting from where one is in the files to another path, match or layer. */
import type { FileNode } from "../../../src/filesystem/file-tree.ts";
import type { Effects } from "../../effects.ts";
import type { AppState } from "../../state.ts";

/** To the next match from the cursor on, or the one before. */
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

/** Where this view shows no match, to a layer that has one; false where there is no such need. */
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

/** The first layer that brought something under this path. */
export function layerThatHas(node: FileNode): number {
  return (node.versions.find(({ inode }) => inode !== null) ?? node.versions[0]!).layer;
}

/** Puts the cursor on a node, whatever hides it. */
export function reveal(state: AppState, node: FileNode | null): void {
  const { files } = state;
  if (node === null || files.reveal(node)) return;
  // Something hides it: show it rather than leave the person where they are.
  files.hidden.clear();
  files.leastBytes = 0;
  files.setFilter(null);
  if (!files.reveal(node)) state.message = { kind: "info", text: "this view does not show that path" };
}

/** Other layers are looked at. */
export function viewChanged(state: AppState, effects: Effects): void {
  state.files.setView(state.layers.view);
  if (state.search.query !== "") effects.search(state.search.query);
}

/** Index in the matches of the first one after (or before) the cursor. They stand in the tree's order. */
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
