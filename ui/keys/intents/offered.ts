/** Switches to another image from the same source, or to another platform of the shown image. */
import { formatVersionedPlatform } from "../../../src/image/platform.ts";
import type { Effects } from "../../effects.ts";
import type { AppState, Overlay } from "../../state.ts";
import { ListCursor } from "../../viewmodel/list-cursor.ts";

/** Opens the choice with the cursor on what is shown now. */
export function pickOffered(state: AppState): void {
  const { offered, overlay, image, error } = state;
  if (overlay?.kind === "offered") return;
  if (offered.length < 2) {
    const without = error === null ? "not yet: the image is being opened" : "the image could not be opened: nothing else is known of it";
    state.message = { kind: "info", text: image === null ? without : "the image is there for one platform alone" };
    return;
  }
  const cursor = new ListCursor();
  cursor.to(state.shownOffer, offered.length);
  state.overlay = { kind: "offered", cursor, back: overlay };
}

export function openOffered(state: AppState, effects: Effects, overlay: Extract<Overlay, { kind: "offered" }>): void {
  const { index } = overlay.cursor;
  const chosen = state.offered[index];
  if (chosen === undefined) return;
  const platform = chosen.platform === null ? null : formatVersionedPlatform(chosen.platform);
  if (chosen.isAbsent) {
    const text = `${chosen.title ?? platform ?? "it"} is listed, but its content is not there: pull or save it first`;
    state.message = { kind: "error", text };
  } else if (index === state.shownOffer) state.overlay = overlay.back;
  else effects.openOffered(chosen.name, platform);
}
