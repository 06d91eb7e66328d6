import { windowBytes } from "./symbols.ts";

const windowMask = windowBytes - 1;
/** Tables of this size stay in the processor's cache; larger ones find no more and take longer. */
const shortHashBits = 14;
const longHashBits = 15;
/** Multiplied with, its high bits spread (Knuth's golden ratio, odd). */
const spread = 0x9e3779b1 | 0;

/** Bytes after a position that are read with it, so as many must follow the last. */
export const readAhead = 4;

// One thread compresses one piece at a time. That these never change spares the hot loop a tenth: V8 knows then where they lie.
/** The last position with a hash of three and of four bytes, -1 for none. */
const lastShort = new Int32Array(1 << shortHashBits);
const lastLong = new Int32Array(1 << longHashBits);
/** The one before with the same hash of four bytes, by position within the window. */
const previous = new Int32Array(windowBytes);

/**
 * Finds the longest earlier likeness of a position: through chains of positions that begin with the same four bytes, and the last one
 * that begins with the same three.
 */
export class MatchFinder {
  /** Where the match that was found last lies: so many bytes back. */
  distance = 0;
  #view = new DataView(new ArrayBuffer(0));

  /** Forgets everything, and goes on in these bytes. */
  start(bytes: DataView<ArrayBuffer>): void {
    this.#view = bytes;
    lastShort.fill(-1);
    lastLong.fill(-1);
  }

  /** Makes positions known that need no match. */
  insert(from: number, to: number): void {
    const view = this.#view;
    for (let at = from; at < to; at += 1) {
      const word = view.getUint32(at, true) | 0;
      const hash = Math.imul(word, spread) >>> (32 - longHashBits);
      lastShort[Math.imul(word << 8, spread) >>> (32 - shortHashBits)] = at;
      previous[at & windowMask] = lastLong[hash]!;
      lastLong[hash] = at;
    }
  }

  /**
   * The length of the longest match at a position if it is longer than `beaten`, else `beaten`; makes the position known.
   * @param most bytes that a match may have, at least five
   * @param depth how many positions are tried
   * @param enough a match of that length is not bettered
   */
  find(at: number, beaten: number, most: number, depth: number, enough: number): number {
    const view = this.#view;
    const word = view.getUint32(at, true) | 0;
    const shortHash = Math.imul(word << 8, spread) >>> (32 - shortHashBits);
    const hash = Math.imul(word, spread) >>> (32 - longHashBits);
    const near = lastShort[shortHash]!;
    let candidate = lastLong[hash]!;
    lastShort[shortHash] = at;
    lastLong[hash] = at;
    previous[at & windowMask] = candidate;

    const tooFar = Math.max(at - windowBytes, -1);
    let best = beaten;
    let left = depth;
    if (best < 3 && near > tooFar && (view.getUint32(near, true) ^ word) << 8 === 0) {
      best = 3;
      this.distance = at - near;
    }
    // What is not longer than the best differs in its last four bytes, or in the first.
    let end = best < 4 ? 0 : best - 3;
    let ending = best < 4 ? word : view.getUint32(at + end, true) | 0;
    for (; candidate > tooFar; candidate = previous[candidate & windowMask]!) {
      if ((view.getUint32(candidate + end, true) | 0) === ending && (view.getUint32(candidate, true) | 0) === word) {
        const length = likeness(view, candidate, at, most);
        if (length > best) {
          best = length;
          this.distance = at - candidate;
          if (length >= enough || length >= most) return length;
          end = best - 3;
          ending = view.getUint32(at + end, true) | 0;
        }
      }
      left -= 1;
      if (left === 0) break;
    }
    return best;
  }
}

/** How many bytes are alike at two positions, of which four are. */
function likeness(view: DataView, earlier: number, later: number, most: number): number {
  let length = 4;
  for (; length + 4 <= most; length += 4) {
    const difference = view.getUint32(earlier + length, true) ^ view.getUint32(later + length, true);
    // The lowest byte that differs comes first.
    if (difference !== 0) return length + ((31 - Math.clz32(difference & -difference)) >> 3);
  }
  while (length < most && view.getUint8(earlier + length) === view.getUint8(later + length)) length += 1;
  return length;
}
