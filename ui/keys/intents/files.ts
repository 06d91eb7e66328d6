/** What keys do in the tree of files. */
import { displayPath } from "../../../src/filesystem/paths.ts";
import { EntryType } from "../../../src/tar/entry.ts";
import type { Effects } from "../../effects.ts";
import type { Intent } from "../keymap.ts";
import { reveal, toMatch, toOtherMatch, viewChanged } from "./go-to.ts";
import { openVersions } from "./overlay.ts";
import { openPrompt } from "../prompts.ts";
import type { AppState } from "../../state.ts";
import type { Change } from "../../viewmodel/view.ts";

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
    case "search-previous":
      return toOtherMatch(state, effects) ? undefined : toMatch(state, intent === "search-next" ? 1 : -1);
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

function toLastChange(state: AppState, effects: Effects): void {
  const node = state.files.selected;
  if (node === null) return;
  const last = node.lastVersion(state.layers.view.top)?.layer ?? node.versions[0]!.layer;
  state.layers.mode = "layer";
  state.layers.cursor.to(last, state.layers.count);
  viewChanged(state, effects);
  reveal(state, node);
}
