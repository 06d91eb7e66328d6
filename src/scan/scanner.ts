/**
 * Scans the layers of images: in parallel on workers, from the cache where they are known, or directly from a stream that can be read only
 * once.
 */
import { availableParallelism } from "node:os";

import { fingerprintKey } from "../cache/fingerprint-key.ts";
import { ImageFacts } from "../cache/image-facts.ts";
import type { Keeps } from "../cache/layer-cache.ts";
import type { Catalog } from "../filesystem/catalog.ts";
import { algorithmOf } from "../image/digest.ts";
import type { Digest } from "../image/digest.ts";
import type { FileRegion, KnownDigests, Layer, LayerBlobSink } from "../image/image.ts";
import type { FingerprintOptions } from "./blob/catalog-handler.ts";
import { checkPromises, withName } from "./check-promises.ts";
import { rememberTableOfContents } from "./content/content.ts";
import { ContentHasher } from "./content/content-hasher.ts";
import { fingerprintKeyBytes, SeenContents } from "./content/fingerprint.ts";
import { KnownLayers } from "./known-layers.ts";
import { layerWarnings } from "./layer-warnings.ts";
import { layerName } from "./layer-name.ts";
import type { LayerScan } from "./layer-scan.ts";
import { effortAlone, effortHere } from "./workers/effort.ts";
import type { Job, JobOptions, SecretRuleSpec } from "./workers/protocol.ts";
import type { BlobScan, DigestAlgorithm } from "./blob/scanned-blob.ts";
import { WorkerPool } from "./workers/worker-pool.ts";
import type { JobHooks } from "./workers/worker-pool.ts";

export interface ScannerOptions {
  /** Compute and compare digest, size and diff ID. */
  readonly verify: boolean;
  /** Secret rules for file content; null does not search it. */
  readonly rules: SecretRuleSpec | null;
  /** Null keeps nothing between runs. */
  readonly cacheDirectory: string | null;
  /** Worker threads; 0 works in the calling thread. */
  readonly workers?: number | undefined;
  /** The calling thread only waits for what is scanned, and may as well do more of it. */
  readonly isAlone?: boolean;
  /** See BlobScanOptions. */
  readonly maxRatio?: number | undefined;
  /**
   * Read only the table of contents of remote layers that have one, if nothing needs their bytes. Such catalogs have content hashes but no
   * offsets, which is enough for reports and the TUI but not for copying entries.
   */
  readonly tableOfContents?: boolean;
  /** Tell large files in compressed layers apart without hashing all of them. Only good for comparing files of this image with each other. */
  readonly fingerprints?: boolean;
  /**
   * Layers that are not in local files are read only once: everything that an analysis of any image may need is found out in that pass, and
   * kept in the directory without limit.
   */
  readonly readOnce?: boolean;
  /** With `readOnce`: the directory is removed after this run, and used only to save memory. */
  readonly isThrownAway?: boolean;
}

/** How much of what is found out about layers is kept, and for how long. */
function retentionOf({ readOnce, isThrownAway }: ScannerOptions): Keeps {
  if (readOnce !== true) return "recent";
  return isThrownAway === true ? "this-run" : "everything";
}

export interface ScanHooks {
  /** Stored bytes worked through since the last call. */
  readonly onBytes?: (bytes: number) => void;
  /** The layer's catalog as far as it is known before the scan is done; the next call has more. `isWhole` when there is no more. */
  readonly onEntries?: (catalog: Catalog, isWhole: boolean) => void;
}

/** More workers than this only take memory from each other. */
const mostWorkers = 8;
/** Deflate cannot exceed 1,032; real layers stay far below. */
const defaultMaxRatio = 400;

export class Scanner {
  /** Results for whole images, kept between runs; null keeps none, as do surveys, which go through thousands of images. */
  readonly facts: ImageFacts | null;
  readonly #options: ScannerOptions;
  readonly #pool: WorkerPool;
  readonly #content: ContentHasher;
  /** Null keeps nothing between runs. */
  readonly #known: KnownLayers | null;
  /** Scans of streamed blobs, by the names they were streamed under. */
  readonly #passed = new Map<string, BlobScan>();
  readonly #seen = new SeenContents();
  readonly #fingerprintKey: Promise<Uint8Array> | null;

