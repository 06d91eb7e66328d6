/**
 * A grid of cells that panes paint on. It does not touch the terminal (`screen.ts` copies it there), so tests can read what a person would
 * see.
 */
import { graphemes } from "../../src/terminal/graphemes.ts";
import { padEnd, padStart, textWidth, truncate } from "../../src/terminal/width.ts";
import { over, plain } from "./attr.ts";
import type { Attr } from "./attr.ts";

/** A piece of a line. Its text must be printable, so text from an image is sanitised first. */
export type Span = readonly [text: string, attr?: Attr];

/** Characters that take one cell in every terminal: Latin, and the arrows, operators, lines and blocks that panes draw with. */
export const simpleText = /^[\x20-\x7e\xa1-\xac\xae-\u02ff\u2010-\u2027\u2190-\u22ff\u2500-\u25cf]*$/;
/** A letter with a thousand combining marks is an attack, not a letter. */
const longestCluster = 16;

/** The content of the second cell of a wide character. */
export const continuation = "";

export interface Rect {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export class Surface {
  readonly width: number;
  readonly height: number;
  readonly chars: string[];
  readonly attrs: Attr[];
  /** Where to put the terminal's cursor, for prompts; null hides it. */
  cursor: { readonly x: number; readonly y: number } | null = null;

  constructor(width: number, height: number) {
    this.width = width;
    this.height = height;
    this.chars = Array.from({ length: width * height }, () => " ");
    this.attrs = Array.from({ length: width * height }, () => plain);
  }

  clear(attr: Attr = plain): void {
    this.chars.fill(" ");
    this.attrs.fill(attr);
    this.cursor = null;
  }

  region(rect: Rect = { x: 0, y: 0, width: this.width, height: this.height }): Region {
    return new Region(this, rect);
  }

  /** The text of a row, without trailing blanks. */
  row(y: number): string {
    return this.chars
      .slice(y * this.width, (y + 1) * this.width)
      .join("")
      .trimEnd();
  }

  rows(): string[] {
    return Array.from({ length: this.height }, (_, y) => this.row(y));
  }

  put(x: number, y: number, char: string, attr: Attr): void {
    const at = y * this.width + x;
    this.chars[at] = char;
    this.attrs[at] = attr;
  }
}

/** A rectangle of a surface, which clips whatever is painted through it. */
export class Region {
  readonly surface: Surface;
  readonly rect: Rect;

  constructor(surface: Surface, rect: Rect) {
    this.surface = surface;
    const x = Math.max(0, rect.x);
    const y = Math.max(0, rect.y);
    this.rect = {
      x,
      y,
      width: Math.max(0, Math.min(rect.width, surface.width - x)),
      height: Math.max(0, Math.min(rect.height, surface.height - y)),
    };
  }

  get width(): number {
    return this.rect.width;
  }

  get height(): number {
    return this.rect.height;
  }

  /** A part of this region, clipped to it. */
  sub(x: number, y: number, width: number, height: number): Region {
    const left = Math.min(x, this.width);
    const top = Math.min(y, this.height);
    return new Region(this.surface, {
      x: this.rect.x + left,
      y: this.rect.y + top,
      width: Math.min(width, this.width - left),
      height: Math.min(height, this.height - top),
    });
  }

  fill(attr: Attr, char = " "): void {
    for (let y = 0; y < this.height; y += 1) {
      for (let x = 0; x < this.width; x += 1) this.surface.put(this.rect.x + x, this.rect.y + y, char, attr);
    }
  }

  /** Writes text at a cell and returns the column after it. A wide character that does not fit becomes a blank. */
  text(x: number, y: number, text: string, attr: Attr = plain): number {
    if (y < 0 || y >= this.height) return x;
    if (simpleText.test(text)) {
      const end = Math.min(this.width, x + text.length);
      for (let i = 0; x < end; x += 1, i += 1) this.#put(x, y, text[i]!, attr);
      return x;
    }
    for (const segment of graphemes(text)) {
      if (x >= this.width) return x;
      const width = textWidth(segment);
      if (width === 0) continue;
      if (x + width > this.width) this.#put(x, y, " ", attr);
      else {
        this.#put(x, y, segment.length > longestCluster ? "\ufffd" : segment, attr);
        if (width === 2) this.#put(x + 1, y, continuation, attr);
      }
      x += width;
    }
    return x;
  }

