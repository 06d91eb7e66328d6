/** The image picker, over whatever is on the screen. */
import { formatBytes } from "../../../src/terminal/format-bytes.ts";
import { textWidth } from "../../../src/terminal/width.ts";
import { pad, truncateMiddle } from "../../terminal/surface.ts";
import type { Region, Span } from "../../terminal/surface.ts";
import type { Attr } from "../../terminal/attr.ts";
import type { Theme } from "../../terminal/theme.ts";
import { paragraph, safe } from "../../viewmodel/documents/document.ts";
import type { Line } from "../../viewmodel/documents/document.ts";
import { formatAge } from "../../viewmodel/picker.ts";
import type { FoundImage, PickerModel } from "../../viewmodel/picker.ts";
import { cursorWash, onCursor, padded, pane, scrollbar, windowRows } from "../paint.ts";
import type { Paint } from "../paint.ts";

const fromWidth = 12;
const sizeWidth = 10;
const ageWidth = 16;

export function paintPicker(paint: Paint, frame: Region, model: PickerModel, now: number): void {
  const { theme } = paint;
  const title = model.isLooking ? "Open an image (looking for more …)" : "Open an image";
  const inside = padded(pane(paint, frame, [[title]], true, [["tab completes   enter opens   esc closes", theme.dim]]));
  paintField(paint, inside, model);
  const notes = notesOf(model, inside.width).slice(0, Math.floor(inside.height / 3));
  notes.forEach((note, i) =>
    inside.line(
      inside.height - notes.length + i,
      note.map(([text, role]) => [text, theme[role ?? "dim"]]),
      theme.text,
    ),
  );
  paintImages(paint, inside.sub(0, 2, inside.width, inside.height - 2 - notes.length), model, now);
  scrollbar(paint, frame, model.cursor, model.images.length);
}

/** The typed text, with the terminal's cursor in it. */
function paintField({ theme }: Paint, inside: Region, { editor }: PickerModel): void {
  const label = "Image: ";
  inside.text(0, 0, label, theme.key);
  const typed = safe(editor.text);
  const end = inside.text(label.length, 0, typed, theme.prompt);
  const before = safe(Array.from(editor.text).slice(0, editor.position).join(""));
  inside.surface.cursor = {
    x: Math.min(inside.rect.x + label.length + textWidth(before), inside.rect.x + inside.width - 1),
    y: inside.rect.y,
  };
  if (typed === "") inside.text(end, 0, "type to filter, or any name: nginx:latest, app.tar, docker://registry/name:tag …", theme.dim);
}

/** The images to choose from, with their hits for the mouse. */
function paintImages(paint: Paint, rows: Region, model: PickerModel, now: number): void {
  const { theme } = paint;
  const { images, cursor } = model;
  cursor.fit(rows.height, images.length);
  for (let y = 0; y < rows.height; y += 1) {
    const index = cursor.scroll + y;
    const image = images[index];
    const wash = cursorWash(theme, image !== undefined && index === cursor.index, true);
    if (image === undefined) rows.line(y, [], theme.text);
    else rows.line(y, imageRow(theme, image, rows.width, now, wash), theme.text, wash);
  }
  if (images.length === 0) {
    const isEmpty = safe(model.editor.text) === "";
    const text = model.isLooking ? "looking …" : isEmpty ? "no image was found here; type a name" : "enter opens what you typed";
    rows.text(1, 0, text, theme.dim);
  }
  paint.hits.push({
    rect: rows.rect,
    target: { kind: "rows", list: "overlay", rows: windowRows(cursor.scroll, rows.height, images.length) },
  });
}

function imageRow(theme: Theme, image: FoundImage, width: number, now: number, wash: Attr): Span[] {
  const titleWidth = Math.max(16, width - fromWidth - sizeWidth - ageWidth - 2);
  const size = image.bytes === null ? "" : formatBytes(image.bytes);
  const age = image.created === null ? "" : formatAge(image.created, now);
  return [
    [` ${pad(truncateMiddle(safe(image.title), titleWidth - 1), titleWidth)}`, theme.text],
    [pad(size, sizeWidth, "left"), onCursor(theme, theme.number, wash)],
    [pad(age, ageWidth, "left"), onCursor(theme, theme.dim, wash)],
    [`  ${image.from}`, onCursor(theme, theme.link, wash)],
  ];
}

/** Engines that could not be asked, so that nobody wonders where their images are. */
function notesOf({ gaps, absent }: PickerModel, width: number): Line[] {
  const lines = gaps.flatMap((gap) => paragraph(safe(gap), width, "warning"));
  return absent.length === 0 ? lines : [...lines, ...paragraph(`not running here: ${absent.join(", ")}`, width, "dim")];
}
