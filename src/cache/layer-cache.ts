/**
 * What scans found, by digest. A catalog is a pure function of the blob, so an entry never goes stale; one that is damaged is ignored
 * and made anew.
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";

import type { SecretHit } from "../../analyzers/secrets/secret-hit.ts";
import type { Catalog } from "../filesystem/catalog.ts";
import type { Digest } from "../image/digest.ts";
import { pruneCache, touchCacheFile, writeCacheFile } from "./cache-directory.ts";
import { decodeCatalog, encodeCatalog } from "./catalog-codec.ts";

/** Counts up whenever catalogs, or what goes with them, change their meaning. */
const version = 1;

export interface CachedLayer {
  readonly catalog: Catalog;
  readonly facts: CachedFacts;
}

export interface CachedFacts {
  readonly compression: "none" | "gzip" | "zstd";
  readonly storedBytes: number;
  readonly tarBytes: number;
  /** Of the blob that was scanned: computed, not claimed. */
  readonly digest: Digest;
  readonly diffId: Digest;
  readonly problems: readonly { readonly code: string; readonly message: string }[];
}

export interface CachedSecrets {
  readonly hits: readonly SecretHit[];
  readonly unscanned: readonly { readonly entry: number; readonly reason: string }[];
}

export class LayerCache {
  readonly #directory: string;
  #wrote = false;

  constructor(directory: string) {
    this.#directory = directory;
  }

  /** Looks up by the digest of the blob or of the tar archive in it. */
  async find(digest: Digest): Promise<CachedLayer | null> {
    const path = join(this.#directory, catalogName(digest));
    const bytes = await readFile(path).catch(() => null);
    if (bytes === null) return null;
    void touchCacheFile(path);
    try {
      const decoded = decodeCatalog(bytes);
      return decoded === null ? null : { catalog: decoded.catalog, facts: decoded.meta as CachedFacts };
    } catch {
      return null;
    }
  }

  async findSecrets(diffId: Digest, rules: string): Promise<CachedSecrets | null> {
    try {
      return JSON.parse(await readFile(join(this.#directory, secretsName(diffId, rules)), "utf8")) as CachedSecrets;
    } catch {
      return null;
    }
  }

  async keep({ catalog, facts }: CachedLayer): Promise<void> {
    this.#wrote = true;
    const pieces = encodeCatalog(catalog, facts);
    const names = new Set([catalogName(facts.digest), catalogName(facts.diffId)]);
    await Promise.all([...names].map((name) => writeCacheFile(this.#directory, name, pieces)));
  }

  async keepSecrets(diffId: Digest, rules: string, secrets: CachedSecrets): Promise<void> {
    this.#wrote = true;
    await writeCacheFile(this.#directory, secretsName(diffId, rules), [Buffer.from(JSON.stringify(secrets))]);
  }

  /** Keeps the cache within its bound; to be called once at the end of a run. */
  async close(): Promise<void> {
    if (this.#wrote) await pruneCache(this.#directory);
  }
}

function fileName(digest: Digest): string {
  return `${version}-${digest.replace(":", "-")}`;
}

function catalogName(digest: Digest): string {
  return `${fileName(digest)}.catalog`;
}

function secretsName(diffId: Digest, rules: string): string {
  return `${fileName(diffId)}.${rules}.secrets`;
}
