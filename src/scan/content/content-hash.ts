import { createHash, hash } from "node:crypto";
import type { Hash } from "node:crypto";

/** Every seventh file of an image is empty. */
const ofNothing = hash("sha256", "", "buffer");

/** SHA-256 of a file's content, fed piece by piece. Most files come in a single one, for which a hash object would cost more than the hash. */
export class ContentHash {
  readonly #size: number;
  #whole: Buffer | null = null;
  #hash: Hash | null = null;

  /** `size`: bytes of the content. */
  constructor(size: number) {
    this.#size = size;
  }

  update(piece: Buffer): void {
    if (piece.length === this.#size) this.#whole = hash("sha256", piece, "buffer");
    else (this.#hash ??= createHash("sha256")).update(piece);
  }

  digest(): Buffer {
    return this.#whole ?? this.#hash?.digest() ?? ofNothing;
  }
}
