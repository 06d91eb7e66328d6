/** The one place where a key, a click or a paste becomes a change of state. */
import { displayPath } from "../../src/filesystem/paths.ts";
import type { FileNode } from "../../src/filesystem/file-tree.ts";
import { EntryType } from "../../src/tar/entry.ts";
import type { Effects } from "../effects.ts";
import { findInList, openFinding } from "./findings-intents.ts";
import type { InputEvent } from "./input.ts";
import type { Intent, Keymap } from "./keymap.ts";
import { moveList, scrollDocument } from "./list-intents.ts";
import { handleMouse } from "./mouse.ts";
import type { Hit } from "../panes/paint.ts";
import { closePicker, handlePickerKey } from "./picker-keys.ts";
import { planIntent, summaryIntent } from "./tab-intents.ts";
import { handlePromptKey, openPrompt, paste } from "./prompts.ts";
import { noSearch, tabs } from "../state.ts";
import type { AppState, Overlay, Pane, Tab } from "../state.ts";
import { handleOverlay, openVersions } from "./overlay-intents.ts";
import { ListCursor } from "../viewmodel/list-cursor.ts";
import { locate } from "../viewmodel/files/locate.ts";
import type { Change } from "../viewmodel/view.ts";

/** Part of the width that the left column gains or loses at a key press. */
const leftStep = 0.04;
const leftPanes: readonly Pane[] = ["layers", "details", "image"];

export class Controller {
  readonly state: AppState;
  readonly #keymap: Keymap;
  readonly #effects: Effects;
  /** What the last frame showed where. */
  hits: readonly Hit[] = [];

  constructor(state: AppState, keymap: Keymap, effects: Effects) {
    this.state = state;
    this.#keymap = keymap;
    this.#effects = effects;
  }

  input(event: InputEvent): void {
    if (event.kind === "mouse")
      handleMouse(this.state, event, this.hits, {
        handle: (intent) => this.handle(intent),
        showTab: (tab) => this.#showTab(tab),
        viewChanged: () => this.#viewChanged(),
      });
    else if (event.kind === "background") return;
    else if (event.kind === "paste" && this.state.overlay?.kind === "picker")
      handlePickerKey(this.state, this.#effects, this.state.overlay.model, "", event.text.replace(/[\r\n]+/g, " ").trim());
    else if (event.kind === "paste") paste(this.state, this.#effects, event.text);
    else this.#key(event.key, event.text);
    this.#effects.paint();
  }

  handle(intent: Intent): void {
    const { state } = this;
    state.message = null;
    if (this.#global(intent)) return;
    if (state.overlay !== null) handleOverlay(state, this.#effects, intent);
    else if (state.tab !== "files") this.#tabIntent(intent);
    else if (state.focus === "files") this.#filesIntent(intent);
    else this.#leftIntent(intent);
  }

  #key(key: string, text: string): void {
    if (key === "ctrl+c") {
      this.#effects.quit();
      return;
    }
    if (this.state.prompt !== null) {
      this.state.message = null;
      handlePromptKey(this.state, this.#effects, key, text);
      return;
    }
    if (this.state.overlay?.kind === "picker") {
      handlePickerKey(this.state, this.#effects, this.state.overlay.model, key, text);
      return;
    }
    const intent = this.#keymap.resolve(key, this.state.contexts());
    if (intent !== null) this.handle(intent);
  }

  // ---- everywhere

  #global(intent: Intent): boolean {
    const { state } = this;
    switch (intent) {
      case "quit":
        this.#effects.quit();
        return true;
      case "suspend":
        this.#effects.suspend();
        return true;
      case "next-theme":
        this.#effects.nextTheme();
        return true;
      case "help":
        state.overlay =
          state.overlay?.kind === "help"
            ? state.overlay.back
            : { kind: "help", cursor: new ListCursor(), contexts: state.contexts(), back: state.overlay };
        return true;
      case "retry":
        this.#effects.retry();
        return true;
      case "pick-image":
        this.#effects.pickImage();
        return true;
      case "cancel":
        this.#cancel();
        return true;
      case "tab-summary":
      case "tab-files":
      case "tab-waste":
      case "tab-secrets":
      case "tab-duplicates":
      case "tab-plan":
      case "tab-config":
      case "tab-packages":
        this.#showTab(intent.slice("tab-".length) as Tab);
        return true;
      case "next-tab":
      case "previous-tab":
        this.#showTab(tabs[(tabs.indexOf(state.tab) + (intent === "next-tab" ? 1 : tabs.length - 1)) % tabs.length]!);
        return true;
      case "left-narrower":
      case "left-wider":
        this.#effects.resizeLeft(intent === "left-wider" ? leftStep : -leftStep);
        return true;
      case "largest-waste": {
        const [largest] = state.analysis?.waste ?? [];
        if (largest === undefined) state.message = { kind: "info", text: noWaste(state) };
        else this.#goTo(largest.path, largest.layer);
        return true;
      }
      case "toggle-view":
      case "previous-pane":
        if (state.overlay !== null) return true;
        if (state.tab !== "files") this.#showTab("files");
        else state.focus = state.focus === "files" ? "layers" : "files";
        return true;
      default:
        return false;
    }
  }

  #showTab(tab: Tab): void {
    this.state.overlay = lowest(this.state);
    this.state.tab = tab;
    if (tab === "plan" && this.state.plan.status.kind === "none") this.#effects.loadPlan();
  }

  #showLayer(layer: number): void {
    const { state } = this;
    this.#showTab("files");
    state.focus = "layers";
    state.layers.cursor.to(layer, state.layers.count);
    this.#viewChanged();
    state.files.toChanged();
  }

  #cancel(): void {
    const { state } = this;
    if (state.overlay?.kind === "picker") closePicker(state, this.#effects);
    else if (state.overlay !== null) state.overlay = behind(state);
    else if (state.tab === "plan" && state.plan.status.kind === "running") this.#effects.stopPlan();
    else if (state.tab !== "files") state.listQuery = "";
    else if (state.search.query !== "") state.search = noSearch;
    else if (state.files.filter !== null) state.files.setFilter(null);
    else if (state.files.leastBytes > 0) state.files.setLeastBytes(0);
    else if (state.files.root !== null) state.files.setRoot(null);
    else if (state.layers.mode === "range") {
      state.layers.mode = "layer";
      this.#viewChanged();
    }
  }

  /** Shows a path in the view of a layer. */
  #goTo(path: string, layer: number): void {
    const { state } = this;
    const node = nodeAt(state, path);
    state.overlay = null;
    state.tab = "files";
    state.focus = "files";
    state.layers.mode = "layer";
    state.layers.cursor.to(layer, state.layers.count);
    this.#viewChanged();
    this.#reveal(node);
  }

  #reveal(node: FileNode | null): void {
    const { files } = this.state;
    if (node === null || files.reveal(node)) return;
    // Something hides it: show it rather than leave the person where they are.
    files.hidden.clear();
    files.leastBytes = 0;
    files.setFilter(null);
    if (!files.reveal(node)) this.state.message = { kind: "info", text: "this view does not show that path" };
  }