  constructor(options: ScannerOptions) {
    const { cacheDirectory, workers = Math.min(availableParallelism(), mostWorkers) } = options;
    this.#options = options;
    this.facts = cacheDirectory === null || options.readOnce === true ? null : new ImageFacts(cacheDirectory);
    this.#fingerprintKey = options.fingerprints === true ? fingerprintKey(cacheDirectory, fingerprintKeyBytes) : null;
    this.#pool = new WorkerPool(workers, options.isAlone === true ? effortAlone : effortHere);
    this.#known =
      cacheDirectory === null
        ? null
        : new KnownLayers(cacheDirectory, {
            verify: options.verify,
            rules: options.rules?.id ?? null,
            keeps: retentionOf(options),
            fingerprintKey: this.#fingerprintKey,
            digestOf: (layer, region, algorithm) => this.#digestOf(region, layerName(layer), algorithm),
          });
    this.#content = new ContentHasher(this.#pool, (catalog) => this.#known?.keepAgain(catalog));
  }

  /** What this and earlier runs have hashed of local files; undefined where nothing is kept. */
  get digests(): KnownDigests | undefined {
    return this.#known?.digests;
  }

  /** Scans a blob that can be read only once, before it is known which layer it is; `scan` finds the result by its name. */
  readonly acceptBlob: LayerBlobSink = async (blob, { name, algorithm = "sha256" }) => {
    const options = {
      ...this.#jobOptions(name),
      algorithm,
      diffAlgorithm: "sha256",
      verify: true,
      hashContent: true,
      isPacked: false,
    } as const;
    this.#passed.set(name, await this.#runScan({ kind: "scan-stream", options }, { open: async () => blob }));
  };

