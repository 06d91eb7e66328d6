/** The one place where a key, a click or a paste becomes a change of state. */
import type { FileNode } from "../../src/filesystem/file-tree.ts";
import type { Effects } from "../effects.ts";
import { filesIntent } from "./intents/files.ts";
import { reveal, viewChanged } from "./intents/go-to.ts";
import { findInList, openFinding } from "./intents/findings.ts";
import type { InputEvent } from "./input.ts";
import type { Intent, Keymap } from "./keymap.ts";
import { leftIntent } from "./intents/left.ts";
import { scrollDocument } from "./intents/list.ts";
import { handleMouse } from "./mouse.ts";
import type { Hit } from "../panes/paint.ts";
import { pickOffered } from "./intents/offered.ts";
import { closePicker, handlePickerKey } from "./picker-keys.ts";
import { planIntent, summaryIntent } from "./intents/tab.ts";
import { handlePromptKey, openPrompt, paste } from "./prompts.ts";
import { noSearch, tabs } from "../state.ts";
import type { AppState, Overlay, Tab } from "../state.ts";
import { handleOverlay } from "./intents/overlay.ts";
import { isEditingKey } from "../viewmodel/line-editor.ts";
import { ListCursor } from "../viewmodel/list-cursor.ts";
import { locate } from "../viewmodel/files/locate.ts";

/** The fraction of the width by which a key press grows or shrinks the left column. */
const leftStep = 0.04;

export class Controller {
  readonly state: AppState;
  readonly #keymap: Keymap;
  readonly #effects: Effects;
  /** What can be clicked in the last frame, and where. */
  hits: readonly Hit[] = [];

  /** Intents that mean the same everywhere. */
  readonly #actions: Readonly<Partial<Record<Intent, () => void>>> = {
    quit: () => this.#effects.quit(),
    suspend: () => this.#effects.suspend(),
    "next-theme": () => this.#effects.nextTheme(),
    help: () => this.#toggleHelp(),
    retry: () => this.#effects.retry(),
    "pick-image": () => this.#effects.pickImage(),
    "pick-platform": () => pickOffered(this.state),
    cancel: () => this.#cancel(),
    ...Object.fromEntries(tabs.map((tab) => [`tab-${tab}`, () => this.#showTab(tab)])),
    "next-tab": () => this.#showTab(this.#tabBeside(1)),
    "previous-tab": () => this.#showTab(this.#tabBeside(-1)),
    "left-narrower": () => this.#effects.resizeLeft(-leftStep),
    "left-wider": () => this.#effects.resizeLeft(leftStep),
    "largest-waste": () => this.#toLargestWaste(),
    "details-down": () => this.#scrollDetails("down"),
    "details-up": () => this.#scrollDetails("up"),
    "toggle-view": () => this.#toggleView(),
    "previous-pane": () => this.#toggleView(),
  };

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
        viewChanged: () => viewChanged(this.state, this.#effects),
        dragBorder: (x, isEnd) => this.#effects.moveBorder(x, isEnd),
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
    else if (state.focus === "files") filesIntent(state, this.#effects, intent);
    else leftIntent(state, this.#effects, intent);
  }

  #key(key: string, text: string): void {
    if (key === "ctrl+c") {
      this.#effects.quit();
      return;
    }
    // Works while typing too, unless the key types a character.
    if (text === "" && this.#keymap.resolve(key, ["global"]) === "suspend") {
      this.#effects.suspend();
      return;
    }
    const isTyping = this.state.prompt !== null || this.state.overlay?.kind === "picker";
    if (isTyping && isEscapeAnd(key) && !isEditingKey(key)) {
      this.#escapeAnd(key);
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
    else if (isEscapeAnd(key)) this.#escapeAnd(key);
  }

  #escapeAnd(key: string): void {
    this.#key("escape", "");
    this.#effects.press(key.slice("alt+".length));
  }

  // ---- everywhere

  /** @returns false if the meaning of the intent depends on what is on the screen */
  #global(intent: Intent): boolean {
    const action = this.#actions[intent];
    action?.();
    return action !== undefined;
  }

  #toggleHelp(): void {
    const { state } = this;
    state.overlay =
      state.overlay?.kind === "help"
        ? state.overlay.back
        : { kind: "help", cursor: new ListCursor(), contexts: state.contexts(), back: state.overlay };
  }

  #tabBeside(step: 1 | -1): Tab {
    return tabs[(tabs.indexOf(this.state.tab) + step + tabs.length) % tabs.length]!;
  }

