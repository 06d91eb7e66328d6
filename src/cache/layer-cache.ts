/**
 * Results of scans, by digest. A catalog is a pure function of the blob, so an entry is never outdated; a damaged one is ignored and
 * written again.
 */
import { readFileSync } from "node:fs";
import { access, readFile } from "node:fs/promises";
import { join } from "node:path";
import { deserialize, serialize } from "node:v8";
import { gunzipSync, gzipSync } from "node:zlib";

import type { KeptFile } from "../../analyzers/packages/evidence/kept-file.ts";
import type { Catalog } from "../filesystem/catalog.ts";
import type { ReadableCompression } from "../compression/sniff.ts";
import type { Digest } from "../image/digest.ts";
import { pruneCache, touchCacheFile, writeCacheFile } from "./cache-directory.ts";
import { catalogBytes, decodeCatalog, encodeCatalog } from "./catalog-codec.ts";
import { decodeFacts, encodeFacts } from "./facts-codec.ts";
import type { CachedSecrets } from "./facts-codec.ts";
import { packFiles, unpackFiles } from "./packed-files.ts";
import { RecentValues } from "./recent-values.ts";
import { seal, unseal } from "./sealed.ts";

/** Incremented whenever catalogs, or what is stored with them, change their meaning. */
export const cacheVersion = 14;

export interface CachedLayer {
  readonly catalog: Catalog;
  readonly facts: CachedFacts;
}

export interface CachedFacts {
  readonly compression: ReadableCompression;
  readonly storedBytes: number;
  readonly tarBytes: number;
  /** Of the blob that was scanned: computed, not claimed. */
  readonly digest: Digest;
  readonly diffId: Digest;
  /** A hash of the key of the catalog's fingerprints; null when it has none. */
  readonly fingerprintKey: string | null;
  readonly problems: readonly { readonly code: string; readonly message: string }[];
}

/**
 * What the directory keeps. `recent`: what was used last, within a limit. `everything`: all, and what was used last in memory too, for runs
 * over many images that share layers. `this-run`: only what does not fit in memory, since the directory is removed after the run.
 */
export type Keeps = "recent" | "everything" | "this-run";

export class LayerCache {
  readonly #directory: string;
  readonly #keeps: Keeps;
  readonly #recent: RecentValues | null;
  #wrote = false;

  /** @param most bytes that are kept in memory */
  constructor(directory: string, keeps: Keeps = "recent", most?: number) {
    this.#directory = directory;
    this.#keeps = keeps;
    this.#recent = keeps === "recent" ? null : new RecentValues(most);
  }

