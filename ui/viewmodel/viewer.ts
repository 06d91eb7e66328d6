/** A file's content as lines of text, or as bytes. */
import { sanitizeLines } from "../../src/terminal/sanitize.ts";
import { WrappedLines } from "./documents/wrapped-lines.ts";
import type { Piece } from "./documents/wrapped-lines.ts";
import { ListCursor } from "./list-cursor.ts";

/** The most bytes that the viewer reads. More is not useful on a screen, and files in an image can have any size. */
export const viewerLimit = 4 * 1024 * 1024;
const bytesPerRow = 16;
/** Columns shown left of a match that is far to the right. */
const matchMargin = 20;

export class ViewerModel {
  readonly title: string;
  readonly content: Buffer;
  /** Bytes of the whole file. */
  readonly bytes: number;
  readonly cursor = new ListCursor();
  readonly isBinary: boolean;
  hex: boolean;
  /** First column shown. */
  column = 0;
  query = "";
  /** Columns of a row in the last frame. */
  #width = 80;
  #lines: readonly string[] | null = null;
  /** Null when each line is one row. */
  #wrapped: WrappedLines | null = null;

  constructor(title: string, content: Buffer, bytes: number) {
    this.title = title;
    this.content = content;
    this.bytes = bytes;
    this.isBinary = looksBinary(content);
    this.hex = this.isBinary;
  }

  get isCut(): boolean {
    return this.content.length < this.bytes;
  }

  get count(): number {
    if (this.hex) return Math.max(1, Math.ceil(this.content.length / bytesPerRow));
    return this.#wrapped?.count ?? this.lines.length;
  }

  get isWrapped(): boolean {
    return this.#wrapped !== null && !this.hex;
  }

  /** Printable lines, without control characters that could move the cursor. */
  get lines(): readonly string[] {
    this.#lines ??= toLines(this.content);
    return this.#lines;
  }

  /** The text that a row belongs to (a line, or a row of bytes) and the part of it that is shown. */
  row(index: number): { readonly text: string } & Piece {
    if (this.hex) return { text: hexRow(this.content, index), line: index, from: 0, to: Infinity };
    const piece = this.#wrapped?.piece(index) ?? { line: index, from: this.column, to: this.column + this.#width };
    return { text: this.lines[piece.line] ?? "", ...piece };
  }

  /** Sets the width. If it has changed, wrapped lines are wrapped again, and the cursor stays on its text. */
  fitWidth(columns: number): void {
    this.#width = Math.max(1, columns);
    if (this.#wrapped !== null && this.#wrapped.width !== Math.max(2, columns)) this.#wrap(this.#wrapped.piece(this.cursor.index));
  }

  toggleWrap(): void {
    if (this.hex) return;
    const place = this.row(this.cursor.index);
    if (this.#wrapped === null) this.#wrap(place);
    else {
      this.#wrapped = null;
      this.cursor.to(place.line, this.count);
      this.#toColumn(place.from, 1);
    }
  }

  #wrap({ line, from }: Piece): void {
    this.column = 0;
    this.#wrapped = new WrappedLines(this.lines, this.#width);
    this.cursor.to(this.#wrapped.rowOf(line, from), this.count);
  }

  toggleHex(): void {
    const ratio = this.cursor.index / Math.max(1, this.count);
    this.hex = !this.hex;
    this.column = 0;
    this.cursor.to(Math.floor(ratio * this.count), this.count);
  }

  /** Scrolls sideways, as long as some text stays visible. */
  scrollColumns(columns: number): void {
    if (this.isWrapped) return;
    const { scroll, height } = this.cursor;
    let longest = 0;
    for (let index = scroll; index < Math.min(scroll + height, this.count); index += 1)
      longest = Math.max(longest, this.row(index).text.length);
    this.column = Math.max(0, columns > 0 ? Math.min(this.column + columns, Math.max(this.column, longest - 1)) : this.column + columns);
  }

  /**
   * Moves to the next or previous match that the cursor's row does not show, or with `includeCurrent` to the first from the start of that
   * row on. False when there is none.
   */
  find(step: 1 | -1, includeCurrent = false): boolean {
    if (this.query === "") return false;
    const isExact = this.query !== this.query.toLowerCase();
    const needle = isExact ? this.query : smallLetters(this.query);
    const textOf = (line: number): string => {
      const text = this.hex ? hexRow(this.content, line) : (this.lines[line] ?? "");
      return isExact ? text : smallLetters(text);
    };
    const here = this.row(this.cursor.index);
    const seen = this.isWrapped ? here.to : Math.max(here.from + 1, here.to - needle.length + 1);
    const count = this.hex ? this.count : this.lines.length;
    for (let i = 0; i <= count; i += 1) {
      const line = (((here.line + i * step) % count) + count) % count;
      const text = textOf(line);
      let at: number;
      if (step === 1) at = text.indexOf(needle, i > 0 ? 0 : includeCurrent ? here.from : seen);
      else at = i === 0 && here.from === 0 ? -1 : text.lastIndexOf(needle, i > 0 ? Infinity : here.from - 1);
      if (at < 0) continue;
      this.cursor.to(this.isWrapped ? this.#wrapped!.rowOf(line, at) : line, this.count);
      this.#toColumn(at, needle.length);
      return true;
    }
    return false;
  }

  /** Scrolls sideways to a place in the cursor's line. */
  #toColumn(at: number, length: number): void {
    if (this.isWrapped || this.hex) return;
    if (at < this.column || at + length > this.column + this.#width) this.column = Math.max(0, at - matchMargin);
    if (at + length <= this.#width) this.column = 0;
  }
}

/** Lower case with the same length, so that a match has the same offset in both. */
export function smallLetters(text: string): string {
  const small = text.toLowerCase();
  if (small.length === text.length) return small;
  return Array.from(text, (char) => (char.toLowerCase().length === char.length ? char.toLowerCase() : char)).join("");
}

/** True for NUL bytes, or many bytes that text does not use, in the first 8 KiB. */
function looksBinary(content: Buffer): boolean {
  const head = content.subarray(0, 8192);
  if (head.includes(0)) return true;
  let odd = 0;
  for (const byte of head) if (byte < 32 && byte !== 9 && byte !== 10 && byte !== 13 && byte !== 27 && byte !== 12) odd += 1;
  return odd * 20 > head.length;
}

function toLines(content: Buffer): string[] {
  const lines = content
    .toString("utf8")
    .split("\n")
    .map((line) => sanitizeLines(line.endsWith("\r") ? line.slice(0, -1) : line).replace(/\t/g, "    "));
  if (lines.length > 1 && lines[lines.length - 1] === "") lines.pop();
  return lines;
}

function hexRow(content: Buffer, index: number): string {
  const start = index * bytesPerRow;
  const bytes = content.subarray(start, start + bytesPerRow);
  const pairs = Array.from({ length: bytesPerRow }, (_, i) => (i < bytes.length ? bytes[i]!.toString(16).padStart(2, "0") : "  "));
  const text = Array.from(bytes, (byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : ".")).join("");
  return `${start.toString(16).padStart(8, "0")}  ${pairs.slice(0, 8).join(" ")}  ${pairs.slice(8).join(" ")}  |${text}|`;
}
