/** What keys do in the viewer, the diff, the help and the choice of versions. */
import { displayPath } from "../../../src/filesystem/paths.ts";
import type { FileNode } from "../../../src/filesystem/file-tree.ts";
import type { Effects } from "../../effects.ts";
import type { Intent } from "../keymap.ts";
import { moveList, scrollDocument } from "./list.ts";
import { openChosen } from "../picker-keys.ts";
import { openOffered } from "./offered.ts";
import { openPrompt } from "../prompts.ts";
import type { AppState, Chooser } from "../../state.ts";
import { describeVersion, versionsOf } from "../../viewmodel/diff.ts";
import { safe } from "../../viewmodel/documents/document.ts";
import { ListCursor } from "../../viewmodel/list-cursor.ts";

const columnStep = 8;

type Overlay<Kind> = Extract<NonNullable<AppState["overlay"]>, { readonly kind: Kind }>;

export function handleOverlay(state: AppState, effects: Effects, intent: Intent): void {
  const { overlay } = state;
  switch (overlay?.kind) {
    case "viewer":
      handleViewer(state, effects, intent, overlay);
      return;
    case "diff":
      handleDiff(state, effects, intent, overlay);
      return;
    case "help":
      scrollDocument(overlay.cursor, intent, Number.MAX_SAFE_INTEGER / 2);
      return;
    case "picker":
      // A click on the selected row.
      if (intent === "open") openChosen(effects, overlay.model);
      return;
    case "offered":
      if (!moveList(overlay.cursor, intent, state.offered.length) && (intent === "open" || intent === "right"))
        openOffered(state, effects, overlay);
      return;
    case "chooser":
      if (!moveList(overlay.cursor, intent, overlay.labels.length) && (intent === "open" || intent === "right"))
        choose(state, effects, overlay);
      return;
    default:
      return;
  }
}

function handleViewer(state: AppState, effects: Effects, intent: Intent, { model, node }: Overlay<"viewer">): void {
  if (moveList(model.cursor, intent, model.count)) return;
  if (intent === "left" || intent === "right") model.scrollColumns(intent === "right" ? columnStep : -columnStep);
  else if (intent === "toggle-hex") model.toggleHex();
  else if (intent === "toggle-wrap") model.toggleWrap();
  else if (intent === "search") openPrompt(state, "search", model.query);
  else if (intent === "search-next" || intent === "search-previous") {
    if (!model.find(intent === "search-next" ? 1 : -1)) state.message = { kind: "info", text: noMatch(model) };
  } else if (intent === "diff-versions") openVersions(state, effects, node);
  else if (intent === "extract-file") openPrompt(state, "extract");
  else if (intent === "copy") effects.copy(displayPath(node.path));
}

function noMatch({ query, isCut }: Overlay<"viewer">["model"]): string {
  if (query === "") return "nothing has been searched for";
  return `no match for ${query}${isCut ? " in what is shown" : ""}`;
}

function handleDiff(state: AppState, effects: Effects, intent: Intent, { model, node }: Overlay<"diff">): void {
  if (scrollDocument(model.cursor, intent, model.count)) return;
  if (intent === "left" || intent === "right") model.scrollColumns(intent === "right" ? columnStep : -columnStep);
  else if (intent === "toggle-wrap") model.toggleWrap();
  else if (intent === "other-versions") chooseVersions(state, node);
  else if (intent === "copy") effects.copy(displayPath(node.path));
}

/** Compares the versions of a path: at once if there are two, by asking which if there are more. */
export function openVersions(state: AppState, effects: Effects, node: FileNode): void {
  const versions = versionsOf(node);
  if (versions.length < 2) state.message = { kind: "info", text: "this path has only one version" };
  else if (versions.length === 2) effects.openDiff(node, versions[1]!, versions[0]!);
  else chooseVersions(state, node);
}

function chooseVersions(state: AppState, node: FileNode): void {
  const versions = versionsOf(node);
  const catalogs = state.files.tree?.catalogs ?? [];
  state.overlay = {
    kind: "chooser",
    title: `Versions of ${safe(displayPath(node.path))}`,
    node,
    versions,
    labels: versions.map((inode) => describeVersion(catalogs, inode)),
    cursor: new ListCursor(),
    first: null,
    back: state.overlay,
  };
}

function choose(state: AppState, effects: Effects, chooser: Chooser): void {
  const { index } = chooser.cursor;
  if (chooser.first === null) {
    chooser.first = index;
    return;
  }
  if (chooser.first === index) {
    state.message = { kind: "info", text: "choose another version to compare with" };
    return;
  }
  // Versions are sorted newest first. The comparison goes from the older to the newer, in whatever order they were picked.
  const [newer, older] = [Math.min(index, chooser.first), Math.max(index, chooser.first)];
  effects.openDiff(chooser.node, chooser.versions[older]!, chooser.versions[newer]!);
}