  /**
   * @throws {BallastError} digest-mismatch, blob-corrupt, blob-missing, layer-invalid, unsupported-image, limit-exceeded, read-failed,
   * each naming the layer
   */
  async scan(layer: Layer, hooks: ScanHooks = {}): Promise<LayerScan> {
    const passed = layer.streamedAs === undefined ? undefined : this.#passed.get(layer.streamedAs);
    if (passed !== undefined) return this.#finish(layer, passed);
    // Not from the cache if the bytes may not be those of the digest: for a streamed layer whose scan failed, or one assembled from files.
    const known = layer.streamedAs === undefined && layer.assembled === undefined ? ((await this.#known?.find(layer)) ?? null) : null;
    if (known !== null) {
      this.#seen.addCatalog(known.catalog);
      hooks.onBytes?.(known.storedBytes);
      return known;
    }
    const listed = await this.#fromTableOfContents(layer);
    if (listed !== null) return listed;
    const algorithm = algorithmOf(layer.digest ?? layer.diffId);
    const options = {
      ...this.#jobOptions(layerName(layer)),
      algorithm,
      diffAlgorithm: algorithmOf(layer.diffId),
      isPacked: layer.digest !== null && layer.digest !== layer.diffId,
      hashContent: layer.file === null && this.#options.readOnce === true,
      // A hash that turns out to be needed takes a second pass, which is only cheap for a local file.
      fingerprints: layer.file === null ? null : await this.#fingerprints(),
    };
    if (layer.file === null)
      return this.#finish(layer, await this.#runScan({ kind: "scan-stream", options }, { ...hooks, open: () => layer.open() }));
    return this.#finish(layer, await this.#runScan({ kind: "scan-region", region: layer.file, options }, hooks));
  }

  /**
   * SHA-256 (hex) of the content of these entries, all of them regular files; computed where the scan did not.
   * @throws {BallastError} as `scan`
   */
  async hashEntries(layer: Layer, catalog: Catalog, entries: readonly number[]): Promise<ReadonlyMap<number, string>> {
    await this.learnHashes(layer, catalog, Uint32Array.from(entries));
    return new Map(entries.map((entry) => [entry, catalog.hash(entry)!]));
  }

  /** As `hashEntries`, but only adds them to the catalog. */
  learnHashes(layer: Layer, catalog: Catalog, entries: Uint32Array): Promise<void> {
    return this.#content.learnHashes(layer, catalog, entries);
  }

  /** Adds to the catalog what can be known about these entries' content by reading only a few bytes of each. */
  learnPrefixes(layer: Layer, catalog: Catalog, entries: Uint32Array): Promise<void> {
    return this.#content.learnPrefixes(layer, catalog, entries);
  }

  /** Writes what is known so far to the cache: for runs over many layers, which may be interrupted. */
  async flush(): Promise<void> {
    await this.#known?.flush();
  }

  /** Ends the threads while there is nothing to scan; they start again when there is. */
  rest(): Promise<void> {
    return this.#pool.rest();
  }

  /** Ends the workers and brings the cache up to date. Safe to call twice. */
  async close(): Promise<void> {
    await this.#pool.close();
    await this.facts?.close();
    await this.#known?.close();
  }

  async #fingerprints(): Promise<FingerprintOptions | null> {
    if (this.#fingerprintKey === null) return null;
    return { key: await this.#fingerprintKey, seen: this.#seen.memory };
  }

  #jobOptions(name: string): Pick<JobOptions, "name" | "verify" | "rules" | "maxRatio"> {
    const { verify, rules, maxRatio = defaultMaxRatio } = this.#options;
    return { name, verify, rules, maxRatio };
  }

  async #runScan(job: Extract<Job, { options: JobOptions }>, hooks: JobHooks): Promise<BlobScan> {
    try {
      const result = await this.#pool.run(job, hooks);
      if (!("scan" in result)) throw new Error("a scan job answered without a scan");
      return result.scan;
    } catch (error) {
      throw withName(error, job.options.name);
    }
  }

  /** Compares what was computed with what the image promises, and keeps it for the next run. */
  async #finish(layer: Layer, scan: BlobScan): Promise<LayerScan> {
    const verified = this.#options.verify && scan.diffId !== null && layer.assembled?.exact !== false;
    if (verified) checkPromises(layer, scan);
    await this.#known?.keep(layer, scan);
    return {
      catalog: scan.catalog,
      compression: scan.compression,
      storedBytes: scan.storedBytes,
      tarBytes: scan.tarBytes,
      digest: scan.digest,
      diffId: scan.diffId,
      verified,
      secrets: this.#options.rules === null ? null : scan.secrets,
      suspects: scan.suspects,
      packages: scan.packages,
      unscanned: scan.unscanned,
      warnings: layerWarnings(scan.problems, layer.index),
      fromCache: false,
    };
  }

  async #fromTableOfContents(layer: Layer): Promise<LayerScan | null> {
    if (this.#options.tableOfContents !== true || this.#options.rules !== null || layer.openRange === undefined) return null;
    const { catalogFromToc } = await import("./toc/toc-layer.ts");
    const toc = await catalogFromToc(layer);
    if (toc === null) return null;
    rememberTableOfContents(toc);
    const message = `was read by its own table of contents (${toc.kind}): its bytes were not fetched, so its digest and diff ID were not verified`;
    return {
      catalog: toc.catalog,
      compression: toc.kind === "estargz" ? "gzip" : "zstd",
      storedBytes: layer.storedBytes ?? 0,
      tarBytes: toc.tarBytes ?? 0,
      digest: null,
      diffId: null,
      verified: false,
      secrets: null,
      suspects: new Map(),
      packages: null,
      unscanned: [],
      warnings: [{ code: "read-by-toc", layer: layer.index, message }],
      fromCache: false,
    };
  }

  async #digestOf(region: FileRegion, name: string, algorithm: DigestAlgorithm): Promise<Digest> {
    const result = await this.#pool.run({ kind: "digest", region, name, algorithm });
    if (!("digest" in result)) throw new Error("a digest job answered without a digest");
    return result.digest;
  }
}
