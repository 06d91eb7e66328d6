import { distanceSlot, distanceSymbols, endOfBlock, firstLengthSymbol, lengthSlots, literalSymbols, longestMatch } from "./symbols.ts";

/** A block ends after so many bytes at the latest, or with the match that passes them. */
export const mostBlockBytes = 300_000;
/** Of a match in a token: its length lies above its distance less one. */
export const distanceBits = 15;
export const distanceMask = (1 << distanceBits) - 1;
/** Tokens below are bytes. */
export const firstMatch = 256;

/** What a block of deflate will say: bytes and matches in order, and how often each symbol occurs. */
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
