/** Finds out more of files' content than a scan did: hashes, and cheaper checksums. What is found is kept in the catalogs. */
import type { Catalog } from "../../filesystem/catalog.ts";
import type { Layer } from "../../image/image.ts";
import { layerName } from "../layer-name.ts";
import type { WorkerPool } from "../workers/worker-pool.ts";
import { isPlainTar } from "./content.ts";
import { hashBytes } from "../../filesystem/catalog.ts";
import { requestsFor } from "./hash-requests.ts";
import type { HashRequests } from "./hash-requests.ts";

export class ContentHasher {
  readonly #pool: WorkerPool;
  readonly #onLearned: (catalog: Catalog) => void;

  /** `onLearned` is told of catalogs that know more than before. */
  constructor(pool: WorkerPool, onLearned: (catalog: Catalog) => void) {
    this.#pool = pool;
    this.#onLearned = onLearned;
  }

  /**
   * Sees to it that the catalog has the SHA-256 of these entries, all regular files; computed where the scan did not.
   * @throws {BallastError} as `scan`
   */
  async learnHashes(layer: Layer, catalog: Catalog, entries: readonly number[]): Promise<void> {
    const jobs = requestsFor(
      catalog,
      entries.filter((entry) => !catalog.hasHash(entry)),
    );
    if (jobs.length === 0) return;
    const results = await this.#computeHashes(layer, jobs);
    for (const [job, { entries: asked }] of jobs.entries())
      for (const [index, entry] of asked.entries())
        catalog.setHash(entry, results[job]!.subarray(index * hashBytes, (index + 1) * hashBytes));
    this.#onLearned(catalog);
  }

  /** Sees to it that the catalog has the checksum of the first bytes of these entries, where that costs a few bytes of each. */
  async learnPrefixes(layer: Layer, catalog: Catalog, entries: readonly number[]): Promise<void> {
    const jobs = requestsFor(
      catalog,
      entries.filter((entry) => catalog.prefix(entry) === 0),
    );
    if (jobs.length === 0 || layer.file === null || !(await isPlainTar(layer))) return;
    await Promise.all(
      jobs.map(async (requests) => {
        const result = await this.#pool.run({ kind: "prefix", region: layer.file!, name: layerName(layer), requests });
        if (!("prefixes" in result)) throw new Error("a prefix job answered without prefixes");
        for (const [index, entry] of requests.entries.entries()) catalog.setPrefix(entry, result.prefixes[index]!);
      }),
    );
    this.#onLearned(catalog);
  }

  async #computeHashes(layer: Layer, jobs: readonly HashRequests[]): Promise<readonly Uint8Array[]> {
    if (layer.file === null || !(await isPlainTar(layer))) {
      const { hashStreamedEntries } = await import("./hash-entries.ts");
      return hashStreamedEntries(layer, jobs);
    }
    return Promise.all(
      jobs.map(async (requests) => {
        const result = await this.#pool.run({ kind: "hash", region: layer.file!, name: layerName(layer), requests });
        if (!("hashes" in result)) throw new Error("a hash job answered without hashes");
        return result.hashes;
      }),
    );
  }
}
