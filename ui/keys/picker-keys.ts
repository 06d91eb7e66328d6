/** Keys in the image picker: typing narrows the list, tab completes the name. */
import type { Effects } from "../effects.ts";
import type { Intent } from "./keymap.ts";
import { moveList } from "./intents/list.ts";
import type { AppState } from "../state.ts";
import type { PickerModel } from "../viewmodel/picker.ts";

const moves: Readonly<Record<string, Intent>> = {
  up: "up",
  down: "down",
  "ctrl+p": "up",
  "ctrl+n": "down",
  pgup: "page-up",
  pgdn: "page-down",
};

export function handlePickerKey(state: AppState, effects: Effects, model: PickerModel, key: string, text: string): void {
  if (key === "escape") {
    closePicker(state, effects);
    return;
  }
  state.message = null;
  if (key === "tab") {
    effects.completeImage(model);
    return;
  }
  if (key === "enter") {
    openChosen(effects, model);
    return;
  }
  const move = moves[key];
  if (move !== undefined) {
    moveList(model.cursor, move, model.images.length);
    return;
  }
  const before = model.editor.text;
  model.editor.handle(key, text);
  if (model.editor.text === before) return;
  model.cursor.index = 0;
  model.narrow();
}

/** Opens the chosen image, or lists the chosen directory. */
export function openChosen(effects: Effects, model: PickerModel): void {
  const { chosen } = model;
  if (chosen === null) return;
  if (model.isDirectory) {
    model.editor.set(chosen);
    effects.completeImage(model);
  } else effects.openImage(chosen);
}

/** Returns to the image, or quits if there is none. */
export function closePicker(state: AppState, effects: Effects): void {
  if (state.overlay?.kind !== "picker") return;
  if (state.name === "") effects.quit();
  else state.overlay = state.overlay.back;
}
