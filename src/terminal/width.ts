/**
 * How many columns text takes on a terminal. Sanitised text is expected: control characters count as nothing here but do harm there.
 */

import { graphemes } from "./graphemes.ts";

/** ASCII, and the signs that reports are drawn with: one column each. */
const plain = /^[\x20-\x7e·…→\u2500-\u259f]*$/;
const emoji = /^\p{Emoji_Presentation}|\ufe0f|\u200d|^[\u{1f1e6}-\u{1f1ff}]{2}/u;
const zeroWidth = /^[\p{Mn}\p{Me}\p{Cf}]+$/u;

/** First and last code points of the ranges that East Asian Width calls wide or full-width. */
const wide: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f],
  [0x2e80, 0x303e],
  [0x3041, 0x33ff],
  [0x3400, 0x4dbf],
  [0x4e00, 0x9fff],
  [0xa000, 0xa4cf],
  [0xa960, 0xa97c],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe30, 0xfe6f],
  [0xff01, 0xff60],
  [0xffe0, 0xffe6],
  [0x16fe0, 0x18d08],
  [0x1aff0, 0x1b2fb],
  [0x1f200, 0x1f2ff],
  [0x20000, 0x3fffd],
];

/** Columns of the text. Counting stops once there are more than `enough`. */
export function textWidth(text: string, enough = Infinity): number {
  if (plain.test(text)) return text.length;
  let columns = 0;
  for (const grapheme of graphemes(text)) {
    columns += graphemeWidth(grapheme);
    if (columns > enough) break;
  }
  return columns;
}

/** The longest beginning that fits into `columns`, with `…` in its last column when something was cut off. */
export function truncate(text: string, columns: number): string {
  if (textWidth(text, columns) <= columns) return text;
  return columns <= 0 ? "" : `${headOf(text, columns - 1)}…`;
}

/** As `truncate`, but keeps the end: for paths, whose last part matters most. */
export function truncateStart(text: string, columns: number): string {
  if (textWidth(text, columns) <= columns) return text;
  if (columns <= 0) return "";
  if (plain.test(text)) return `…${text.slice(text.length - columns + 1)}`;
  const segments = [...graphemes(text)];
  let used = 1;
  let from = segments.length;
  while (from > 0 && used + graphemeWidth(segments[from - 1]!) <= columns) used += graphemeWidth(segments[(from -= 1)]!);
  return `…${segments.slice(from).join("")}`;
}

export function padEnd(text: string, columns: number): string {
  return text + " ".repeat(Math.max(0, columns - textWidth(text)));
}

export function padStart(text: string, columns: number): string {
  return " ".repeat(Math.max(0, columns - textWidth(text))) + text;
}

/** Breaks text into lines of at most `columns`, at spaces where there are any. Stops when there are `wanted` lines. */
export function wrap(text: string, columns: number, wanted = Infinity): string[] {
  const lines: string[] = [];
  let line = "";
  let used = 0;
  for (const word of text.split(" ")) {
    const width = textWidth(word, columns);
    if (line !== "" && used + 1 + width > columns) {
      lines.push(line);
      if (lines.length >= wanted) return lines;
      line = "";
    }
    if (line === "" && width > columns) {
      const pieces = cut(word, columns, wanted - lines.length);
      line = pieces.pop()!;
      used = textWidth(line);
      lines.push(...pieces);
    } else {
      used = line === "" ? width : used + 1 + width;
      line = line === "" ? word : `${line} ${word}`;
    }
    if (lines.length >= wanted) return lines;
  }
  lines.push(line);
  return lines;
}

/** A word in pieces of at most `columns`, but no more than one piece beyond those `wanted`. */
function cut(word: string, columns: number, wanted: number): string[] {
  const pieces: string[] = [];
  if (plain.test(word)) {
    const step = Math.max(1, columns);
    for (let from = 0; from < word.length && pieces.length <= wanted; from += step) pieces.push(word.slice(from, from + step));
    return pieces;
  }
  let piece = "";
  let used = 0;
  for (const grapheme of graphemes(word)) {
    const width = graphemeWidth(grapheme);
    if (used + width > columns && piece !== "") {
      pieces.push(piece);
      if (pieces.length > wanted) return pieces;
      piece = "";
      used = 0;
    }
    piece += grapheme;
    used += width;
  }
  return [...pieces, piece];
}

function headOf(text: string, columns: number): string {
  if (plain.test(text)) return text.slice(0, Math.max(0, columns));
  let used = 0;
  let head = "";
  for (const grapheme of graphemes(text)) {
    used += graphemeWidth(grapheme);
    if (used > columns) break;
    head += grapheme;
  }
  return head;
}

function graphemeWidth(grapheme: string): number {
  const code = grapheme.codePointAt(0)!;
  if (code < 0x300) return 1;
  if (emoji.test(grapheme)) return 2;
  if (zeroWidth.test(grapheme)) return 0;
  return isWide(code) ? 2 : 1;
}

function isWide(code: number): boolean {
  return code >= 0x1100 && wide.some(([first, last]) => code >= first && code <= last);
}
