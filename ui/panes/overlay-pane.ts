/** What lies over the tabs: the viewer, the diff, the help, a choice of versions. */
import { formatBytes } from "../../src/terminal/format-bytes.ts";
import { textWidth, truncate } from "../../src/terminal/width.ts";
import { displayKey } from "../keys/keymap.ts";
import type { Context, Keymap } from "../keys/keymap.ts";
import { bodyOf } from "../layout.ts";
import type { AppState, Chooser, Overlay } from "../state.ts";
import { pad } from "../terminal/surface.ts";
import type { Region, Span } from "../terminal/surface.ts";
import type { DiffModel } from "../viewmodel/diff.ts";
import type { Line } from "../viewmodel/documents/document.ts";
import { blank, paragraph, safe } from "../viewmodel/documents/document.ts";
import type { ListCursor } from "../viewmodel/list-cursor.ts";
import type { ViewerModel } from "../viewmodel/viewer.ts";
import { paintPicker } from "./picker-pane.ts";
import { cursorWash, padded, pane, paintLines, scrollbar, toSpans, windowRows } from "./paint.ts";
import type { Paint } from "./paint.ts";

export function paintOverlay(paint: Paint, screen: Region, state: AppState, overlay: Overlay): void {
  const body = bodyOf(screen.width, screen.height);
  const full = screen.sub(body.x, body.y, body.width, body.height);
  switch (overlay.kind) {
    case "viewer":
      return paintViewer(paint, full, overlay.model);
    case "diff":
      return paintDiff(paint, full, overlay.model);
    case "picker":
      return paintPicker(paint, full, overlay.model, Date.now());
    case "failure":
      return paintFailure(paint, full, state);
    case "help":
      return paintHelp(paint, full, overlay.cursor, overlay.contexts);
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

export const contextTitles = [
  ["global", "Everywhere"],
  ["list", "Moving about"],
  ["layers", "Layers"],
  ["files", "Files"],
  ["waste", "Waste"],
  ["secrets", "Secrets"],
  ["duplicates", "Duplicates and caches"],
  ["packages", "Packages"],
  ["plan", "Plan"],
  ["viewer", "Viewer"],
  ["diff", "Diff"],
  ["failure", "An image that cannot be read"],
] as const;

/** The help's lines, from the table that binds: what counts here alone first, then what counts everywhere, the rest below. */
export function helpLines(keymap: Keymap, contexts: readonly Context[], width: number): Line[] {
  const here = contexts.flatMap((context) => contextTitles.filter(([titled]) => titled === context));
  const lines = columns(
    here.map((title) => section(keymap, title)),
    width,
  );
  const others = contextTitles.filter((title) => !here.includes(title)).map((title) => section(keymap, title));
  return [
    ...lines,
    blank,
    [["Elsewhere", "header"]],
    blank,
    ...columns(others, width),
    blank,
    ...paragraph(
      "Mouse: click a row to select it and again to open it; wheel scrolls; click tabs, panes and the Size/Filetree header.",
      width,
      "dim",
    ),
  ];
}

function section(keymap: Keymap, [context, title]: (typeof contextTitles)[number]): Line[] {
  const rows = keymap.bindings.filter((binding) => binding.context === context);
  return rows.length === 0
    ? []
    : [
        [[title, "titleFocused"]],
        ...rows.map(({ keys, help }): Line => [[pad(`  ${keys.map(displayKey).join("  ")}`, keyColumn), "key"], [help]]),
      ];
}

/** Columns of the keys, and of a whole column of help. */
const keyColumn = 20;
const helpColumn = 76;

/** Sections side by side where there is room, the next one always where least stands. */
function columns(sections: readonly Line[][], width: number): Line[] {
  const count = Math.max(1, Math.floor(width / helpColumn));
  const stacks = Array.from({ length: count }, (): Line[] => []);
  for (const lines of sections) {
    if (lines.length === 0) continue;
    const stack = stacks.reduce((least, one) => (one.length < least.length ? one : least));
    if (stack.length > 0) stack.push(blank);
    stack.push(...lines);
  }
  const columnWidth = Math.floor(width / count);
  return Array.from({ length: Math.max(...stacks.map((stack) => stack.length)) }, (_, y) =>
    stacks.flatMap((stack, column): Line => {
      const line = stack[y] ?? blank;
      if (column === count - 1) return line;
      return fitLine(line, columnWidth - 2);
    }),
  );
}

/** A line cut or filled to a width. */
function fitLine(line: Line, width: number): Line {
  const fitted: Line[number][] = [];
  let room = width;
  for (const [text, role] of line) {
    const shown = truncate(text, room);
    room -= textWidth(shown);
    fitted.push(role === undefined ? [shown] : [shown, role]);
  }
  return [...fitted, [" ".repeat(room + 2)]];
}

function paintHelp(paint: Paint, frame: Region, cursor: ListCursor, contexts: readonly Context[]): void {
  const inside = pane(paint, frame, [["Keys"]], true, [[`${paint.keymap.keyFor("help")} or esc closes`, paint.theme.dim]]);
  const lines = helpLines(paint.keymap, contexts, inside.width - 2);
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

/** Why there is nothing to see, in whole, and what can be done about it. */
function paintFailure(paint: Paint, body: Region, state: AppState): void {
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
