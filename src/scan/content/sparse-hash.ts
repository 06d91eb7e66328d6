import { createHash } from "node:crypto";

import type { SparseSegment } from "../../tar/entry.ts";

const zeros = Buffer.alloc(64 * 1024);
/** Holes beyond this many bytes in all are not hashed as zeros: a header may claim exabytes. */
const mostHoleBytes = 256 * 1024 * 1024;

/**
 * SHA-256 of a sparse file as its reader sees it, fed with the stored pieces alone. A file whose holes are too large to be worked
 * through gets a hash of its map and pieces instead: still equal for equal files, never equal to a plain file's.
 */
export class SparseHash {
  readonly #hash = createHash("sha256");
  readonly #segments: readonly SparseSegment[];
  readonly #size: number;
  readonly #fill: boolean;
  #segment = 0;
  #inSegment = 0;
  #position = 0;

  constructor(segments: readonly SparseSegment[], size: number) {
    this.#segments = segments;
    this.#size = size;
    this.#fill = size - segments.reduce((sum, { length }) => sum + length, 0) <= mostHoleBytes;
    if (!this.#fill) this.#hash.update(`sparse ${size} ${JSON.stringify(segments)}\n`);
  }

  update(chunk: Buffer): void {
    if (!this.#fill) {
      this.#hash.update(chunk);
      return;
    }
    for (let rest = chunk; rest.length > 0;) {
      const segment = this.#segments[this.#segment];
      if (segment === undefined) return;
      if (this.#inSegment === 0) this.#zerosTo(segment.offset);
      const piece = rest.subarray(0, segment.length - this.#inSegment);
      this.#hash.update(piece);
      this.#position += piece.length;
      this.#inSegment += piece.length;
      rest = rest.subarray(piece.length);
      if (this.#inSegment === segment.length) {
        this.#segment += 1;
        this.#inSegment = 0;
      }
    }
  }

  digest(): Buffer {
    if (this.#fill) this.#zerosTo(this.#size);
    return this.#hash.digest();
  }

  #zerosTo(offset: number): void {
    while (this.#position < offset) {
      const piece = zeros.subarray(0, offset - this.#position);
      this.#hash.update(piece);
      this.#position += piece.length;
    }
  }
}
