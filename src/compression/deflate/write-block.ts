import type { BitWriter } from "./bit-writer.ts";
import { distanceBits, distanceMask, firstMatch } from "./block.ts";
import type { Block } from "./block.ts";
import { codeLengths, codesOf } from "./huffman.ts";
import {
  distanceBases,
  distanceExtraBits,
  distanceSlot,
  distanceSymbols,
  endOfBlock,
  firstLengthSymbol,
  lengthBases,
  lengthExtraBits,
  lengthSlots,
  literalSymbols,
} from "./symbols.ts";
import { CodeTable } from "./code-table.ts";

/** A stored block has its length in 16 bits, twice. */
const mostStored = 0xffff;
const storedHeaderBits = 40;
const blockTypes = { stored: 0, fixed: 1, dynamic: 2 } as const;
const longestCode = 15;

class Code {
  readonly lengths: Uint8Array;
  readonly codes: Uint16Array;

  constructor(symbols: number) {
    this.lengths = new Uint8Array(symbols);
    this.codes = new Uint16Array(symbols);
  }

  /** Bits for symbols of these frequencies, without their extra bits. */
  bits(frequencies: Uint32Array): number {
    let bits = 0;
    for (let symbol = 0; symbol < frequencies.length; symbol += 1) bits += frequencies[symbol]! * this.lengths[symbol]!;
    return bits;
  }
}

/** The fixed code, which need not be written (RFC 1951, section 3.2.6). */
const fixedLiterals = new Code(288);
fixedLiterals.lengths.fill(8).fill(9, 144, 256).fill(7, 256, 280);
codesOf(fixedLiterals.lengths, fixedLiterals.codes);
const fixedDistances = new Code(32);
fixedDistances.lengths.fill(5);
codesOf(fixedDistances.lengths, fixedDistances.codes);

/** Writes each block as the shortest of deflate's three types (RFC 1951, section 3.2.3). */
export class BlockWriter {
  readonly #out: BitWriter;
  readonly #literals = new Code(literalSymbols);
  readonly #distances = new Code(distanceSymbols);
  readonly #table = new CodeTable();

  constructor(out: BitWriter) {
    this.#out = out;
  }

  /** @param bytes the uncompressed content of the block */
  write(block: Block, bytes: Uint8Array, isLast: boolean): void {
    codeLengths(block.literals, longestCode, this.#literals.lengths);
    codeLengths(block.distances, longestCode, this.#distances.lengths);
    this.#table.describe(this.#literals.lengths, this.#distances.lengths);
    const extra = extraBits(block);
    const dynamic = this.#table.bits + this.#literals.bits(block.literals) + this.#distances.bits(block.distances) + extra;
    const fixed = fixedLiterals.bits(block.literals) + fixedDistances.bits(block.distances) + extra;
    const stored = bytes.length * 8 + Math.max(Math.ceil(bytes.length / mostStored), 1) * storedHeaderBits;
    if (stored < Math.min(dynamic, fixed)) this.#writeStored(bytes, isLast);
    else if (fixed <= dynamic) {
      this.#writeHeader(blockTypes.fixed, isLast);
      this.#writeTokens(block, fixedLiterals, fixedDistances);
    } else {
      this.#writeHeader(blockTypes.dynamic, isLast);
      this.#table.write(this.#out);
      codesOf(this.#literals.lengths, this.#literals.codes);
      codesOf(this.#distances.lengths, this.#distances.codes);
      this.#writeTokens(block, this.#literals, this.#distances);
    }
  }

  /** Ends on a byte boundary with an empty block, so that more can follow. */
  writeBoundary(): void {
    this.#writeStoredPiece(new Uint8Array(0), false);
  }

  #writeHeader(type: number, isLast: boolean): void {
    this.#out.put((type << 1) | (isLast ? 1 : 0), 3);
  }

  #writeStored(bytes: Uint8Array, isLast: boolean): void {
    for (let at = 0; at < bytes.length; at += mostStored) {
      const end = at + mostStored;
      this.#writeStoredPiece(bytes.subarray(at, end), isLast && end >= bytes.length);
    }
  }

  #writeStoredPiece(bytes: Uint8Array, isLast: boolean): void {
    this.#writeHeader(blockTypes.stored, isLast);
    this.#out.align();
    this.#out.put(bytes.length, 16);
    this.#out.put(bytes.length ^ mostStored, 16);
    this.#out.append(bytes);
  }

  /** The hot loop: unwritten bits are held in local variables, fewer than 16 between calls of `put`. */
  #writeTokens({ tokens, length: count }: Block, literals: Code, distances: Code): void {
    const { codes, lengths } = literals;
    const { codes: distanceCodes, lengths: distanceLengths } = distances;
    const writer = this.#out;
    const { bytes } = writer;
    let { length: at, held, heldBits } = writer;
    const put = (value: number, bits: number): void => {
      held |= value << heldBits;
      heldBits += bits;
      if (heldBits < 16) return;
      bytes[at] = held;
      bytes[at + 1] = held >>> 8;
      at += 2;
      held >>>= 16;
      heldBits -= 16;
    };
    for (let i = 0; i < count; i += 1) {
      const token = tokens[i]!;
      if (token < firstMatch) {
        put(codes[token]!, lengths[token]!);
        continue;
      }
      const length = token >>> distanceBits;
      const lengthAt = lengthSlots[length]!;
      put(codes[firstLengthSymbol + lengthAt]!, lengths[firstLengthSymbol + lengthAt]!);
      put(length - lengthBases[lengthAt]!, lengthExtraBits[lengthAt]!);
      const distance = token & distanceMask;
      const distanceAt = distanceSlot(distance);
      put(distanceCodes[distanceAt]!, distanceLengths[distanceAt]!);
      put(distance + 1 - distanceBases[distanceAt]!, distanceExtraBits[distanceAt]!);
    }
    Object.assign(writer, { length: at, held, heldBits });
    writer.put(codes[endOfBlock]!, lengths[endOfBlock]!);
  }
}

/** The extra bits of lengths and distances. */
function extraBits({ literals, distances }: Block): number {
  let bits = 0;
  for (let slot = 0; slot < lengthExtraBits.length; slot += 1) bits += literals[firstLengthSymbol + slot]! * lengthExtraBits[slot]!;
  for (let slot = 0; slot < distanceSymbols; slot += 1) bits += distances[slot]! * distanceExtraBits[slot]!;
  return bits;
}
