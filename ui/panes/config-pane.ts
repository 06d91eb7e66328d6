/** Config and history as one scrolling document. */
import { bodyOf } from "../layout.ts";
import type { AppState } from "../state.ts";
import type { Region } from "../terminal/surface.ts";
import { safe } from "../viewmodel/documents/document.ts";
import { pane, paintLines, scrollbar } from "./paint.ts";
import type { Paint } from "./paint.ts";

export function paintConfig(paint: Paint, screen: Region, state: AppState): void {
  const body = bodyOf(screen.width, screen.height);
  const frame = screen.sub(body.x, body.y, body.width, body.height);
  const inside = pane(
    paint,
    frame,
    [["Config and history"]],
    state.overlay === null,
    state.listQuery === "" ? [] : [[`/${safe(state.listQuery)}`, paint.theme.badge]],
  );
  paint.hits.push({ rect: frame.rect, target: { kind: "pane", list: "tab" } });
  if (state.image === null) {
    inside.text(2, 1, state.error === null ? "opening the image …" : "the image could not be read", paint.theme.dim);
    return;
  }
  const { cursor, found } = state.config;
  const lines = state.config.lines(state.image, state.analysis, inside.width - 2);
  cursor.height = inside.height;
  cursor.scroll = Math.max(0, Math.min(cursor.scroll, lines.length - inside.height));
  const text = inside.sub(1, 0, inside.width - 2, inside.height);
  paintLines(paint, text, lines, cursor.scroll);
  if (state.listQuery !== "") text.wash(0, found - cursor.scroll, text.width, paint.theme.cursorIdle);
  scrollbar(paint, frame, cursor, lines.length);
}
