/**
 * Tells equal file content from different at a fifth of what a SHA-256 costs: GMAC (NIST SP 800-38D) under a key that nobody else knows,
 * with which two contents that differ have the same fingerprint once in 2^100 times, however they were chosen. A fingerprint means nothing
 * under another key, so reports show the SHA-256, which is computed for files that may equal one
 * seen before (`large-content.ts`).
 */
import { createCipheriv } from "node:crypto";
import type { KeyObject } from "node:crypto";

import { fingerprintBytes } from "../../filesystem/catalog.ts";
import type { Catalog } from "../../filesystem/catalog.ts";

/** Smaller files are hashed: a fingerprint would not be made sooner. */
export const leastFingerprintedBytes = 16 * 1024;

export const fingerprintKeyBytes = 16;
const nonce = Buffer.alloc(12);

export class Fingerprint {
  readonly #mac;

  /** `key` has `fingerprintKeyBytes` bytes. As an object: from its bytes, Node 24 takes longer to make one than to go through a file. */
  constructor(key: KeyObject) {
    this.#mac = createCipheriv("aes-128-gcm", key, nonce);
  }

  update(chunk: Buffer): void {
    this.#mac.setAAD(chunk);
  }

  digest(): Buffer {
    this.#mac.final();
    return this.#mac.getAuthTag();
  }
}

/** With five thousand large files in an image, one in a hundred is taken for one that has been seen. */
const seenBits = 20;

/**
 * The sizes and fingerprints that files have had so far, in memory that workers share. Now and then one is taken for one seen before, never
 * the other way round.
 */
export class SeenContents {
  readonly memory: SharedArrayBuffer;
  readonly #bits: Uint32Array;

  constructor(memory = new SharedArrayBuffer(2 ** seenBits / 8)) {
    this.memory = memory;
    this.#bits = new Uint32Array(memory);
  }

  /** Adds a size; true when it was there. Of several who add the same one, one alone is told false. */
  addSize(bytes: number): boolean {
    return this.#add(Math.imul(bytes % 2 ** 32, 0x9e3779b1));
  }

  /** As `addSize`. */
  addFingerprint(fingerprint: Uint8Array): boolean {
    return this.#add(new DataView(fingerprint.buffer, fingerprint.byteOffset).getInt32(0));
  }

  /** What a known layer holds, so that a file that may equal one in it is hashed while it is read. */
  addCatalog({ columns: { fingerprints, sizes } }: Catalog): void {
    if (fingerprints === null) return;
    for (const [entry, bytes] of sizes.entries()) {
      if (bytes < leastFingerprintedBytes) continue;
      this.addSize(bytes);
      this.addFingerprint(fingerprints.subarray(entry * fingerprintBytes, (entry + 1) * fingerprintBytes));
    }
  }

  #add(value: number): boolean {
    const place = value >>> (32 - seenBits);
    const bit = 1 << (place & 31);
    return (Atomics.or(this.#bits, place >>> 5, bit) & bit) !== 0;
  }
}
