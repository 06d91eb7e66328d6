/** Lines wrapped into rows of a width, and the mapping between the two. A line of megabytes takes milliseconds. */
import { simpleText } from "../../terminal/surface.ts";
import { textWidth } from "../../../src/terminal/width.ts";

/** The part of a line in one row. */
export interface Piece {
  readonly line: number;
  /** Offsets in the line, the second exclusive. */
  readonly from: number;
  readonly to: number;
}

export class WrappedLines {
  /** Columns of a row. */
  readonly width: number;
  readonly #lines: readonly string[];
  /** The first row of each line, and at the end the number of rows. */
  readonly #firstRows: Uint32Array;
  /** Where the rows of a line start, for lines with characters that do not take exactly one column. */
  readonly #starts = new Map<number, readonly number[]>();

  constructor(lines: readonly string[], width: number) {
    // A wide character needs two columns.
    this.width = Math.max(2, width);
    this.#lines = lines;
    this.#firstRows = new Uint32Array(lines.length + 1);
    let rows = 0;
    for (const [index, line] of lines.entries()) {
      this.#firstRows[index] = rows;
      if (simpleText.test(line)) rows += Math.max(1, Math.ceil(line.length / this.width));
      else {
        const starts = startsOf(line, this.width);
        this.#starts.set(index, starts);
        rows += starts.length;
      }
    }
    this.#firstRows[lines.length] = rows;
  }

  get count(): number {
    return this.#firstRows[this.#lines.length]!;
  }

  piece(row: number): Piece {
    let line = 0;
    let high = this.#lines.length;
    while (high - line > 1) {
      const middle = (line + high) >> 1;
      if (this.#firstRows[middle]! <= row) line = middle;
      else high = middle;
    }
    const at = row - this.#firstRows[line]!;
    const starts = this.#starts.get(line);
    const { length } = this.#lines[line] ?? "";
    return starts === undefined
      ? { line, from: at * this.width, to: Math.min(length, (at + 1) * this.width) }
      : { line, from: starts[at] ?? 0, to: starts[at + 1] ?? length };
  }

  /** The row that shows this character of a line. */
  rowOf(line: number, offset: number): number {
    const starts = this.#starts.get(line);
    const first = this.#firstRows[line] ?? 0;
    if (starts === undefined) return Math.min(first + Math.floor(offset / this.width), Math.max(first, this.#firstRows[line + 1]! - 1));
    return (
      first +
      Math.max(
        0,
        starts.findLastIndex((start) => start <= offset),
      )
    );
  }
}

/** Widths of the characters of the basic plane, plus one; 0 until computed. */
const widths = new Uint8Array(0x10000);

function startsOf(line: string, width: number): number[] {
  const starts = [0];
  let used = 0;
  for (let at = 0; at < line.length; at += 1) {
    const code = line.codePointAt(at)!;
    const columns = code < 0x300 ? 1 : columnsOf(code);
    if (used + columns > width) {
      starts.push(at);
      used = 0;
    }
    used += columns;
    if (code > 0xffff) at += 1;
  }
  return starts;
}

function columnsOf(code: number): number {
  if (code > 0xffff) return textWidth(String.fromCodePoint(code));
  if (widths[code] === 0) widths[code] = textWidth(String.fromCodePoint(code)) + 1;
  return widths[code]! - 1;
}
