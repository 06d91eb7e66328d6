/** What looking into archives may cost. What they cut short is reported, and the limits depend on sizes alone: a cached result is a fresh one. */

/** Archives in archives that are opened: a jar in a tar file is the second. */
export const deepestArchive = 2;
/** Of one compressed member, which is held until it is whole. */
export const mostPackedBytes = 32 * 1024 * 1024;
/** Of one compressed member, unpacked. */
const mostUnpackedBytes = 128 * 1024 * 1024;
/** Of one file packed with xz or bzip2, which are unpacked at some ten to fifty megabytes a second. */
export const mostSlowlyUnpackedBytes = 64 * 1024 * 1024;
/** Texts rarely reach a tenth of this; what was made to exhaust memory does. */
const mostRatio = 200;
/** Small members may unpack to this much, whatever the ratio. */
const unpackedFloor = 1024 * 1024;
const totalFloor = 256 * 1024 * 1024;
const totalFactor = 16;

/** What may still be unpacked of one file of a layer, with all that is nested in it. */
export class UnpackBudget {
  #left: number;

  /** `storedBytes`: of the file in the layer. */
  constructor(storedBytes: number) {
    this.#left = Math.max(totalFloor, storedBytes * totalFactor);
  }

  /** Bytes that a member of so many packed bytes may unpack to. */
  mostOf(packedBytes: number): number {
    return Math.min(this.#left, mostUnpackedBytes, Math.max(unpackedFloor, packedBytes * mostRatio));
  }

  /** False when the budget is used up. */
  spend(bytes: number): boolean {
    this.#left -= bytes;
    return this.#left >= 0;
  }
}
