/** Manifests and configs by digest, kept as received. Readers must check them against their digest. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";

import type { Digest } from "../image/digest.ts";
import { writeCacheFile } from "./cache-directory.ts";
import { RecentValues } from "./recent-values.ts";

export class DocumentCache {
  readonly #directory: string;
  readonly #recent = new RecentValues<Buffer>();

  constructor(directory: string) {
    this.#directory = directory;
  }

  async find(digest: Digest): Promise<Buffer | null> {
    const known = this.#recent.get(digest);
    if (known !== undefined) return known;
    const bytes = await readFile(join(...this.#place(digest))).catch(() => null);
    if (bytes !== null) await this.#recent.set(digest, bytes, bytes.length);
    return bytes;
  }

  async keep(digest: Digest, bytes: Buffer): Promise<void> {
    const [directory, name] = this.#place(digest);
    await this.#recent.set(digest, bytes, bytes.length);
    await writeCacheFile(directory, name, [bytes]);
  }

  /** One directory for each two first digits: a hundred thousand files in one are slow to list on some file systems. */
  #place(digest: Digest): [directory: string, name: string] {
    const name = digest.replace(":", "-");
    return [join(this.#directory, name.slice(name.indexOf("-") + 1, name.indexOf("-") + 3)), name];
  }
}