  #toLargestWaste(): void {
    const [largest] = this.state.analysis?.waste ?? [];
    if (largest === undefined) this.state.message = { kind: "info", text: noWaste(this.state) };
    else this.#goTo(largest.path, largest.layer);
  }

  #scrollDetails(direction: "down" | "up"): void {
    const { state } = this;
    if (state.overlay === null) scrollDocument(state.details, direction, state.detailLines);
  }

  /** Goes from any tab to the files, and there switches between the two sides. */
  #toggleView(): void {
    const { state } = this;
    if (state.overlay !== null) return;
    if (state.tab !== "files") this.#showTab("files");
    else state.focus = state.focus === "files" ? "layers" : "files";
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
    viewChanged(this.state, this.#effects);
    state.files.toChanged();
  }

  #cancel(): void {
    const { state } = this;
    if (state.overlay?.kind === "picker") closePicker(state, this.#effects);
    else if (state.overlay?.kind === "failure" && state.retractable === "opening") this.#effects.goBack();
    else if (state.overlay !== null) state.overlay = behind(state);
    else this.#retract();
  }

  #retract(): void {
    const { state } = this;
    switch (state.retractable) {
      case "opening":
        return this.#effects.goBack();
      case "writing":
        return this.#effects.stopPlan();
      case "search":
        if (state.tab === "files") state.search = noSearch;
        else state.listQuery = "";
        return;
      case "filter":
        return state.files.setFilter(null);
      case "least size":
        return state.files.setLeastBytes(0);
      case "root":
        return state.files.setRoot(null);
      case "range":
        state.layers.mode = "layer";
        return viewChanged(state, this.#effects);
      case "error":
        state.overlay = { kind: "failure" };
        return;
      case null:
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
    viewChanged(this.state, this.#effects);
    reveal(this.state, node);
  }

  // ---- the other tabs

  #tabIntent(intent: Intent): void {
    const { state } = this;
    if (state.tab === "config") {
      const { config } = state;
      if (intent === "copy" && state.image !== null) this.#effects.copy(state.image.configDigest);
      else if (intent === "search") openPrompt(state, "search");
      else if (intent === "search-next" || intent === "search-previous") findInList(state, intent === "search-next" ? 1 : -1, false);
      else scrollDocument(config.cursor, intent, config.count);
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
      state.config.found = -1;
      // The search needs the document's lines, which exist once a frame has shown them.
      this.#effects.paint();
      findInList(state, 1, false);
    } else if (intent === "search") openPrompt(state, "search");
    else if (intent === "search-next" || intent === "search-previous") findInList(state, intent === "search-next" ? 1 : -1, false);
  }
}

/** On a slow line, esc and the next key can arrive together, which looks like alt. If that alt key means nothing, two keys were pressed. */
function isEscapeAnd(key: string): boolean {
  return /^alt\+(?:.|enter|tab|space|ctrl\+.)$/u.test(key);
}

/** The overlay that remains when this one is closed. */
function behind(state: AppState): Overlay | null {
  const { overlay } = state;
  return overlay !== null && overlay.kind !== "picker" && "back" in overlay ? overlay.back : lowest(state);
}

/** What replaces the tabs: the picker until an image is chosen, or the error if nothing is known about the image. */
function lowest({ overlay, name, image }: AppState): Overlay | null {
  let at = overlay;
  while (at !== null && "back" in at && at.back !== null) at = at.back;
  return (at?.kind === "failure" && image === null) || (at?.kind === "picker" && name === "") ? at : null;
}

function noWaste({ analysis, error }: AppState): string {
  if (analysis !== null) return "nothing is wasted";
  return error === null ? "still reading" : "the image could not be read";
}

function nodeAt(state: AppState, path: string): FileNode | null {
  return state.files.tree === null ? null : locate(state.files.tree, path);
}
