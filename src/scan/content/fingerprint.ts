/**
 * Tells equal file content from different at a fifth of what a SHA-256 costs: GMAC (NIST SP 800-38D) under a key that nobody else knows,
 * with which two contents that differ have the same fingerprint once in 2^100 times, however they were chosen. A fingerprint means nothing
 * under another key, so reports show the SHA-256, which is computed for files whose size has been seen before.
 */
import { createCipheriv } from "node:crypto";

/** Smaller files are hashed: a fingerprint would not be made sooner. */
export const leastFingerprintedBytes = 16 * 1024;

export const fingerprintKeyBytes = 16;
const nonce = Buffer.alloc(12);

export class Fingerprint {
  readonly #mac;

  /** `key` has `fingerprintKeyBytes` bytes. */
  constructor(key: Uint8Array) {
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

/** With five thousand large files in an image, one size in two hundred is taken for another. */
const sizeBits = 20;

/** The sizes that files have had so far, in memory that workers share. Now and then it takes a size for one seen before, never the other way round. */
export class SeenSizes {
  readonly memory: SharedArrayBuffer;
  readonly #bits: Uint32Array;

  constructor(memory = new SharedArrayBuffer(2 ** sizeBits / 8)) {
    this.memory = memory;
    this.#bits = new Uint32Array(memory);
  }

  /** Adds a size; true when it was there. Of several who add the same one, one alone is told false. */
  add(bytes: number): boolean {
    const place = Math.imul(bytes % 2 ** 32, 0x9e3779b1) >>> (32 - sizeBits);
    const bit = 1 << (place & 31);
    return (Atomics.or(this.#bits, place >>> 5, bit) & bit) !== 0;
  }
}
