/** One file, and two versions of one side by side. */
import { formatBytes } from "../../../src/terminal/format-bytes.ts";
import { pad } from "../../terminal/surface.ts";
import type { Region, Span } from "../../terminal/surface.ts";
import type { DiffModel } from "../../viewmodel/diff.ts";
import { safe } from "../../viewmodel/documents/document.ts";
import type { ViewerModel } from "../../viewmodel/viewer.ts";
import { pane, scrollbar, toSpans, windowRows } from "../paint.ts";
import type { Paint } from "../paint.ts";

export function paintViewer(paint: Paint, frame: Region, model: ViewerModel): void {
  const { theme } = paint;
  const notes = [formatBytes(model.bytes)];
  if (model.isCut) notes.push(`first ${formatBytes(model.content.length)} shown`);
  if (model.isBinary) notes.push("binary");
  if (model.query !== "") notes.push(`/${safe(model.query)}`);
  const inside = pane(paint, frame, [[safe(model.title)]], true, [[notes.join(", "), theme.badge]]);
  const numberWidth = model.hex ? 0 : String(model.count).length + 2;
  model.cursor.fit(inside.height, model.count);
  for (let y = 0; y < inside.height; y += 1) {
    const index = model.cursor.scroll + y;
    if (index >= model.count) {
      inside.line(y, [], theme.text);
      continue;
    }
    const row = model.row(index);
    const isCursor = index === model.cursor.index;
    const number: Span[] =
      numberWidth === 0 ? [] : [[`${pad(String(index + 1), numberWidth - 1, "left")} `, isCursor ? theme.titleFocused : theme.dim]];
    inside.line(
      y,
      [...number, ...highlight(row.slice(model.column), model.query, paint)],
      theme.text,
      isCursor ? theme.cursorIdle : undefined,
    );
  }
  if (model.bytes === 0) inside.text(numberWidth, 0, "(empty file)", theme.dim);
  paint.hits.push({ rect: frame.rect, target: { kind: "pane", list: "overlay" } });
  paint.hits.push({
    rect: inside.rect,
    target: { kind: "rows", list: "overlay", rows: windowRows(model.cursor.scroll, inside.height, model.count) },
  });
  scrollbar(paint, frame, model.cursor, model.count);
}

function highlight(text: string, query: string, paint: Paint): Span[] {
  if (query === "") return [[text, paint.theme.text]];
  const exact = query !== query.toLowerCase();
  const searched = exact ? text : text.toLowerCase();
  const needle = exact ? query : query.toLowerCase();
  const spans: Span[] = [];
  let from = 0;
  for (let at = searched.indexOf(needle); at >= 0 && spans.length < 200; at = searched.indexOf(needle, from)) {
    spans.push([text.slice(from, at), paint.theme.text], [text.slice(at, at + needle.length), paint.theme.match]);
    from = at + needle.length;
  }
  return [...spans, [text.slice(from), paint.theme.text]];
}

export function paintDiff(paint: Paint, frame: Region, model: DiffModel): void {
  const inside = pane(paint, frame, [[safe(model.title)]], true);
  model.cursor.height = inside.height;
  model.cursor.scroll = Math.max(0, Math.min(model.cursor.scroll, model.lines.length - inside.height));
  for (let y = 0; y < inside.height; y += 1) {
    const line = model.lines[model.cursor.scroll + y] ?? [];
    inside.line(
      y,
      toSpans(line, paint.theme).map(([text, attr], i): Span => [i === 0 ? text.slice(model.column) : text, attr ?? paint.theme.text]),
      paint.theme.text,
    );
  }
  paint.hits.push({ rect: frame.rect, target: { kind: "pane", list: "overlay" } });
  scrollbar(paint, frame, model.cursor, model.lines.length);
}
