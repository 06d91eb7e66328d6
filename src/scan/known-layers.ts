/** Layers from the cache: those that an earlier run scanned, if their bytes are known to be the same now. */
import { createHash } from "node:crypto";

import { LayerCache } from "../cache/layer-cache.ts";
import type { CachedLayer, Keeps } from "../cache/layer-cache.ts";
import { VerifiedRegions } from "../cache/verified-regions.ts";
import type { Catalog } from "../filesystem/catalog.ts";
import { algorithmOf } from "../image/digest.ts";
import type { Digest } from "../image/digest.ts";
import type { FileRegion, KnownDigests, Layer } from "../image/image.ts";
import type { BlobScan, DigestAlgorithm } from "./blob/scanned-blob.ts";
import { layerWarnings } from "./layer-warnings.ts";
import type { LayerScan } from "./layer-scan.ts";

export interface KnownLayersOptions {
  /** Whether a local file that nobody has hashed yet may be hashed to recognise its layer. */
  readonly verify: boolean;
  /** Which secret rules files are searched by; null for none. */
  readonly rules: string | null;
  readonly keeps: Keeps;
  /** The key of this run's fingerprints; those made with another key are of no use. */
  readonly fingerprintKey: Promise<Uint8Array> | null;
  readonly digestOf: (layer: Layer, region: FileRegion, algorithm: DigestAlgorithm) => Promise<Digest>;
}

export class KnownLayers {
  readonly #options: KnownLayersOptions;
  readonly #cache: LayerCache;
  readonly #regions: VerifiedRegions;
  /** Catalogs that came from the cache, and are written again if they gain content hashes. */
  readonly #cached = new WeakMap<Catalog, CachedLayer>();
  readonly #toKeep = new Map<Catalog, CachedLayer>();
  #writing: Promise<void> = Promise.resolve();
  #keyNamed: Promise<string | null> | null = null;

  constructor(directory: string, options: KnownLayersOptions) {
    this.#options = options;
    this.#cache = new LayerCache(directory, options.keeps);
    this.#regions = new VerifiedRegions(directory);
  }

  /** Null for a layer that has to be scanned. */
  async find(layer: Layer): Promise<LayerScan | null> {
    const cached = await this.#findTrusted(layer);
    if (cached === null || cached.facts.diffId !== layer.diffId) return null;
    const { facts, catalog } = cached;
    const { rules } = this.#options;
    const secrets = rules === null ? null : await this.#cache.findSecrets(facts.diffId, rules);
    if (rules !== null && secrets === null) return null;
    // The same archive may have been scanned from a compressed blob, and be uncompressed here.
    const isPlain = (layer.digest ?? layer.diffId) === facts.diffId && layer.storedBytes === facts.tarBytes;
    // Files that describe packages are read in place when possible.
    const lies = isPlain && layer.file !== null;
    const packages = lies ? null : await this.#cache.findPackages(facts.diffId);
    if (packages === null && !lies) return null;
    this.#cached.set(catalog, cached);
    const { columns } = catalog;
    if (columns.fingerprints !== null && facts.fingerprintKey !== (await this.#keyName())) columns.fingerprints = null;
    return {
      catalog,
      compression: isPlain ? "none" : facts.compression,
      storedBytes: layer.storedBytes ?? facts.storedBytes,
      tarBytes: facts.tarBytes,
      digest: isPlain ? facts.diffId : facts.digest,
      diffId: facts.diffId,
      verified: true,
      secrets: secrets?.hits ?? null,
      suspects: secrets?.suspects ?? new Map(),
      packages,
      unscanned: secrets?.unscanned ?? [],
      warnings: layerWarnings(facts.problems, layer.index),
      fromCache: true,
    };
  }

  /** Keeps a scan for the next run, unless the digest of its bytes is unknown. */
  async keep(layer: Layer, scan: BlobScan): Promise<void> {
    const { catalog, compression, storedBytes, tarBytes, digest, diffId, problems } = scan;
    if (digest === null || diffId === null) return;
    const fingerprintKey = catalog.columns.fingerprints === null ? null : await this.#keyName();
    this.#toKeep.set(catalog, { catalog, facts: { compression, storedBytes, tarBytes, digest, diffId, fingerprintKey, problems } });
    if (layer.file !== null) this.#regions.record(layer.file, digest);
    if (scan.packages !== null) await this.#cache.keepPackages(diffId, scan.packages);
    const { rules } = this.#options;
    if (rules === null) return;
    await this.#cache.keepSecrets(diffId, rules, { hits: scan.secrets, unscanned: scan.unscanned, suspects: scan.suspects });
  }

  /** Marks a catalog that has gained something to be written again, if it came from the cache. */
  keepAgain(catalog: Catalog): void {
    const cached = this.#cached.get(catalog);
    if (cached !== undefined) this.#toKeep.set(catalog, cached);
  }

  /** Writes what is to be kept. */
  async flush(): Promise<void> {
    const layers = [...this.#toKeep.values()];
    this.#toKeep.clear();
    const before = this.#writing;
    // Also what another call took with it and is still writing: whoever flushed a layer finds it afterwards.
    this.#writing = Promise.all(layers.map((layer) => this.#cache.keep(layer))).then(() => before);
    await this.#writing;
  }

  async close(): Promise<void> {
    await this.flush();
    await this.#regions.close();
    await this.#cache.close();
  }

  /**
   * A remote blob is named by its digest and need not be fetched. A local one is trusted when the same unchanged file was hashed before, or
   * when hashing it now gives a digest that the cache knows, which is still far cheaper than unpacking it.
   */
  async #findTrusted(layer: Layer): Promise<CachedLayer | null> {
    const claimed = layer.digest ?? layer.diffId;
    if (layer.file === null) return this.#cache.find(claimed);
    const remembered = this.#regions.digestOf(layer.file);
    if (remembered !== null) return remembered === claimed || layer.digest === null ? this.#cache.find(remembered) : null;
    const cached = this.#options.verify ? await this.#cache.find(claimed) : null;
    if (cached === null) return null;
    const digest = await this.#options.digestOf(layer, layer.file, algorithmOf(claimed));
    if (digest !== cached.facts.digest) return null;
    this.#regions.record(layer.file, digest);
    return cached;
  }

  /** Digests of what lies in local files. */
  get digests(): KnownDigests {
    return this.#regions;
  }

  /** A hash of the key, to know it again by. */
  #keyName(): Promise<string | null> {
    const { fingerprintKey } = this.#options;
    const nameOf = (key: Uint8Array): string => createHash("sha256").update(key).digest("hex");
    return (this.#keyNamed ??= fingerprintKey === null ? Promise.resolve(null) : fingerprintKey.then(nameOf));
  }
}
