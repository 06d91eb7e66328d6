/** Finds out more of files' content than a scan did: hashes, and cheaper checksums. What is found is kept in the catalogs. */
import { eachOf } from "../../base/limit.ts";
import type { Catalog } from "../../filesystem/catalog.ts";
import type { Layer } from "../../image/image.ts";
import { layerName } from "../layer-name.ts";
import type { WorkerPool } from "../workers/worker-pool.ts";
import { isPlainTar } from "./content.ts";
import { hashBytes } from "../../filesystem/catalog.ts";
import { requestsFor } from "./hash-requests.ts";
import type { HashRequests } from "./hash-requests.ts";

/** Of one layer at once: enough for all workers, with what each does next, and few beside the files of a large layer. */
const mostJobs = 16;

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

  /** Sees to it that the catalog has the checksum of the first bytes of these entries, where that costs a few bytes of each. */
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
