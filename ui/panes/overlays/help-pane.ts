/** All keys, in as many columns as fit. */
import { textWidth, wrap } from "../../../src/terminal/width.ts";
import { displayKey } from "../../keys/keymap.ts";
import type { Binding, Context, Keymap } from "../../keys/keymap.ts";
import { pad } from "../../terminal/surface.ts";
import type { Region } from "../../terminal/surface.ts";
import { blank, paragraph } from "../../viewmodel/documents/document.ts";
import type { Line } from "../../viewmodel/documents/document.ts";
import type { ListCursor } from "../../viewmodel/list-cursor.ts";
import { pane, paintLines, scrollbar } from "../paint.ts";
import type { Paint } from "../paint.ts";

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

/** The lines of the help, from the key table: first the keys that only work here, then those that work everywhere, then the rest. */
export function helpLines(keymap: Keymap, contexts: readonly Context[], width: number): Line[] {
  const here = contexts.flatMap((context) => contextTitles.filter(([titled]) => titled === context));
  const elsewhere = contextTitles.filter((title) => !here.includes(title));
  const count = Math.max(1, Math.floor(width / leastColumn));
  const columnWidth = Math.floor((width - (count - 1) * gap) / count);
  const sections = (titles: readonly (typeof contextTitles)[number][]): Line[] =>
    columns(
      titles.map((title) => section(keymap, title, columnWidth)),
      count,
      columnWidth,
    );
  return [
    ...sections(here),
    blank,
    [["Elsewhere", "header"]],
    blank,
    ...sections(elsewhere),
    blank,
    ...paragraph(
      "Mouse: click a row to select it and again to open it; wheel scrolls; click tabs, panes, the Size/Filetree header and the keys in the last row; drag the border between the two sides. Shift marks text.",
      width,
      "dim",
    ),
  ];
}

/** Width of the keys, least width of a column of help, and the gap between two columns. */
const keyWidth = 20;
const leastColumn = 48;
const gap = 2;

function section(keymap: Keymap, [context, title]: (typeof contextTitles)[number], width: number): Line[] {
  const rows = keymap.bindings.filter((binding) => binding.context === context);
  return rows.length === 0 ? [] : [[[title, "titleFocused"]], ...rows.flatMap((row) => keyLines(row, width))];
}

/** The keys with their help beside them, wrapped if too long. */
function keyLines({ keys, help }: Binding, width: number): Line[] {
  const names = `  ${keys.map(displayKey).join("  ")}`;
  const room = width - keyWidth;
  return wrap(help, room).map((line, i): Line => [[pad(i === 0 ? names : "", keyWidth), "key"], [line]]);
}

/** Sections side by side; each goes into the shortest column so far. */
function columns(sections: readonly Line[][], count: number, width: number): Line[] {
  const stacks = Array.from({ length: count }, (): Line[] => []);
  for (const lines of sections) {
    if (lines.length === 0) continue;
    const stack = stacks.reduce((least, one) => (one.length < least.length ? one : least));
    if (stack.length > 0) stack.push(blank);
    stack.push(...lines);
  }
  return Array.from({ length: Math.max(...stacks.map((stack) => stack.length)) }, (_, y) =>
    stacks.flatMap((stack, column): Line => {
      const line = stack[y] ?? blank;
      const used = line.reduce((sum, [text]) => sum + textWidth(text), 0);
      return column === count - 1 ? line : [...line, [" ".repeat(Math.max(0, width + gap - used))]];
    }),
  );
}

export function paintHelp(paint: Paint, frame: Region, cursor: ListCursor, contexts: readonly Context[]): void {
  const inside = pane(paint, frame, [["Keys"]], true, [[`${paint.keymap.keyFor("help")} or esc closes`, paint.theme.dim]]);
  const lines = helpLines(paint.keymap, contexts, inside.width - 2);
  cursor.height = inside.height;
  cursor.scroll = Math.max(0, Math.min(cursor.scroll, lines.length - inside.height));
  paintLines(paint, inside.sub(1, 0, inside.width - 2, inside.height), lines, cursor.scroll);
  paint.hits.push({ rect: frame.rect, target: { kind: "pane", list: "overlay" } });
  scrollbar(paint, frame, cursor, lines.length);
}
