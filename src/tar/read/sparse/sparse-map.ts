/** The four ways in which GNU tar writes down where a sparse file's stored pieces belong. */
import type { SparseSegment } from "../../entry.ts";
import { blockSize } from "../../header.ts";
import { readNumber } from "../../numbers.ts";
import { TarProblem } from "../problem.ts";

/** Collects the pieces of one file: in order, not overlapping, adjacent ones joined, empty ones (GNU's end marks) left out. */
export class SparseMap {
  readonly segments: SparseSegment[] = [];
  readonly #limit: number;
  #end = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  add(offset: number, length: number): void {
    if (!(offset >= 0 && length >= 0 && Number.isSafeInteger(offset + length))) throw new TarProblem("its sparse map holds a bad number");
    if (offset < this.#end) throw new TarProblem("its sparse map's pieces overlap or are not in order");
    const last = this.segments.at(-1);
    if (length === 0) {
      this.#end = offset;
    } else if (last !== undefined && last.offset + last.length === offset) {
      this.segments[this.segments.length - 1] = { offset: last.offset, length: last.length + length };
      this.#end = offset + length;
    } else {
      if (this.segments.length >= this.#limit) throw new TarProblem(`its sparse map has more than ${this.#limit} pieces`, "limit-exceeded");
      this.segments.push({ offset, length });
      this.#end = offset + length;
    }
  }

  /** The pieces. Throws TarProblem unless they lie within a file of `size` bytes and add up to the `stored` bytes in the archive. */
  finish(size: number, stored: number): readonly SparseSegment[] {
    if (this.#end > size) throw new TarProblem("its sparse map reaches past the end of the file");
    let total = 0;
    for (const segment of this.segments) total += segment.length;
    if (total !== stored) throw new TarProblem(`its sparse map names ${total} stored bytes, the archive holds ${stored}`);
    return this.segments;
  }
}

/** Old GNU format: `count` pairs of 12-byte numbers at `at`; a blank pair ends the map. */
export function addGnuPairs(map: SparseMap, block: Buffer, at: number, count: number): void {
  for (let i = at; i < at + count * 24 && block[i] !== 0; i += 24) map.add(readNumber(block, i, 12), readNumber(block, i + 12, 12));
}

/** PAX formats 0.0 and 0.1: `offset,length,offset,length…` in decimal. */
export function addCommaPairs(map: SparseMap, text: string): void {
  if (text === "") return;
  const numbers = text.split(",");
  if (numbers.length % 2 !== 0) throw new TarProblem("its sparse map has an odd number of numbers");
  for (let i = 0; i < numbers.length; i += 2) map.add(whole(numbers[i]!), whole(numbers[i + 1]!));
}

function whole(text: string): number {
  return /^[0-9]+$/.test(text) ? Number(text) : NaN;
}

/**
 * PAX format 1.0: the map is at the start of the file's data, in decimal lines padded to a whole block: the number of pieces, then the
 * offset and length of each.
 */
export class SparseMapReader {
  readonly #map: SparseMap;
  #left = -1;
  #value = 0;
  #digits = 0;
  #offset = -1;

  constructor(map: SparseMap) {
    this.#map = map;
  }

  /** Reads one more block of the map; true when it was the last. */
  block(block: Buffer, at: number): boolean {
    for (let i = at; i < at + blockSize; i += 1) {
      const byte = block[i]!;
      if (byte === 0x0a) {
        if (this.#digits === 0) throw new TarProblem("its sparse map has an empty line");
        this.#number(this.#value);
        this.#value = 0;
        this.#digits = 0;
        if (this.#left === 0) return true;
      } else if (byte >= 0x30 && byte <= 0x39 && this.#digits < 20) {
        this.#value = this.#value * 10 + byte - 0x30;
        this.#digits += 1;
      } else {
        throw new TarProblem("its sparse map holds something that is not a number");
      }
    }
    return false;
  }

  #number(value: number): void {
    if (this.#left < 0) {
      this.#left = value;
    } else if (this.#offset < 0) {
      this.#offset = value;
    } else {
      this.#map.add(this.#offset, value);
      this.#offset = -1;
      this.#left -= 1;
    }
  }
}
