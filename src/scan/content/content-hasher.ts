/** What is known of files' content, and finding out more: hashes and cheaper checksums, kept in the catalogs. */
import type { Catalog } from "../../filesystem/catalog.ts";
import type { Layer } from "../../image/image.ts";
import { isPlainTar } from "./content.ts";
import { chunked, requestsFor } from "./hash-requests.ts";
import { layerName } from "../layer-name.ts";
import type { WorkerPool } from "../workers/worker-pool.ts";

/** What is known of a file's content. Equal content has equal ones; the other way round a fingerprint or hash is proof, a prefix none. */
export interface Checksums {
  readonly fingerprint: string | null;
  /** SHA-256 in hex. */
  readonly hash: string | null;
  /** Of the first bytes. */
  readonly prefix: string | null;
}

export class ContentHasher {
  readonly #pool: WorkerPool;
  readonly #onLearned: (catalog: Catalog) => void;

  /** `onLearned` is told of catalogs that know more than before. */
  constructor(pool: WorkerPool, onLearned: (catalog: Catalog) => void) {
    this.#pool = pool;
    this.#onLearned = onLearned;
  }

  /**
   * SHA-256 (hex) of the content of these entries, all regular files; computed where the scan did not.
   * @throws {BallastError} as `scan`
   */
  async hashEntries(layer: Layer, catalog: Catalog, entries: readonly number[]): Promise<ReadonlyMap<number, string>> {
    const missing = entries.filter((entry) => !catalog.hasHash(entry));
    if (missing.length > 0) {
      for (const [entry, hash] of await this.#computeHashes(layer, catalog, missing)) catalog.setHash(entry, hash);
      this.#onLearned(catalog);
    }
    return new Map(entries.map((entry) => [entry, catalog.hash(entry)!]));
  }

  /** What is known of the content of these entries without reading more than a few bytes of each. */
  async checksumsOf(layer: Layer, catalog: Catalog, entries: readonly number[]): Promise<readonly Checksums[]> {
    await this.#learnPrefixes(layer, catalog, entries);
    return entries.map((entry) => ({
      fingerprint: catalog.fingerprint(entry),
      hash: catalog.hash(entry),
      prefix: catalog.prefix(entry) === 0 ? null : String(catalog.prefix(entry)),
    }));
  }

  async #learnPrefixes(layer: Layer, catalog: Catalog, entries: readonly number[]): Promise<void> {
    const missing = entries.filter((entry) => catalog.prefix(entry) === 0);
    if (missing.length === 0 || layer.file === null || !(await isPlainTar(layer))) return;
    await Promise.all(
      chunked(requestsFor(catalog, missing)).map(async (requests) => {
        const result = await this.#pool.run({ kind: "prefix", region: layer.file!, name: layerName(layer), requests });
        if ("prefixes" in result) for (const [index, { entry }] of requests.entries()) catalog.setPrefix(entry, result.prefixes[index]!);
      }),
    );
    this.#onLearned(catalog);
  }

  async #computeHashes(layer: Layer, catalog: Catalog, entries: readonly number[]): Promise<ReadonlyMap<number, Uint8Array>> {
    const requests = requestsFor(catalog, entries);
    if (layer.file === null || !(await isPlainTar(layer))) {
      const { hashStreamedEntries } = await import("./hash-entries.ts");
      return hashStreamedEntries(layer, requests);
    }
    const jobs = chunked(requests).map((part) =>
      this.#pool.run({ kind: "hash", region: layer.file!, name: layerName(layer), requests: part }),
    );
    return new Map((await Promise.all(jobs)).flatMap((result) => ("hashes" in result ? [...result.hashes] : [])));
  }
}
