/** One file, and two versions of one side by side. */
import { formatBytes } from "../../../src/terminal/format-bytes.ts";
import { pad } from "../../terminal/surface.ts";
import type { Region, Span } from "../../terminal/surface.ts";
import type { DiffModel } from "../../viewmodel/diff.ts";
import { safe } from "../../viewmodel/documents/document.ts";
import { smallLetters } from "../../viewmodel/viewer.ts";
import type { ViewerModel } from "../../viewmodel/viewer.ts";
import { pane, scrollbar, toSpans, windowRows } from "../paint.ts";
import type { Paint } from "../paint.ts";

export function paintViewer(paint: Paint, frame: Region, model: ViewerModel): void {
  const { theme } = paint;
  const notes = [formatBytes(model.bytes)];
  if (model.isCut) notes.push(`first ${formatBytes(model.content.length)} shown`);
  if (model.isBinary) notes.push("binary");
  if (model.isWrapped) notes.push("wrapped");
  if (model.query !== "") notes.push(`/${safe(model.query)}`);
  const inside = pane(paint, frame, [[safe(model.title)]], true, [[notes.join(", "), theme.badge]]);
  const numberWidth = model.hex ? 0 : String(model.lines.length).length + 2;
  model.fitWidth(inside.width - numberWidth);
  model.cursor.fit(inside.height, model.count);
  for (let y = 0; y < inside.height; y += 1) {
    const index = model.cursor.scroll + y;
    if (index >= model.count) {
      inside.line(y, [], theme.text);
      continue;
    }
    const row = model.row(index);
    const isCursor = index === model.cursor.index;
    // Only the first row of a wrapped line has its number.
    const name = model.isWrapped && row.from > 0 ? "" : String(row.line + 1);
    const number: Span[] = numberWidth === 0 ? [] : [[`${pad(name, numberWidth - 1, "left")} `, isCursor ? theme.titleFocused : theme.dim]];
    inside.line(y, [...number, ...pieces(row, model, paint)], theme.text, isCursor ? theme.cursorIdle : undefined);
  }
  if (model.bytes === 0) inside.text(numberWidth, 0, "(empty file)", theme.dim);
  paint.hits.push({ rect: frame.rect, target: { kind: "pane", list: "overlay" } });
  paint.hits.push({
    rect: inside.rect,
    target: { kind: "rows", list: "overlay", rows: windowRows(model.cursor.scroll, inside.height, model.count) },
  });
  scrollbar(paint, frame, model.cursor, model.count);
}

/** Characters beyond the last column that are still passed on, so that a cut row is marked as such and combining marks are kept. */
const beyond = 64;

/** The spans of a row, with matches marked, including those that the end of a row cuts. */
function pieces({ text, from, to }: ReturnType<ViewerModel["row"]>, { query, isWrapped }: ViewerModel, { theme }: Paint): Span[] {
  const end = Math.min(text.length, isWrapped ? to : to + beyond);
  const isHalf = from > 0 && /^[\udc00-\udfff]/.test(text.slice(from, from + 1));
  const start = isHalf ? from + 1 : from;
  if (query === "") return [[text.slice(start, end), theme.text]];
  const isExact = query !== query.toLowerCase();
  const around = Math.max(0, start - query.length + 1);
  const near = text.slice(around, end + query.length - 1);
  const searched = isExact ? near : smallLetters(near);
  const needle = isExact ? query : smallLetters(query);
  const spans: Span[] = [];
  let done = start;
  for (let at = searched.indexOf(needle); at >= 0 && spans.length < 200; at = searched.indexOf(needle, at + needle.length)) {
    const [first, last] = [Math.max(done, around + at), Math.min(end, around + at + needle.length)];
    if (last <= first) continue;
    spans.push([text.slice(done, first), theme.text], [text.slice(first, last), theme.match]);
    done = last;
  }
  return [...spans, [text.slice(done, end), theme.text]];
}

export function paintDiff(paint: Paint, frame: Region, model: DiffModel): void {
  const { theme } = paint;
  const inside = pane(paint, frame, [[safe(model.title)]], true, model.isWrapped ? [["wrapped", theme.badge]] : []);
  model.fitWidth(inside.width);
  model.cursor.height = inside.height;
  model.cursor.scroll = Math.max(0, Math.min(model.cursor.scroll, model.count - inside.height));
  for (let y = 0; y < inside.height; y += 1) {
    const index = model.cursor.scroll + y;
    const line = index < model.count ? model.row(index) : [];
    inside.line(
      y,
      toSpans(line, theme).map(([text, attr]): Span => [text.slice(0, inside.width + beyond), attr ?? theme.text]),
      theme.text,
    );
  }
  paint.hits.push({ rect: frame.rect, target: { kind: "pane", list: "overlay" } });
  scrollbar(paint, frame, model.cursor, model.count);
}
