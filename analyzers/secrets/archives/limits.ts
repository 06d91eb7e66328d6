/** Limits on unpacking archives. Whatever they cut short is reported. They depend only on sizes, so cached results equal fresh ones. */

/** Levels of nested archives that are opened: a jar in a tar file is the second. */
export const deepestArchive = 2;
/** For one compressed member, which is held in memory until it is complete. */
export const mostPackedBytes = 32 * 1024 * 1024;
/** For one compressed member, when unpacked. */
const mostUnpackedBytes = 128 * 1024 * 1024;
/** For one file compressed with xz or bzip2, which unpack only ten to fifty megabytes a second. */
export const mostSlowlyUnpackedBytes = 64 * 1024 * 1024;
/** Texts rarely compress to a tenth of this ratio; only decompression bombs exceed it. */
const mostRatio = 200;
/** Small members may unpack to this size, whatever the ratio. */
const unpackedFloor = 1024 * 1024;
const totalFloor = 256 * 1024 * 1024;
const totalFactor = 16;

/** What may still be unpacked of one file of a layer, including everything nested in it. */
export class UnpackBudget {
  #left: number;

  /** @param storedBytes of the file in the layer */
  constructor(storedBytes: number) {
    this.#left = Math.max(totalFloor, storedBytes * totalFactor);
  }

  /** How many bytes a member may unpack to, given its compressed bytes. */
  mostOf(packedBytes: number): number {
    return Math.min(this.#left, mostUnpackedBytes, Math.max(unpackedFloor, packedBytes * mostRatio));
  }

  /** False when the budget is used up. */
  spend(bytes: number): boolean {
    this.#left -= bytes;
    return this.#left >= 0;
  }
}
