/** Text with roles instead of colours, which view-models pass to panes. Its pieces are already sanitised. */
import { sanitize } from "../../../src/terminal/sanitize.ts";
import { wrap } from "../../../src/terminal/width.ts";
import type { Role } from "../../terminal/theme.ts";

export type Piece = readonly [text: string, role?: Role];
export type Line = readonly Piece[];

/** Text from an image, made printable. */
export function safe(text: string): string {
  return sanitize(text);
}

/** The length from which a text is wrapped only once, not at every key press. */
const longText = 2000;
/** How many wrapped long texts are kept. */
const mostKept = 16;
const kept = new Map<string, { readonly columns: number; readonly lines: readonly string[] }>();

function linesOf(text: string, columns: number): readonly string[] {
  if (text.length < longText) return wrap(text, columns);
  const before = kept.get(text);
  if (before?.columns === columns) return before.lines;
  if (kept.size >= mostKept) kept.clear();
  const lines = wrap(text, columns);
  kept.set(text, { columns, lines });
  return lines;
}

/** `name   value` lines; a long value is wrapped. */
export function field(name: string, value: string, width: number, role?: Role, nameWidth = 12): Line[] {
  const room = Math.max(8, width - nameWidth);
  return linesOf(value, room).map((line, i): Line => [
    [(i === 0 ? name : "").padEnd(nameWidth), "dim"],
    role === undefined ? [line] : [line, role],
  ]);
}

export function paragraph(text: string, width: number, role?: Role): Line[] {
  return linesOf(text, Math.max(8, width)).map((line): Line => [role === undefined ? [line] : [line, role]]);
}

export const blank: Line = [];
