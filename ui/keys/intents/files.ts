/** What keys do in the file tree. */
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

type Action = (state: AppState, effects: Effects) => void;

const actions: Readonly<Partial<Record<Intent, Action>>> = {
  up: ({ files }) => files.cursor.move(-1),
  down: ({ files }) => files.cursor.move(1),
  "page-up": ({ files }) => files.cursor.page(-1),
  "page-down": ({ files }) => files.cursor.page(1),
  top: ({ files }) => files.cursor.to(0),
  bottom: ({ files }) => files.cursor.to(files.count - 1),
  left: ({ files }) => files.leave(),
  right: ({ files }) => files.enter(),
  open,
  "view-file": view,
  "toggle-collapse-dir": ({ files }) => files.toggle(),
  "toggle-collapse-all-dir": ({ files }) => files.toggleAll(),
  "toggle-root": ({ files }) => files.toggleRoot(),
  "only-changed": ({ files }) => files.toggleOnlyChanged(),
  "toggle-filetree-attributes": ({ files }) => {
    files.showAttributes = !files.showAttributes;
  },
  "toggle-wrap-tree": ({ files }) => {
    files.wrap = !files.wrap;
  },
  "toggle-sort-order": ({ files }) => files.toggleSort(),
  filter: (state) => openPrompt(state, "filter"),
  search: (state) => openPrompt(state, "search"),
  "least-size": (state) => openPrompt(state, "least-size"),
  "extract-file": (state) => {
    if (state.files.selected !== null) openPrompt(state, "extract");
  },
  "search-next": (state, effects) => toNextMatch(state, effects, 1),
  "search-previous": (state, effects) => toNextMatch(state, effects, -1),
  copy: ({ files }, effects) => {
    if (files.selected !== null) effects.copy(displayPath(files.selected.path));
  },
  "jump-to-layer": toLastChange,
  "diff-versions": (state, effects) => {
    if (state.files.selected !== null) openVersions(state, effects, state.files.selected);
  },
};

export function filesIntent(state: AppState, effects: Effects, intent: Intent): void {
  const hides = hiddenBy[intent];
  if (hides === undefined) actions[intent]?.(state, effects);
  else state.files.toggleHidden(hides);
}

/** `step` is 1 for the next match, -1 for the previous. If this view has none, goes to a layer that has one. */
function toNextMatch(state: AppState, effects: Effects, step: 1 | -1): void {
  if (!toOtherMatch(state, effects)) toMatch(state, step);
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
