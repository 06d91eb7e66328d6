/** What lies over the tabs: the viewer, the diff, the help, a choice of versions. */
import { formatBytes } from "../../src/terminal/format-bytes.ts";
import { textWidth, truncate } from "../../src/terminal/width.ts";
import { displayKey } from "../keys/keymap.ts";
import type { Keymap } from "../keys/keymap.ts";
import { bodyOf } from "../layout.ts";
import type { AppState, Chooser, Overlay } from "../state.ts";
import { pad } from "../terminal/surface.ts";
import type { Region, Span } from "../terminal/surface.ts";
import type { DiffModel } from "../viewmodel/diff.ts";
import type { Line } from "../viewmodel/document.ts";
import { safe } from "../viewmodel/document.ts";
import type { ListCursor } from "../viewmodel/list-cursor.ts";
import type { ViewerModel } from "../viewmodel/viewer.ts";
import { cursorWash, pane, paintLines, scrollbar, toSpans, windowRows } from "./paint.ts";
import type { Paint } from "./paint.ts";

export function paintOverlay(paint: Paint, screen: Region, state: AppState, overlay: Overlay): void {
  const body = bodyOf(screen.width, screen.height);
  const full = screen.sub(body.x, body.y, body.width, body.height);
  switch (overlay.kind) {
    case "viewer":
      return paintViewer(paint, full, overlay.model);
    case "diff":
      return paintDiff(paint, full, overlay.model);
    case "help":
      return paintHelp(paint, full, overlay.cursor);
    case "chooser":
      return paintChooser(paint, full, overlay);
    case "busy":
      return paintBusy(paint, full, overlay.text, state);
  }
}

function paintViewer(paint: Paint, frame: Region, model: ViewerModel): void {
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

function paintDiff(paint: Paint, frame: Region, model: DiffModel): void {
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

const contextTitles = [
  ["global", "Everywhere"],
  ["list", "Moving about"],
  ["layers", "Layers"],
  ["files", "Files"],
  ["waste", "Waste"],
  ["secrets", "Secrets"],
  ["duplicates", "Duplicates and caches"],
  ["plan", "Plan"],
  ["viewer", "Viewer"],
  ["diff", "Diff"],
] as const;

/** The help's lines, from the table that binds. */
export function helpLines(keymap: Keymap): Line[] {
  const lines: Line[] = [];
  for (const [context, title] of contextTitles) {
    const rows = keymap.bindings.filter((binding) => binding.context === context);
    if (rows.length === 0) continue;
    if (lines.length > 0) lines.push([]);
    lines.push([[title, "titleFocused"]]);
    for (const { keys, help } of rows) lines.push([[`  ${pad(keys.map(displayKey).join("  "), 22)}`, "key"], [help]]);
  }
  lines.push(
    [],
    [["  Mouse: click a row to select it and again to open it; wheel scrolls; click tabs, panes and the Size/Filetree header.", "dim"]],
  );
  return lines;
}

function paintHelp(paint: Paint, frame: Region, cursor: ListCursor): void {
  const lines = helpLines(paint.keymap);
  const inside = pane(paint, frame, [["Keys"]], true, [[`${paint.keymap.keyFor("help")} or esc closes`, paint.theme.dim]]);
  cursor.height = inside.height;
  cursor.scroll = Math.max(0, Math.min(cursor.scroll, lines.length - inside.height));
  paintLines(paint, inside.sub(1, 0, inside.width - 2, inside.height), lines, cursor.scroll);
  paint.hits.push({ rect: frame.rect, target: { kind: "pane", list: "overlay" } });
  scrollbar(paint, frame, cursor, lines.length);
}

function paintChooser(paint: Paint, body: Region, chooser: Chooser): void {
  const { theme } = paint;
  const width = Math.min(body.width - 4, Math.max(50, ...chooser.labels.map((label) => textWidth(label) + 8)));
  const height = Math.min(body.height - 2, chooser.labels.length + 2);
  const frame = body.sub(Math.floor((body.width - width) / 2), Math.floor((body.height - height) / 2), width, height);
  const footer = chooser.first === null ? "enter: the older one first" : "enter: and the one to compare with";
  const inside = pane(paint, frame, [[safe(chooser.title)]], true, [[footer, theme.dim]]);
  chooser.cursor.fit(inside.height, chooser.labels.length);
  for (let y = 0; y < inside.height; y += 1) {
    const index = chooser.cursor.scroll + y;
    const label = chooser.labels[index];
    const mark = index === chooser.first ? "● " : "  ";
    inside.line(
      y,
      label === undefined ? [] : [[` ${mark}${truncate(label, inside.width - 3)}`, theme.text]],
      theme.text,
      cursorWash(theme, index === chooser.cursor.index, true),
    );
  }
  paint.hits.push({
    rect: inside.rect,
    target: { kind: "rows", list: "overlay", rows: windowRows(chooser.cursor.scroll, inside.height, chooser.labels.length) },
  });
}

function paintBusy(paint: Paint, body: Region, text: string, state: AppState): void {
  const shown = truncate(safe(text), body.width - 10);
  const width = textWidth(shown) + 6;
  const frame = body.sub(Math.floor((body.width - width) / 2), Math.floor(body.height / 2) - 1, width, 3);
  pane(paint, frame, [], state.overlay !== null).text(2, 0, shown, paint.theme.text);
}
