/** The choice of an image, over whatever is on the screen. */
import { formatBytes } from "../../../src/terminal/format-bytes.ts";
import { textWidth } from "../../../src/terminal/width.ts";
import { pad, truncateMiddle } from "../../terminal/surface.ts";
import type { Region } from "../../terminal/surface.ts";
import { paragraph, safe } from "../../viewmodel/documents/document.ts";
import type { Line } from "../../viewmodel/documents/document.ts";
import { formatAge } from "../../viewmodel/picker.ts";
import type { PickerModel } from "../../viewmodel/picker.ts";
import { cursorWash, onCursor, padded, pane, scrollbar, windowRows } from "../paint.ts";
import type { Paint } from "../paint.ts";

const fromWidth = 12;
const sizeWidth = 10;
const ageWidth = 16;

export function paintPicker(paint: Paint, frame: Region, model: PickerModel, now: number): void {
  const { theme } = paint;
  const title = model.isLooking ? "Open an image (looking for more …)" : "Open an image";
  const inside = padded(pane(paint, frame, [[title]], true, [["tab completes   enter opens   esc closes", theme.dim]]));
  const label = "Image: ";
  inside.text(0, 0, label, theme.key);
  const typed = safe(model.editor.text);
  const at = inside.text(label.length, 0, typed, theme.prompt);
  const before = safe(Array.from(model.editor.text).slice(0, model.editor.position).join(""));
  inside.surface.cursor = {
    x: Math.min(inside.rect.x + label.length + textWidth(before), inside.rect.x + inside.width - 1),
    y: inside.rect.y,
  };
  if (typed === "") inside.text(at, 0, "type to filter, or any name: nginx:latest, app.tar, docker://registry/name:tag …", theme.dim);
  const notes = notesOf(model, inside.width).slice(0, Math.floor(inside.height / 3));
  const rows = inside.sub(0, 2, inside.width, inside.height - 2 - notes.length);
  notes.forEach((note, i) =>
    inside.line(
      inside.height - notes.length + i,
      note.map(([text, role]) => [text, theme[role ?? "dim"]]),
      theme.text,
    ),
  );
  const { images, cursor } = model;
  cursor.fit(rows.height, images.length);
  const titleWidth = Math.max(16, rows.width - fromWidth - sizeWidth - ageWidth - 2);
  for (let y = 0; y < rows.height; y += 1) {
    const index = cursor.scroll + y;
    const image = images[index];
    if (image === undefined) {
      rows.line(y, [], theme.text);
      continue;
    }
    const wash = cursorWash(theme, index === cursor.index, true);
    rows.line(
      y,
      [
        [` ${pad(truncateMiddle(safe(image.title), titleWidth - 1), titleWidth)}`, theme.text],
        [pad(image.bytes === null ? "" : formatBytes(image.bytes), sizeWidth, "left"), onCursor(theme, theme.number, wash)],
        [pad(image.created === null ? "" : formatAge(image.created, now), ageWidth, "left"), onCursor(theme, theme.dim, wash)],
        [`  ${image.from}`, onCursor(theme, theme.link, wash)],
      ],
      theme.text,
      wash,
    );
  }
  if (images.length === 0) {
    const text = model.isLooking ? "looking …" : typed === "" ? "no image was found here; type a name" : "enter opens what you typed";
    rows.text(1, 0, text, theme.dim);
  }
  paint.hits.push({
    rect: rows.rect,
    target: { kind: "rows", list: "overlay", rows: windowRows(cursor.scroll, rows.height, images.length) },
  });
  scrollbar(paint, frame, cursor, images.length);
}

/** What could not be asked, so that nobody looks in vain for what an engine has. */
function notesOf({ gaps, absent }: PickerModel, width: number): Line[] {
  const lines = gaps.flatMap((gap) => paragraph(safe(gap), width, "warning"));
  return absent.length === 0 ? lines : [...lines, ...paragraph(`not running here: ${absent.join(", ")}`, width, "dim")];
}
