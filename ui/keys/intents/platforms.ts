/** Another platform of the image that is looked at. */
import { formatVersionedPlatform } from "../../../src/image/platform.ts";
import type { Effects } from "../../effects.ts";
import type { AppState, Overlay } from "../../state.ts";
import { ListCursor } from "../../viewmodel/list-cursor.ts";

/** Shows the choice; the cursor stands on what is shown now. */
export function pickPlatform(state: AppState): void {
  const { platforms, overlay, image, error } = state;
  if (overlay?.kind === "platforms") return;
  if (platforms.length < 2) {
    const isOpening = image === null && error === null;
    state.message = { kind: "info", text: isOpening ? "not yet: the image is being opened" : "the image is there for one platform alone" };
    return;
  }
  const cursor = new ListCursor();
  cursor.to(
    Math.max(
      0,
      platforms.findIndex((one) => state.isShown(one)),
    ),
    platforms.length,
  );
  state.overlay = { kind: "platforms", cursor, back: overlay };
}

export function openPlatform(state: AppState, effects: Effects, overlay: Extract<Overlay, { kind: "platforms" }>): void {
  const chosen = state.platforms[overlay.cursor.index];
  if (chosen === undefined) return;
  const name = formatVersionedPlatform(chosen.platform);
  if (chosen.isAbsent) state.message = { kind: "error", text: `${name} is listed, but its content is not there: pull or save it first` };
  else if (state.isShown(chosen)) state.overlay = overlay.back;
  else effects.openPlatform(name);
}
