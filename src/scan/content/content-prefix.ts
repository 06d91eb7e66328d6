import { crc32 } from "node:zlib";

/** Bytes from the beginning of a file that tell most different files of one size apart. */
export const prefixBytes = 1024;

/** CRC-32 of the first bytes of a file's content, fed piece by piece: cheap, and files for which it differs need no hash to be told apart. */
export class ContentPrefix {
  #checksum = 0;
  #left = prefixBytes;

  update(piece: Buffer): void {
    if (this.#left === 0) return;
    const wanted = piece.length <= this.#left ? piece : piece.subarray(0, this.#left);
    this.#checksum = crc32(wanted, this.#checksum);
    this.#left -= wanted.length;
  }

  /** The checksum of what was given since the last call. */
  take(): number {
    const checksum = this.#checksum;
    this.#checksum = 0;
    this.#left = prefixBytes;
    return checksum;
  }
}
