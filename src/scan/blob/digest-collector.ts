/**
 * Whether a file that holds a secret is a distribution's own can only be told when all layers are known, and a layer may go by only once:
 * so the scan keeps the digests of the files in question, beside what it keeps of package databases (`package-collector.ts`).
 */
import { createHash } from "node:crypto";
import type { Hash } from "node:crypto";

import { sensitiveName } from "../../../analyzers/secrets/match/values/sensitive-names.ts";
import { cleanPath } from "../../filesystem/paths.ts";
import type { FileDigests } from "./file-digests.ts";

/** Files up to this size wait in memory until it is known whether they hold a hit; larger ones are hashed in any case. */
const heldBytes = 8 * 1024 * 1024;

export class DigestCollector {
  /** Of files that hold a hit or have a telling name, by entry. */
  readonly digests = new Map<number, FileDigests>();
  readonly #held: Buffer = Buffer.allocUnsafeSlow(heldBytes);
  #entry = -1;
  #filled = 0;
  #named = false;
  #hashes: Hashes | null = null;

  /** A new file; `path` as stored. */
  begin(entry: number, path: string, size: number): void {
    this.#entry = entry;
    this.#filled = 0;
    this.#named = sensitiveName(cleanPath(path).path) !== null;
    this.#hashes = size > heldBytes ? new Hashes() : null;
  }

  write(chunk: Buffer): void {
    if (this.#hashes === null) this.#filled += chunk.copy(this.#held, this.#filled);
    else this.#hashes.update(chunk);
  }

  end(hasHits: boolean): void {
    if (!hasHits && !this.#named) return;
    if (this.#hashes === null) {
      this.#hashes = new Hashes();
      this.#hashes.update(this.#held.subarray(0, this.#filled));
    }
    this.digests.set(this.#entry, this.#hashes.digest());
  }
}

class Hashes {
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
