import { readSync } from "node:fs";

/**
 * Bytes read at a time. A long window holds many pieces where they lie close together; where they do not, most of it is read in vain.
 */
const leastWindowBytes = 2 * 1024;
export const mostWindowBytes = 64 * 1024;

/** The part of a file that was read last, for those who read small pieces of it in order. */
export class FileWindow {
  buffer: Buffer = Buffer.allocUnsafeSlow(mostWindowBytes);
  readonly #fd: number;
  readonly #start: number;
  readonly #size: number;
  #from = 0;
  #to = 0;
  #step = leastWindowBytes;

  /** `start` and `end` are bytes of the file; offsets count from `start`. */
  constructor(fd: number, start: number, end: number) {
    this.#fd = fd;
    this.#start = start;
    this.#size = end - start;
  }

  /** Where in `buffer` the `length` bytes from `offset` are, after reading them if need be; -1 when the file does not have them. */
  position(offset: number, length: number): number {
    if (offset + length > this.#size) return -1;
    if (offset < this.#from || offset + length > this.#to) {
      if (length > this.buffer.length) this.buffer = Buffer.allocUnsafeSlow(length);
      const isNear = offset - this.#to < this.#step;
      this.#step = isNear ? Math.min(this.#step * 2, mostWindowBytes) : leastWindowBytes;
      this.#fill(offset, Math.max(length, this.#step));
      if (offset + length > this.#to) return -1;
    }
    return offset - this.#from;
  }

  #fill(offset: number, length: number): void {
    const wanted = Math.min(length, this.#size - offset);
    let filled = 0;
    while (filled < wanted) {
      const bytes = readSync(this.#fd, this.buffer, filled, wanted - filled, this.#start + offset + filled);
      if (bytes === 0) break;
      filled += bytes;
    }
    this.#from = offset;
    this.#to = offset + filled;
  }
}
