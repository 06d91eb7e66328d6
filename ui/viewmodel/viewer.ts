/** A file's content as lines of text, or as bytes. */
import { sanitizeLines } from "../../src/terminal/sanitize.ts";
import { ListCursor } from "./list-cursor.ts";

/** Bytes a viewer reads at most: more is never useful on a screen, and an image may hold anything. */
export const viewerLimit = 4 * 1024 * 1024;
const bytesPerRow = 16;
/** Characters of one line that are kept: minified files have lines of megabytes. */
const longestLine = 20_000;

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
  #lines: readonly string[] | null = null;

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
    return this.hex ? Math.max(1, Math.ceil(this.content.length / bytesPerRow)) : this.lines.length;
  }

  /** Printable lines: nothing in them moves a cursor. */
  get lines(): readonly string[] {
    this.#lines ??= toLines(this.content);
    return this.#lines;
  }

  row(index: number): string {
    return this.hex ? hexRow(this.content, index) : (this.lines[index] ?? "");
  }

  toggleHex(): void {
    const ratio = this.cursor.index / Math.max(1, this.count);
    this.hex = !this.hex;
    this.column = 0;
    this.cursor.to(Math.floor(ratio * this.count), this.count);
  }

  /** Moves the window sideways, as far as there is anything to see in it. */
  scrollColumns(columns: number): void {
    const { scroll, height } = this.cursor;
    let longest = 0;
    for (let index = scroll; index < Math.min(scroll + height, this.count); index += 1) longest = Math.max(longest, this.row(index).length);
    this.column = Math.max(0, columns > 0 ? Math.min(this.column + columns, Math.max(this.column, longest - 1)) : this.column + columns);
  }

  /** Goes to the next row that holds the query, from the cursor's own on when `includeCurrent`. False when there is none. */
  find(step: 1 | -1, includeCurrent = false): boolean {
    if (this.query === "") return false;
    const exact = this.query !== this.query.toLowerCase();
    const { count } = this;
    for (let i = includeCurrent ? 0 : 1; i <= count; i += 1) {
      const index = (((this.cursor.index + i * step) % count) + count) % count;
      const row = this.row(index);
      const at = exact ? row.indexOf(this.query) : row.toLowerCase().indexOf(this.query.toLowerCase());
      if (at < 0) continue;
      this.cursor.to(index, count);
      if (at < this.column || at > this.column + 60) this.column = Math.max(0, at - 20);
      return true;
    }
    return false;
  }
}

/** NUL bytes, or a lot of what no text encoding uses, in the first 8 KiB. */
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
    .map((line) => sanitizeLines(cut(line.endsWith("\r") ? line.slice(0, -1) : line)).replace(/\t/g, "    "));
  if (lines.length > 1 && lines[lines.length - 1] === "") lines.pop();
  return lines;
}

function cut(line: string): string {
  return line.length <= longestLine ? line : `${line.slice(0, longestLine)} … ${line.length - longestLine} more characters`;
}

function hexRow(content: Buffer, index: number): string {
  const start = index * bytesPerRow;
  const bytes = content.subarray(start, start + bytesPerRow);
  const pairs = Array.from({ length: bytesPerRow }, (_, i) => (i < bytes.length ? bytes[i]!.toString(16).padStart(2, "0") : "  "));
  const text = Array.from(bytes, (byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : ".")).join("");
  return `${start.toString(16).padStart(8, "0")}  ${pairs.slice(0, 8).join(" ")}  ${pairs.slice(8).join(" ")}  |${text}|`;
}
