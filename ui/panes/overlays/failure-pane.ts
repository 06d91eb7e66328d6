/** Why an image cannot be read. */
import type { Region } from "../../terminal/surface.ts";
import type { AppState } from "../../state.ts";
import { blank, paragraph, safe } from "../../viewmodel/documents/document.ts";
import type { Line } from "../../viewmodel/documents/document.ts";
import { padded, pane, paintLines, toSpans } from "../paint.ts";
import type { Paint } from "../paint.ts";

/** The whole error message, and what the person can do about it. */
export function paintFailure(paint: Paint, body: Region, state: AppState): void {
  const { error } = state;
  if (error === null) return;
  const { theme } = paint;
  const width = Math.min(body.width - 4, 100);
  const room = width - 4;
  const lines: Line[] = [
    ...paragraph(safe(state.name), room, "strong"),
    blank,
    ...paragraph(safe(error.message), room, "bad"),
    blank,
    ...error.hint.split("\n").flatMap((line) => paragraph(safe(line), room)),
    blank,
    keysOf(paint, state),
  ];
  const height = Math.min(body.height, lines.length + 2);
  const frame = body.sub(Math.floor((body.width - width) / 2), Math.floor((body.height - height) / 2), width, height);
  const inside = padded(pane(paint, frame, [["This image cannot be read", theme.bad]], true));
  // The keys stay visible, however long the message is.
  const keys = lines.length - 1;
  paintLines(paint, inside.sub(0, 0, inside.width, inside.height - 1), lines.slice(0, keys), 0);
  inside.line(inside.height - 1, toSpans(lines[keys]!, theme), theme.text);
}

/** The keys that help here. */
function keysOf({ keymap }: Paint, { offered, offersImages, image, before }: AppState): Line {
  const keys: [key: string, does: string][] = [[keymap.keyFor("retry"), "try again"]];
  if (offered.length > 1) keys.push([keymap.keyFor("pick-platform"), offersImages ? "another of its images" : "another platform"]);
  keys.push([keymap.keyFor("pick-image"), "another image"]);
  if (image !== null) keys.push(["esc", "look at what was read"]);
  else if (before !== null) keys.push(["esc", "back"]);
  keys.push([keymap.keyFor("quit"), "leave"]);
  return keys.flatMap(([key, does], at): Line => [
    [key, "key"],
    [` ${does}${at < keys.length - 1 ? "   " : ""}`, "dim"],
  ]);
}
