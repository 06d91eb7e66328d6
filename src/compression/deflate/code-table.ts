import type { BitWriter } from "./bit-writer.ts";
import { codeLengths, codesOf } from "./huffman.ts";
import { distanceSymbols, literalSymbols } from "./symbols.ts";

/** Symbols of a table (RFC 1951, section 3.2.7): lengths, then three for repetitions. */
const repeatLast = 16;
const repeatZero = 17;
const repeatZeroLong = 18;
const tableSymbols = 19;
const longestCode = 7;
/** Number of bits for the repeat count. */
const extraBits = (symbol: number): number => (symbol < repeatLast ? 0 : symbol === repeatLast ? 2 : symbol === repeatZero ? 3 : 7);

/** The order in which the lengths of the table's own codes are written, so that unused ones at the end can be omitted. */
const writtenOrder = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15] as const;
const fewest = { literals: 257, distances: 1, written: 4 } as const;

/** The header of a dynamic block: the lengths of its codes, themselves Huffman coded. */
export class CodeTable {
  /** The size of what `write` writes. */
  bits = 0;
  #literals = 0;
  #distances = 0;
  #written = 0;
  /** The lengths of both codes, concatenated. */
  readonly #all = new Uint8Array(literalSymbols + distanceSymbols);
  /** Symbols in the low five bits, with the repeat count above. */
  readonly #items = new Uint16Array(literalSymbols + distanceSymbols);
  #itemCount = 0;
  readonly #frequencies = new Uint32Array(tableSymbols);
  readonly #lengths = new Uint8Array(tableSymbols);
  readonly #codes = new Uint16Array(tableSymbols);

  describe(literals: Uint8Array, distances: Uint8Array): void {
    this.#literals = usedOf(literals, fewest.literals);
    this.#distances = usedOf(distances, fewest.distances);
    this.#all.set(literals.subarray(0, this.#literals));
    this.#all.set(distances.subarray(0, this.#distances), this.#literals);
    this.#itemCount = 0;
    this.#frequencies.fill(0);
    const end = this.#literals + this.#distances;
    for (let at = 0; at < end;) {
      const length = this.#all[at]!;
      let runEnd = at + 1;
      while (runEnd < end && this.#all[runEnd] === length) runEnd += 1;
      this.#addRun(length, runEnd - at);
      at = runEnd;
    }
    codeLengths(this.#frequencies, longestCode, this.#lengths);
    this.#written = tableSymbols;
    while (this.#written > fewest.written && this.#lengths[writtenOrder[this.#written - 1]!] === 0) this.#written -= 1;
    this.bits = 14 + 3 * this.#written;
    for (let symbol = 0; symbol < tableSymbols; symbol += 1) {
      this.bits += this.#frequencies[symbol]! * (this.#lengths[symbol]! + extraBits(symbol));
    }
  }

  write(out: BitWriter): void {
    codesOf(this.#lengths, this.#codes);
    out.put(this.#literals - fewest.literals, 5);
    out.put(this.#distances - fewest.distances, 5);
    out.put(this.#written - fewest.written, 4);
    for (let i = 0; i < this.#written; i += 1) out.put(this.#lengths[writtenOrder[i]!]!, 3);
    for (let i = 0; i < this.#itemCount; i += 1) {
      const symbol = this.#items[i]! & 31;
      out.put(this.#codes[symbol]!, this.#lengths[symbol]!);
      out.put(this.#items[i]! >> 5, extraBits(symbol));
    }
  }

  #addRun(length: number, times: number): void {
    let left = times;
    if (length === 0) {
      for (; left >= 11; left -= Math.min(left, 138)) this.#add(repeatZeroLong, Math.min(left, 138) - 11);
      for (; left >= 3; left -= Math.min(left, 10)) this.#add(repeatZero, Math.min(left, 10) - 3);
    } else if (left > 3) {
      this.#add(length, 0);
      left -= 1;
      for (; left >= 3; left -= Math.min(left, 6)) this.#add(repeatLast, Math.min(left, 6) - 3);
    }
    for (; left > 0; left -= 1) this.#add(length, 0);
  }

  #add(symbol: number, extra: number): void {
    this.#items[this.#itemCount] = symbol | (extra << 5);
    this.#itemCount += 1;
    this.#frequencies[symbol]! += 1;
  }
}

/** How many lengths must be written: zeros at the end are omitted. */
function usedOf(lengths: Uint8Array, least: number): number {
  let used = lengths.length;
  while (used > least && lengths[used - 1] === 0) used -= 1;
  return used;
}
