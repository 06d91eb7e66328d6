import { windowBytes } from "./symbols.ts";

const windowMask = windowBytes - 1;
/** Tables of this size stay in the processor's cache; larger ones are slower and find no more. */
const shortHashBits = 14;
const longHashBits = 15;
/** Multiplicative hashing: the high bits of the product are well spread (Knuth's golden ratio, made odd). */
const spread = 0x9e3779b1 | 0;

/** Bytes read at each position, so this many must follow the last. */
export const readAhead = 4;

// A thread compresses one piece at a time. As constants, these make the hot loop a tenth faster: V8 then knows their addresses.
/** The last position for each hash of three and of four bytes, -1 for none. */
const lastShort = new Int32Array(1 << shortHashBits);
const lastLong = new Int32Array(1 << longHashBits);
/** The previous position with the same hash of four bytes, by position within the window. */
const previous = new Int32Array(windowBytes);

/**
 * Finds the longest match at a position, through chains of positions with the same hash of four bytes, and the last one with the same hash
 * of three.
 */
export class MatchFinder {
  /** Distance in bytes of the last match found. */
  distance = 0;
  #view = new DataView(new ArrayBuffer(0));

  /** Starts over with these bytes. */
  start(bytes: DataView<ArrayBuffer>): void {
    this.#view = bytes;
    lastShort.fill(-1);
    lastLong.fill(-1);
  }

  /** Adds positions without searching for matches. */
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
   * The length of the longest match at a position if it is longer than `beaten`, else `beaten`; adds the position.
   * @param most longest match allowed, at least five bytes
   * @param depth how many positions to try
   * @param enough a match of this length ends the search
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
    // A longer match must agree in the first four bytes, and in the four that end one byte beyond the best.
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

/** How many bytes match at two positions, given that four do. */
function likeness(view: DataView, earlier: number, later: number, most: number): number {
  let length = 4;
  for (; length + 4 <= most; length += 4) {
    const difference = view.getUint32(earlier + length, true) ^ view.getUint32(later + length, true);
    // Little-endian: the lowest byte that differs comes first.
    if (difference !== 0) return length + ((31 - Math.clz32(difference & -difference)) >> 3);
  }
  while (length < most && view.getUint8(earlier + length) === view.getUint8(later + length)) length += 1;
  return length;
}
