import { createSecretKey } from "node:crypto";
import type { KeyObject } from "node:crypto";

import type { SecretHit } from "../../../analyzers/secrets/match/secret-hit.ts";
import { EntryType } from "../../tar/entry.ts";
import type { TarEntry } from "../../tar/entry.ts";
import type { TarHandler } from "../../tar/read/parser.ts";
import type { CatalogPieces } from "./catalog-pieces.ts";
import { PackageCollector } from "./package-collector.ts";
import { ContentHash } from "../content/content-hash.ts";
import { ContentPrefix } from "../content/content-prefix.ts";
import { leastFingerprintedBytes, SeenContents } from "../content/fingerprint.ts";
import { LargeContent } from "../content/large-content.ts";
import { SparseHash } from "../content/sparse-hash.ts";
import type { DigestCollector } from "../suspects/digest-collector.ts";

/** Is given the content of every regular file in the stream. */
export interface ContentScanner {
  begin(entryIndex: number, path: string, size: number): void;
  /** The bytes may be reused when this returns. */
  write(chunk: Buffer): void;
  end(): SecretHit[];
  /** After `end`: why parts of that file were not scanned; null when all of it was. */
  readonly cutShort: string | null;
}

/** Crosses threads. */
export interface FingerprintOptions {
  readonly key: Uint8Array;
  /** See `SeenContents`. */
  readonly seen: SharedArrayBuffer;
}

export interface UnscannedFile {
  /** Index in the layer's catalog. */
  readonly entry: number;
  readonly reason: string;
}

/** Turns what the tar parser finds into a catalog, and hashes and scans file content on the way when asked to. */
export class CatalogHandler implements TarHandler {
  readonly hits: SecretHit[] = [];
  readonly unscanned: UnscannedFile[] = [];
  /** Null when content is not scanned. */
  readonly suspects: DigestCollector | null;
  /** Null when packages are not asked for, or are read later from the file. */
  readonly packages: PackageCollector | null;
  readonly #catalog: CatalogPieces;
  readonly #hashContent: boolean;
  readonly #prefix: ContentPrefix | null;
  readonly #fingerprints: { readonly key: KeyObject; readonly seen: SeenContents } | null;
  readonly #scanner: ContentScanner | null;
  #index = -1;
  #isSparse = false;
  #hash: ContentHash | SparseHash | null = null;
  #large: LargeContent | null = null;

  constructor(
    catalog: CatalogPieces,
    options: {
      readonly hashContent: boolean;
      /** Keep a checksum of the first bytes of every file. */
      readonly prefixes: boolean;
      readonly fingerprints: FingerprintOptions | null;
      readonly scanner: ContentScanner | null;
      readonly collectPackages: boolean;
      readonly suspects: DigestCollector | null;
    },
  ) {
    this.#catalog = catalog;
    this.#hashContent = options.hashContent;
    this.#prefix = options.prefixes ? new ContentPrefix() : null;
    const { fingerprints } = options;
    this.#fingerprints =
      fingerprints === null ? null : { key: createSecretKey(fingerprints.key), seen: new SeenContents(fingerprints.seen) };
    this.#scanner = options.scanner;
    this.suspects = options.suspects;
    this.packages = options.collectPackages ? new PackageCollector() : null;
  }

  entry(entry: TarEntry): boolean {
    this.#index = this.#catalog.add(entry);
    if (entry.type !== EntryType.file) return false;
    const isWanted = this.packages?.begin(this.#index, entry) ?? false;
    this.#isSparse = entry.sparse !== null;
    if (!this.#hashContent && this.#scanner === null) return isWanted || this.#prefix !== null;
    if (this.#hashContent) this.#beginHash(entry);
    this.#scanner?.begin(this.#index, entry.path, entry.storedSize);
    this.suspects?.begin(this.#index, entry);
    return true;
  }

  #beginHash(entry: TarEntry): void {
    if (entry.sparse !== null) {
      this.#hash = new SparseHash(entry.sparse, entry.size);
      return;
    }
    if (this.#fingerprints === null || entry.size < leastFingerprintedBytes) this.#hash = new ContentHash(entry.size);
    else this.#large = new LargeContent(entry.size, this.#fingerprints.key, this.#fingerprints.seen);
  }

  data(chunk: Buffer): void {
    this.#hash?.update(chunk);
    this.#large?.update(chunk);
    this.#prefix?.update(chunk);
    this.#scanner?.write(chunk);
    this.suspects?.write(chunk);
    this.packages?.write(chunk);
  }

  endEntry(): void {
    if (this.#hash !== null) {
      this.#catalog.setHash(this.#index, this.#hash.digest());
      this.#hash = null;
    }
    if (this.#large !== null) {
      const { fingerprint, digest } = this.#large.end();
      this.#catalog.setFingerprint(this.#index, fingerprint);
      if (digest !== null) this.#catalog.setHash(this.#index, digest);
      this.#large = null;
    }
    if (this.#prefix !== null) {
      const prefix = this.#prefix.take();
      // What is stored of a sparse file is not what its reader sees.
      if (!this.#isSparse) this.#catalog.setPrefix(this.#index, prefix);
    }
    this.packages?.end();
    if (this.#scanner === null) return;
    const hits = this.#scanner.end();
    for (const hit of hits) this.hits.push(hit);
    this.suspects?.end(hits.length > 0);
    const { cutShort } = this.#scanner;
    if (cutShort !== null) this.unscanned.push({ entry: this.#index, reason: cutShort });
  }
}
