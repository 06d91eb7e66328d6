/** What keys do in the tree of files. */
import { displayPath } from "../../src/filesystem/paths.ts";
import type { FileNode } from "../../src/filesystem/file-tree.ts";
import { EntryType } from "../../src/tar/entry.ts";
import type { Effects } from "../effects.ts";
import type { Intent } from "./keymap.ts";
import { openVersions } from "./overlay-intents.ts";
import { openPrompt } from "./prompts.ts";
import type { AppState } from "../state.ts";
import type { Change } from "../viewmodel/view.ts";

const hiddenBy: Readonly<Partial<Record<Intent, Change>>> = {
  "toggle-added-files": "added",
  "toggle-removed-files": "removed",
  "toggle-modified-files": "modified",
  "toggle-metadata-files": "metadata",
  "toggle-unmodified-files": "unmodified",
};

export function filesIntent(state: AppState, effects: Effects, intent: Intent): void {
  const { files } = state;
  const hides = hiddenBy[intent];
  if (hides !== undefined) {
    files.toggleHidden(hides);
    return;
  }
  switch (intent) {
    case "up":
      return files.cursor.move(-1);
    case "down":
      return files.cursor.move(1);
    case "page-up":
      return files.cursor.page(-1);
    case "page-down":
      return files.cursor.page(1);
    case "top":
      return files.cursor.to(0);
    case "bottom":
      return files.cursor.to(files.count - 1);
    case "left":
      return files.leave();
    case "right":
      return files.enter();
    case "open":
      return open(state, effects);
    case "view-file":
      return view(state, effects);
    case "toggle-collapse-dir":
      return files.toggle();
    case "toggle-collapse-all-dir":
      return files.toggleAll();
    case "toggle-root":
      return files.toggleRoot();
    case "only-changed":
      return files.toggleOnlyChanged();
    case "toggle-filetree-attributes":
      files.showAttributes = !files.showAttributes;
      return;
    case "toggle-wrap-tree":
      files.wrap = !files.wrap;
      return;
    case "toggle-sort-order":
      return files.toggleSort();
    case "filter":
    case "search":
    case "least-size":
      openPrompt(state, intent);
      return;
    case "extract-file":
      if (files.selected !== null) openPrompt(state, "extract");
      return;
    case "search-next":
      return toMatch(state, 1);
    case "search-previous":
      return toMatch(state, -1);
    case "copy":
      if (files.selected !== null) effects.copy(displayPath(files.selected.path));
      return;
    case "jump-to-layer":
      return toLastChange(state, effects);
    case "diff-versions":
      if (files.selected !== null) openVersions(state, effects, files.selected);
      return;
    default:
      return;
  }
}

function open(state: AppState, effects: Effects): void {
  const { files } = state;
  if (files.selected !== null && files.isDirectory(files.selected)) files.toggle();
  else view(state, effects);
}

function view(state: AppState, effects: Effects): void {
  const { files } = state;
  const node = files.selected;
  const inode = node === null ? null : files.inode(node);
  if (node === null || inode === null) return;
  if (inode.type === EntryType.file) effects.openFile(node, inode);
  else state.message = { kind: "info", text: "only regular files have content to view" };
}

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

function toLastChange(state: AppState, effects: Effects): void {
  const node = state.files.selected;
  if (node === null) return;
  const last = node.lastVersion(state.layers.view.top)?.layer ?? node.versions[0]!.layer;
  state.layers.mode = "layer";
  state.layers.cursor.to(last, state.layers.count);
  viewChanged(state, effects);
  reveal(state, node);
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