  // ---- the left panes

  #leftIntent(intent: Intent): void {
    const { state } = this;
    const { layers } = state;
    switch (intent) {
      case "left":
      case "right": {
        const at = leftPanes.indexOf(state.focus) + (intent === "right" ? 1 : -1);
        state.focus = leftPanes[Math.max(0, Math.min(at, leftPanes.length - 1))]!;
        return;
      }
      case "open":
        state.focus = "files";
        return;
      case "compare-all":
      case "compare-layer":
        layers.mode = intent === "compare-all" ? "aggregated" : "layer";
        this.#viewChanged();
        return;
      case "compare-range":
        layers.toggleRange();
        this.#viewChanged();
        return;
      case "search":
      case "search-next":
      case "search-previous":
        state.focus = "files";
        this.#filesIntent(intent);
        return;
      case "copy": {
        const layer = state.image?.layers[layers.selected];
        if (layer !== undefined) this.#effects.copy(layer.digest ?? layer.diffId);
        return;
      }
      default:
        break;
    }
    if (state.focus === "layers") {
      if (moveList(layers.cursor, intent, layers.count)) {
        this.#viewChanged();
        state.files.toChanged();
      }
    } else if (state.focus === "details") scrollDocument(state.details, intent, state.detailLines);
    else scrollDocument(state.imagePane, intent, state.imageLines);
  }

  #viewChanged(): void {
    this.state.files.setView(this.state.layers.view);
    if (this.state.search.query !== "") this.#effects.search(this.state.search.query);
  }

  // ---- the files

  #filesIntent(intent: Intent): void {
    const { state } = this;
    const { files } = state;
    const hides = hiddenBy[intent];
    if (hides !== undefined) {
      files.toggleHidden(hides);
      return;
    }
    switch (intent) {
      case "up":
        return files.move(-1);
      case "down":
        return files.move(1);
      case "page-up":
        return files.page(-1);
      case "page-down":
        return files.page(1);
      case "top":
        return files.moveTo(0);
      case "bottom":
        return files.moveTo(files.count - 1);
      case "left":
        return files.leave();
      case "right":
        return files.enter();
      case "open":
        return this.#open();
      case "view-file":
        return this.#view();
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
        return this.#toMatch(1);
      case "search-previous":
        return this.#toMatch(-1);
      case "copy":
        if (files.selected !== null) this.#effects.copy(displayPath(files.selected.path));
        return;
      case "jump-to-layer":
        return this.#toLastChange();
      case "diff-versions":
        if (files.selected !== null) openVersions(state, this.#effects, files.selected);
        return;
      default:
        return;
    }
  }

  #open(): void {
    const { files } = this.state;
    if (files.selected !== null && files.isDirectory(files.selected)) files.toggle();
    else this.#view();
  }

  #view(): void {
    const { files } = this.state;
    const node = files.selected;
    const inode = node === null ? null : files.inode(node);
    if (node === null || inode === null) return;
    if (inode.type === EntryType.file) this.#effects.openFile(node, inode);
    else this.state.message = { kind: "info", text: "only regular files have content to view" };
  }

  /** After a new search: to the first match from the cursor on. */
  toNearestMatch(): void {
    this.#toMatch(1);
  }

  #toMatch(step: 1 | -1): void {
    const { search, files } = this.state;
    if (search.found.length === 0) {
      this.state.message = { kind: "info", text: search.query === "" ? "nothing has been searched for" : `no match for ${search.query}` };
      return;
    }
    const at = files.selected === null ? -1 : search.found.indexOf(files.selected);
    const next = at >= 0 ? at + step : nextFrom(this.state, step);
    this.#reveal(search.found[(next + search.found.length) % search.found.length]!);
  }

  #toLastChange(): void {
    const { state } = this;
    const node = state.files.selected;
    if (node === null) return;
    const last = node.lastVersion(state.layers.view.top)?.layer ?? node.versions[0]!.layer;
    state.layers.mode = "layer";
    state.layers.cursor.to(last, state.layers.count);
    this.#viewChanged();
    this.#reveal(node);
  }

  // ---- the other tabs

  #tabIntent(intent: Intent): void {
    const { state } = this;
    if (state.tab === "config") {
      const { config } = state;
      if (intent === "copy" && state.image !== null) this.#effects.copy(state.image.configDigest);
      else if (intent === "search") openPrompt(state, "search");
      else if (intent === "search-next" || intent === "search-previous") findInList(state, intent === "search-next" ? 1 : -1, false);
      else scrollDocument(config, intent, state.configLines);
      return;
    }
    if (state.tab === "plan") {
      planIntent(state, this.#effects, intent);
      return;
    }
    if (state.tab === "summary") {
      summaryIntent(state, this.#effects, intent, { tab: (tab) => this.#showTab(tab), layer: (layer) => this.#showLayer(layer) });
      return;
    }
    const target = openFinding(state, intent);
    if (target?.copy !== undefined) this.#effects.copy(target.copy);
    else if (target?.goTo !== undefined) this.#goTo(target.goTo.path, target.goTo.layer);
    else if (target?.config !== undefined) {
      state.tab = "config";
      state.listQuery = target.config;
      state.configFound = -1;
      // The lines are those of the last frame that showed them.
      this.#effects.paint();
      findInList(state, 1, false);
    } else if (intent === "search") openPrompt(state, "search");
    else if (intent === "search-next" || intent === "search-previous") findInList(state, intent === "search-next" ? 1 : -1, false);
  }
}

/** What closing the overlay leads back to. */
function behind(state: AppState): Overlay | null {
  const { overlay } = state;
  return overlay !== null && overlay.kind !== "picker" && "back" in overlay ? overlay.back : lowest(state);
}

/** What stands in place of the tabs: before an image was chosen its choice, and while nothing is known of one the reason. */
function lowest({ overlay, name, image }: AppState): Overlay | null {
  let at = overlay;
  while (at !== null && "back" in at && at.back !== null) at = at.back;
  return (at?.kind === "failure" && image === null) || (at?.kind === "picker" && name === "") ? at : null;
}

function noWaste({ analysis, error }: AppState): string {
  if (analysis !== null) return "nothing is wasted";
  return error === null ? "still reading" : "the image could not be read";
}

const hiddenBy: Readonly<Partial<Record<Intent, Change>>> = {
  "toggle-added-files": "added",
  "toggle-removed-files": "removed",
  "toggle-modified-files": "modified",
  "toggle-metadata-files": "metadata",
  "toggle-unmodified-files": "unmodified",
};

function nodeAt(state: AppState, path: string): FileNode | null {
  return state.files.tree === null ? null : locate(state.files.tree, path);
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
