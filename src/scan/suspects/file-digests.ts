import { createHash } from "node:crypto";
import type { Hash } from "node:crypto";

import type { ChecksumAlgorithm } from "../../../analyzers/packages/distribution-files.ts";

/** The three that package managers state, in hex. */
export type FileDigests = Readonly<Record<ChecksumAlgorithm, string>>;

export class FileHashes {
  readonly #md5: Hash = createHash("md5");
  readonly #sha1: Hash = createHash("sha1");
  readonly #sha256: Hash = createHash("sha256");

  update(chunk: Buffer): void {
    this.#md5.update(chunk);
    this.#sha1.update(chunk);
    this.#sha256.update(chunk);
  }

  digest(): FileDigests {
    return { md5: this.#md5.digest("hex"), sha1: this.#sha1.digest("hex"), sha256: this.#sha256.digest("hex") };
  }
}

export function digestsOf(pieces: Iterable<Buffer>): FileDigests {
  const hashes = new FileHashes();
  for (const piece of pieces) hashes.update(piece);
  return hashes.digest();
}
