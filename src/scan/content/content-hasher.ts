/** Adds to the catalogs what the scan did not compute about files' content: hashes, and cheaper checksums. */
import { eachOf } from "../../base/limit.ts";
import type { Catalog } from "../../filesystem/catalog.ts";
import type { Layer } from "../../image/image.ts";
import { layerName } from "../layer-name.ts";
import type { WorkerPool } from "../workers/worker-pool.ts";
import { isPlainTar } from "./content.ts";
import { hashBytes } from "../../filesystem/catalog.ts";
import { requestsFor } from "./hash-requests.ts";
import type { HashRequests } from "./hash-requests.ts";

/** Jobs of one layer at once: enough for every worker and its next job, and few compared with the files of a large layer. */
const mostJobs = 16;

export class ContentHasher {
  readonly #pool: WorkerPool;
  readonly #onLearned: (catalog: Catalog) => void;

  /** @param onLearned is called with catalogs that have become more complete */
  constructor(pool: WorkerPool, onLearned: (catalog: Catalog) => void) {
    this.#pool = pool;
    this.#onLearned = onLearned;
  }

  /**
   * Makes sure that the catalog has the SHA-256 of these entries, all of them regular files, by computing those it lacks.
   * @throws {BallastError} as `scan`
   */
  async learnHashes(layer: Layer, catalog: Catalog, entries: Uint32Array): Promise<void> {
    const unknown = entries.filter((entry) => !catalog.hasHash(entry));
    if (unknown.length === 0) return;
    const learn = ({ entries: asked }: HashRequests, hashes: Uint8Array): void => {
      for (const [index, entry] of asked.entries()) catalog.setHash(entry, hashes.subarray(index * hashBytes, (index + 1) * hashBytes));
    };
    const jobs = requestsFor(catalog, unknown);
    if (layer.file === null || !(await isPlainTar(layer))) {
      const { hashStreamedEntries } = await import("./hash-entries.ts");
      await hashStreamedEntries(layer, jobs, learn);
    } else {
      const region = layer.file;
      await eachOf(jobs, mostJobs, async (requests) => {
        const result = await this.#pool.run({ kind: "hash", region, name: layerName(layer), requests });
        if (!("hashes" in result)) throw new Error("a hash job answered without hashes");
        learn(requests, result.hashes);
      });
    }
    this.#onLearned(catalog);
  }

  /** Makes sure that the catalog has the checksum of the first bytes of these entries, where that takes reading only a few bytes of each. */
  async learnPrefixes(layer: Layer, catalog: Catalog, entries: Uint32Array): Promise<void> {
    const unknown = entries.filter((entry) => catalog.prefix(entry) === 0);
    if (unknown.length === 0 || layer.file === null || !(await isPlainTar(layer))) return;
    const region = layer.file;
    await eachOf(requestsFor(catalog, unknown), mostJobs, async (requests) => {
      const result = await this.#pool.run({ kind: "prefix", region, name: layerName(layer), requests });
      if (!("prefixes" in result)) throw new Error("a prefix job answered without prefixes");
      for (const [index, entry] of requests.entries.entries()) catalog.setPrefix(entry, result.prefixes[index]!);
    });
    this.#onLearned(catalog);
  }
}