  /** By the digest of the blob or of the tar archive in it. */
  async find(digest: Digest): Promise<CachedLayer | null> {
    return this.#find(catalogName(digest), (bytes, path) => {
      touchCacheFile(path);
      const decoded = decodeCatalog(bytes);
      return decoded === null ? null : { catalog: decoded.catalog, facts: decoded.meta as CachedFacts };
    });
  }

  async findSecrets(diffId: Digest, rules: string): Promise<CachedSecrets | null> {
    return this.#find(secretsName(diffId, rules), (bytes) => decodeFacts("secrets", unseal(bytes)));
  }

  /** What files say about packages, by entry; null when it was not kept. */
  async findPackages(diffId: Digest): Promise<ReadonlyMap<number, KeptFile> | null> {
    return this.#find(packagesName(diffId), (bytes) => deserialize(gunzipSync(bytes)) as ReadonlyMap<number, KeptFile>);
  }

  /** Whether everything that a scan with these rules finds out about a remote layer is kept. */
  async holds(digest: Digest, diffId: Digest, rules: string | null): Promise<boolean> {
    const names = namesOf(digest, diffId, rules);
    const found = await Promise.all(
      names.map((name) =>
        access(join(this.#directory, name)).then(
          () => true,
          () => false,
        ),
      ),
    );
    return found.every(Boolean);
  }

  /** The files of a layer in one buffer, for others to `unpack`; null when one is missing or damaged. */
  async pack(digest: Digest, diffId: Digest, rules: string | null): Promise<Buffer | null> {
    try {
      const files = await Promise.all(namesOf(digest, diffId, rules).map((name) => readFile(join(this.#directory, name))));
      return isCatalogOf(files[0]!, digest, diffId) ? await packFiles(files) : null;
    } catch {
      return null;
    }
  }

  /** Keeps the result of `pack` from another machine. False when it is damaged, or of another layer. */
  async unpack(packed: Buffer, digest: Digest, diffId: Digest, rules: string | null): Promise<boolean> {
    const names = namesOf(digest, diffId, rules);
    const files = await unpackFiles(packed, names.length);
    if (files === null || !isCatalogOf(files[0]!, digest, diffId)) return false;
    this.#wrote = true;
    const alias = digest === diffId ? null : catalogName(diffId);
    await Promise.all(names.map((name, at) => writeCacheFile(this.#directory, name, [files[at]!], at === 0 ? alias : null)));
    return true;
  }

  async keepPackages(diffId: Digest, files: ReadonlyMap<number, KeptFile>): Promise<void> {
    const bytes = serialize(files);
    const name = packagesName(diffId);
    await this.#put([name], files, bytes.length, () => writeCacheFile(this.#directory, name, [gzipSync(bytes, { level: 1 })]));
  }

  async keep({ catalog, facts }: CachedLayer): Promise<void> {
    const [name, alias = null] = new Set([catalogName(facts.digest), catalogName(facts.diffId)]);
    const names = [name!, ...(alias === null ? [] : [alias])];
    await this.#put(names, { catalog, facts }, catalogBytes(catalog), () =>
      writeCacheFile(this.#directory, name!, encodeCatalog(catalog, facts), alias),
    );
  }

  async keepSecrets(diffId: Digest, rules: string, secrets: CachedSecrets): Promise<void> {
    const bytes = encodeFacts("secrets", secrets);
    const name = secretsName(diffId, rules);
    await this.#put([name], secrets, bytes.length, () => writeCacheFile(this.#directory, name, seal(bytes)));
  }

  /** @param names of one value; `write` writes it under all of them */
  async #put(names: readonly string[], value: unknown, bytes: number, write: () => Promise<void>): Promise<void> {
    this.#wrote = true;
    let written: Promise<void> | null = null;
    const onLeave = (): Promise<void> => (written ??= write());
    for (const name of names) await this.#recent?.set(name, value, bytes, this.#keeps === "this-run" ? onLeave : null);
    if (this.#keeps !== "this-run") await write();
  }

  /** Null if absent or damaged. */
  async #find<T>(name: string, decode: (bytes: Buffer, path: string) => T | null): Promise<T | null> {
    const known = this.#recent?.get(name);
    if (known !== undefined) return known as T;
    const path = join(this.#directory, name);
    try {
      // Synchronous: the detour through Node's thread pool takes longer than reading a typical layer's file.
      const bytes = readFileSync(path);
      const value = decode(bytes, path);
      if (value !== null) await this.#recent?.set(name, value, bytes.length);
      return value;
    } catch {
      return null;
    }
  }

  /** Prunes the cache to its limit, if it has one; to be called once at the end of a run. */
  async close(): Promise<void> {
    if (this.#wrote && this.#keeps === "recent") await pruneCache(this.#directory);
  }
}

/** The catalog's name comes first. */
function namesOf(digest: Digest, diffId: Digest, rules: string | null): string[] {
  return [catalogName(digest), packagesName(diffId), ...(rules === null ? [] : [secretsName(diffId, rules)])];
}

function isCatalogOf(file: Buffer, digest: Digest, diffId: Digest): boolean {
  try {
    const facts = decodeCatalog(file)?.meta as CachedFacts | undefined;
    return facts?.digest === digest && facts.diffId === diffId;
  } catch {
    return false;
  }
}

function fileName(digest: Digest): string {
  return `${cacheVersion}-${digest.replace(":", "-")}`;
}

function catalogName(digest: Digest): string {
  return `${fileName(digest)}.catalog`;
}

function secretsName(diffId: Digest, rules: string): string {
  return `${fileName(diffId)}.${rules}.secrets`;
}

function packagesName(diffId: Digest): string {
  return `${fileName(diffId)}.packages`;
}
