/** Text with roles instead of colours, as view-models hand it to panes. Its pieces are sanitised already. */
import { sanitize } from "../../../src/terminal/sanitize.ts";
import { wrap } from "../../../src/terminal/width.ts";
import type { Role } from "../../terminal/theme.ts";

export type Piece = readonly [text: string, role?: Role];
export type Line = readonly Piece[];

/** Text from an image, made printable. */
export function safe(text: string): string {
  return sanitize(text);
}

/** `name   value` lines; a long value goes on below itself. */
export function field(name: string, value: string, width: number, role?: Role, nameWidth = 12): Line[] {
  const room = Math.max(8, width - nameWidth);
  return wrap(value, room).map((line, i): Line => [
    [(i === 0 ? name : "").padEnd(nameWidth), "dim"],
    role === undefined ? [line] : [line, role],
  ]);
}

export function paragraph(text: string, width: number, role?: Role): Line[] {
  return wrap(text, Math.max(8, width)).map((line): Line => [role === undefined ? [line] : [line, role]]);
}

export const blank: Line = [];
