import { distanceSlot, distanceSymbols, endOfBlock, firstLengthSymbol, lengthSlots, literalSymbols, longestMatch } from "./symbols.ts";

/** A block ends after at most this many bytes, or with the match that exceeds them. */
export const mostBlockBytes = 300_000;
/** A token of a match has the distance minus one in these low bits, and the length above. */
export const distanceBits = 15;
export const distanceMask = (1 << distanceBits) - 1;
/** Tokens below are bytes. */
export const firstMatch = 256;

/** Content of a deflate block: bytes and matches in order, and the frequency of each symbol. */
export class Block {
  readonly tokens = new Uint32Array(mostBlockBytes + longestMatch);
  length = 0;
  readonly literals = new Uint32Array(literalSymbols);
  readonly distances = new Uint32Array(distanceSymbols);

  start(): void {
    this.length = 0;
    this.literals.fill(0);
    this.distances.fill(0);
    this.literals[endOfBlock] = 1;
  }

  addByte(byte: number): void {
    this.tokens[this.length] = byte;
    this.length += 1;
    this.literals[byte]! += 1;
  }

  addMatch(length: number, distance: number): void {
    this.tokens[this.length] = (length << distanceBits) | (distance - 1);
    this.length += 1;
    this.literals[firstLengthSymbol + lengthSlots[length]!]! += 1;
    this.distances[distanceSlot(distance - 1)]! += 1;
  }
}
