/** The prompt at the bottom, for a pattern, a size or a path. */
import { parseByteSize } from "../../src/base/text/byte-size.ts";
import type { Effects } from "../effects.ts";
import { toOtherMatch } from "./intents/go-to.ts";
import { findInList } from "./intents/findings.ts";
import { noSearch } from "../state.ts";
import type { AppState, PromptKind } from "../state.ts";
import { LineEditor } from "../viewmodel/line-editor.ts";
import { compilePattern, patternModes } from "../viewmodel/pattern.ts";

const labels: Readonly<Record<PromptKind, string>> = {
  filter: "Filter",
  search: "Search",
  "least-size": "Only files of at least (500kB, 2MB)",
  extract: "Extract into directory",
  destination: "Write the new image to",
};

export function openPrompt(state: AppState, kind: PromptKind, text = initialText(state, kind)): void {
  state.prompt = {
    kind,
    label: labels[kind],
    editor: new LineEditor(text),
    mode: kind === "filter" ? (state.files.filter?.mode ?? "substring") : null,
    error: null,
    candidates: [],
  };
}

function initialText(state: AppState, kind: PromptKind): string {
  if (kind === "filter") return state.files.filter?.text ?? "";
  return kind === "extract" ? "." : "";
}

export function handlePromptKey(state: AppState, effects: Effects, key: string, text: string): void {
  const prompt = state.prompt!;
  if (key === "escape") {
    cancel(state);
    return;
  }
  if (key === "enter") {
    accept(state, effects);
    return;
  }
  if (key === "tab" && prompt.mode !== null) {
    prompt.mode = patternModes[(patternModes.indexOf(prompt.mode) + 1) % patternModes.length]!;
    changed(state, effects);
    return;
  }
  if (key === "tab" && (prompt.kind === "extract" || prompt.kind === "destination")) {
    effects.completePlace(prompt);
    return;
  }
  const before = prompt.editor.text;
  prompt.editor.handle(key, text);
  if (prompt.editor.text !== before) changed(state, effects);
}

/** Pasted text goes into the prompt. Without one it is ignored, as its characters are not key presses. */
export function paste(state: AppState, effects: Effects, text: string): void {
  if (state.prompt === null) return;
  state.prompt.editor.handle("", text.replace(/[\r\n]+/g, " ").trim());
  changed(state, effects);
}

/** Search and filter show their results while typing. */
function changed(state: AppState, effects: Effects): void {
  const prompt = state.prompt!;
  const { text } = prompt.editor;
  prompt.error = null;
  prompt.candidates = [];
  if (prompt.kind === "filter") {
    const error = text === "" ? null : compilePattern(text, prompt.mode!).error;
    prompt.error = error;
    if (error === null) effects.filter(text, prompt.mode!);
  } else if (prompt.kind === "search") searchFor(state, effects, text);
  else if (prompt.kind === "least-size" && text !== "" && parseByteSize(text.trim()) === null) prompt.error = "not a size";
}

function searchFor(state: AppState, effects: Effects, text: string): void {
  const { overlay } = state;
  if (overlay?.kind === "viewer") {
    overlay.model.query = text;
    if (text !== "" && !overlay.model.find(1, true)) state.prompt!.error = overlay.model.isCut ? "no match in what is shown" : "no match";
  } else if (state.tab === "files") effects.search(text);
  else {
    state.listQuery = text;
    findInList(state, 1, true);
  }
}

function accept(state: AppState, effects: Effects): void {
  const prompt = state.prompt!;
  const { text } = prompt.editor;
  if (prompt.error !== null && prompt.kind !== "search") return;
  switch (prompt.kind) {
    case "filter":
      break;
    case "search":
      // Reports again that there is no match, because the key press has cleared that message.
      if (state.tab !== "files" && state.overlay === null) findInList(state, 1, true);
      else if (state.overlay === null) toOtherMatch(state, effects);
      break;
    case "least-size":
      state.files.setLeastBytes(text === "" ? 0 : parseByteSize(text.trim())!);
      break;
    case "extract": {
      const node = state.overlay?.kind === "viewer" ? state.overlay.node : state.files.selected;
      if (text.trim() === "") {
        prompt.error = "name a directory";
        return;
      }
      if (node !== null) effects.extract(node, state.files.view.top, text.trim());
      break;
    }
    case "destination":
      if (text.trim() === "") {
        prompt.error = "name a destination";
        return;
      }
      effects.runPlan(text.trim(), false);
      break;
  }
  state.prompt = null;
}

function cancel(state: AppState): void {
  const { kind } = state.prompt!;
  state.prompt = null;
  // As in dive, esc closes the filter and clears it.
  if (kind === "filter") state.files.setFilter(null);
  if (kind === "search") {
    if (state.overlay?.kind === "viewer") state.overlay.model.query = "";
    else if (state.tab === "files") state.search = noSearch;
    else state.listQuery = "";
  }
}
