import { hash } from "node:crypto";
import { crc32 } from "node:zlib";

/** The most bytes of content that are remembered; when there are more, all are forgotten. */
const mostBytes = 4 * 1024 * 1024;

/**
 * Hashes small files, many of which are copies of each other, because comparing two takes a fraction of the time of hashing one. A checksum
 * finds the candidate, comparing the bytes decides.
 */
export class KnownContents {
  readonly #byChecksum = new Map<number, { readonly bytes: Buffer; readonly hash: Buffer }>();
  #bytes = 0;

  /** SHA-256 of the content; its memory may be used again. */
  hashOf(content: Buffer): Buffer {
    const checksum = crc32(content);
    const known = this.#byChecksum.get(checksum);
    if (known !== undefined && known.bytes.equals(content)) return known.hash;
    const made = hash("sha256", content, "buffer");
    this.#bytes += content.length;
    if (this.#bytes > mostBytes) {
      this.#byChecksum.clear();
      this.#bytes = content.length;
    }
    this.#byChecksum.set(checksum, { bytes: Buffer.from(content), hash: made });
    return made;
  }
}