  /** Writes spans and fills the rest of the row with `rest`. `wash` is applied over everything (the cursor bar). */
  line(y: number, spans: readonly Span[], rest: Attr = plain, wash: Attr = plain): void {
    if (y < 0 || y >= this.height) return;
    let x = 0;
    for (const [text, attr] of spans) {
      const end = x + (simpleText.test(text) ? text.length : textWidth(text, this.width));
      x = this.text(x, y, text, over(attr ?? rest, wash));
      if (end > this.width) {
        this.#markCut(y);
        return;
      }
    }
    for (; x < this.width; x += 1) this.#put(x, y, " ", over(rest, wash));
  }

  /** Marks in the last column that text was cut. */
  #markCut(y: number): void {
    if (this.width < 2) return;
    const at = (this.rect.y + y) * this.surface.width + this.rect.x + this.width - 1;
    if (this.surface.chars[at] === continuation) this.surface.chars[at - 1] = " ";
    this.surface.chars[at] = "…";
  }

  /** Applies an attribute over cells that are already painted. */
  wash(x: number, y: number, width: number, attr: Attr): void {
    if (y < 0 || y >= this.height) return;
    for (let i = Math.max(0, x); i < Math.min(this.width, x + width); i += 1) {
      const at = (this.rect.y + y) * this.surface.width + this.rect.x + i;
      this.surface.attrs[at] = over(this.surface.attrs[at]!, attr);
    }
  }

  /** Draws a border with a title and footers, at the right and left of the lower line; returns the region inside. */
  frame(title: readonly Span[], border: Attr, footer: readonly Span[] = [], leftFooter: readonly Span[] = []): Region {
    const { width, height } = this;
    if (width < 2 || height < 2) return this.sub(0, 0, 0, 0);
    this.text(0, 0, `┌${"─".repeat(width - 2)}┐`, border);
    this.text(0, height - 1, `└${"─".repeat(width - 2)}┘`, border);
    for (let y = 1; y < height - 1; y += 1) {
      this.text(0, y, "│", border);
      this.text(width - 1, y, "│", border);
    }
    if (title.length > 0) this.sub(2, 0, width - 4, 1).spans(0, 0, [[" "], ...title, [" "]], border);
    let room = width - 4;
    if (footer.length > 0) {
      const length = footer.reduce((sum, [text]) => sum + textWidth(text), 2);
      if (length <= room) {
        this.sub(width - 2 - length, height - 1, length, 1).spans(0, 0, [[" "], ...footer, [" "]], border);
        room -= length + 1;
      }
    }
    if (leftFooter.length > 0 && room > 12) {
      const [[text, attr]] = leftFooter as [Span];
      this.sub(2, height - 1, room, 1).spans(0, 0, [[" "], [truncateMiddle(text, room - 2), attr ?? border], [" "]], border);
    }
    return this.sub(1, 1, width - 2, height - 2);
  }

  /** Writes spans without filling the row, and returns the column after them. */
  spans(x: number, y: number, spans: readonly Span[], rest: Attr = plain): number {
    for (const [text, attr] of spans) x = this.text(x, y, text, attr ?? rest);
    return x;
  }

  #put(x: number, y: number, char: string, attr: Attr): void {
    this.surface.put(this.rect.x + x, this.rect.y + y, char, attr);
  }
}

/** Cuts or fills text to exactly a width. */
export function pad(text: string, width: number, side: "left" | "right" = "right"): string {
  if (text.length <= width && simpleText.test(text)) return side === "right" ? text.padEnd(width) : text.padStart(width);
  const fitted = truncate(text, width);
  return side === "right" ? padEnd(fitted, width) : padStart(fitted, width);
}

/** Cuts a name in the middle, because start and end say more than the start alone. */
export function truncateMiddle(text: string, width: number): string {
  if (textWidth(text) <= width) return text;
  const end = Math.floor((width - 1) / 2);
  const pieces = [...graphemes(text)];
  let tail = "";
  for (let i = pieces.length - 1; i >= 0 && textWidth(pieces[i]! + tail) <= end; i -= 1) tail = pieces[i]! + tail;
  return `${truncate(text, width - textWidth(tail))}${tail}`;
}
