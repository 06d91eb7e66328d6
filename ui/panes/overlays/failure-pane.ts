/** Why an image cannot be read. */
import type { Region } from "../../terminal/surface.ts";
import type { AppState } from "../../state.ts";
import { blank, paragraph, safe } from "../../viewmodel/documents/document.ts";
import type { Line } from "../../viewmodel/documents/document.ts";
import { padded, pane, paintLines, toSpans } from "../paint.ts";
import type { Paint } from "../paint.ts";

/** Why there is nothing to see, in whole, and what can be done about it. */
export function paintFailure(paint: Paint, body: Region, state: AppState): void {
  const { error } = state;
  if (error === null) return;
  const { theme, keymap } = paint;
  const width = Math.min(body.width - 4, 100);
  const room = width - 4;
  const lines: Line[] = [
    ...paragraph(safe(state.name), room, "strong"),
    blank,
    ...paragraph(safe(error.message), room, "bad"),
    blank,
    ...error.hint.split("\n").flatMap((line) => paragraph(safe(line), room)),
    blank,
    [
      [keymap.keyFor("retry"), "key"],
      [" try again   ", "dim"],
      [keymap.keyFor("pick-image"), "key"],
      [" another image   ", "dim"],
      ...(state.image === null
        ? []
        : ([
            ["esc", "key"],
            [" look at what was read   ", "dim"],
          ] as const)),
      [keymap.keyFor("quit"), "key"],
      [" leave", "dim"],
    ],
  ];
  const height = Math.min(body.height, lines.length + 2);
  const frame = body.sub(Math.floor((body.width - width) / 2), Math.floor((body.height - height) / 2), width, height);
  const inside = padded(pane(paint, frame, [["This image cannot be read", theme.bad]], true));
  // The keys stay in sight however long the message.
  const keys = lines.length - 1;
  paintLines(paint, inside.sub(0, 0, inside.width, inside.height - 1), lines.slice(0, keys), 0);
  inside.line(inside.height - 1, toSpans(lines[keys]!, theme), theme.text);
}
