import { hash } from "node:crypto";
import type { KeyObject } from "node:crypto";

import { ContentHash } from "./content-hash.ts";
import { Fingerprint } from "./fingerprint.ts";
import type { SeenContents } from "./fingerprint.ts";

/** The fingerprint of a large file in a stream, and its SHA-256 if it may equal a file seen before. */
export class LargeContent {
  readonly #size: number;
  readonly #seen: SeenContents;
  readonly #mac: Fingerprint;
  /** The SHA-256 of a file that comes in several pieces and has the size of another. */
  readonly #hash: ContentHash | null;
  #fingerprint: Buffer | null = null;
  #digest: Buffer | null = null;

  constructor(size: number, key: KeyObject, seen: SeenContents) {
    this.#size = size;
    this.#seen = seen;
    this.#mac = new Fingerprint(key);
    this.#hash = seen.addSize(size) ? new ContentHash(size) : null;
  }

  update(piece: Buffer): void {
    this.#mac.update(piece);
    if (piece.length < this.#size) {
      this.#hash?.update(piece);
      return;
    }
    // The whole file is here, so its fingerprint tells whether hashing is needed at all: most files of the same size differ.
    this.#fingerprint = this.#mac.digest();
    if (this.#seen.addFingerprint(this.#fingerprint)) this.#digest = hash("sha256", piece, "buffer");
  }

  /** To be called once. `digest` is null when the file equals none that was seen before it. */
  end(): { readonly fingerprint: Buffer; readonly digest: Buffer | null } {
    if (this.#fingerprint !== null) return { fingerprint: this.#fingerprint, digest: this.#digest };
    const fingerprint = this.#mac.digest();
    this.#seen.addFingerprint(fingerprint);
    return { fingerprint, digest: this.#hash?.digest() ?? null };
  }
}
