/**
 * Tells equal file content from different content at a fifth of the cost of SHA-256: GMAC (NIST SP 800-38D) with a key that nobody else
 * knows. Two different contents have the same fingerprint with a probability of 2^-100, however they were chosen. Under another key a
 * fingerprint means nothing, so reports show the SHA-256, which is computed for files that may equal one seen before (`large-content.ts`).
 */
import { createCipheriv } from "node:crypto";
import type { KeyObject } from "node:crypto";

import { fingerprintBytes } from "../../filesystem/catalog.ts";
import type { Catalog } from "../../filesystem/catalog.ts";

/** Smaller files are hashed, since a fingerprint would not be faster. */
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

/** With five thousand large files in an image, about one in a hundred is wrongly taken for one seen before. */
const seenBits = 20;

/**
 * The sizes and fingerprints of files so far, in memory that workers share. A new one is sometimes taken for one seen before, but one seen
 * before never for a new one.
 */
export class SeenContents {
  readonly memory: SharedArrayBuffer;
  readonly #bits: Uint32Array;

  constructor(memory = new SharedArrayBuffer(2 ** seenBits / 8)) {
    this.memory = memory;
    this.#bits = new Uint32Array(memory);
  }

  /** Adds a size; true when it was there already. If several threads add the same one, exactly one of them gets false. */
  addSize(bytes: number): boolean {
    return this.#add(Math.imul(bytes % 2 ** 32, 0x9e3779b1));
  }

  /** As `addSize`. */
  addFingerprint(fingerprint: Uint8Array): boolean {
    return this.#add(new DataView(fingerprint.buffer, fingerprint.byteOffset).getInt32(0));
  }

  /** Adds the files of a known layer, so that a file that may equal one of them is hashed while it is read. */
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
