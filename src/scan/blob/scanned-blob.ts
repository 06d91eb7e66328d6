/** What the one pass over a layer blob is asked to do, and its result. */
import type { SecretHit } from "../../../analyzers/secrets/match/secret-hit.ts";
import type { KeptFile } from "../../../analyzers/packages/evidence/kept-file.ts";
import type { ReadableCompression } from "../../compression/sniff.ts";
import type { Catalog } from "../../filesystem/catalog.ts";
import type { Digest } from "../../image/digest.ts";
import type { ReadAgain } from "../suspects/digest-collector.ts";
import type { ContentScanner, FingerprintOptions, UnscannedFile } from "./catalog-handler.ts";
import type { FileDigests } from "../suspects/file-digests.ts";

export type DigestAlgorithm = "sha256" | "sha512";

export interface BlobScanOptions {
  /** For messages: `layer 3 (sha256:…)`. */
  readonly name: string;
  /** Compute digest and diff ID. */
  readonly verify: boolean;
  /** Of the blob's digest and of the diff ID. */
  readonly algorithm: DigestAlgorithm;
  readonly diffAlgorithm: DigestAlgorithm;
  readonly scanner: ContentScanner | null;
  /** Uncompressed bytes per stored byte beyond which a blob of over a gibibyte counts as a decompression bomb. */
  readonly maxRatio: number;
  /** Hash every file's content even if the archive is uncompressed, because the blob cannot be read a second time. */
  readonly hashContent?: boolean;
  /** Keep what the archive says about packages even if it is uncompressed, because it cannot be read a second time. */
  readonly collectPackages?: boolean;
  /** How large files in a compressed archive may be told apart instead of by their hash; null hashes them all. */
  readonly fingerprints?: FingerprintOptions | null;
  /** Set where the blob can be read a second time, so that no file need be hashed just in case. */
  readonly again?: ReadAgain;
  readonly onBytes: (storedBytes: number) => void;
}

/** The result of a scan, except for the entries, which are passed on along the way. */
export interface ScannedBlob {
  readonly compression: ReadableCompression;
  readonly storedBytes: number;
  readonly tarBytes: number;
  readonly digest: Digest | null;
  readonly diffId: Digest | null;
  readonly secrets: readonly SecretHit[];
  /** Digests of files that hold a hit or have a telling name, by entry. */
  readonly suspects: ReadonlyMap<number, FileDigests>;
  /** What files say about packages, by entry; null when they can be read later from the file. */
  readonly packages: ReadonlyMap<number, KeptFile> | null;
  readonly unscanned: readonly UnscannedFile[];
  readonly problems: readonly ScanProblem[];
}

export interface BlobScan extends ScannedBlob {
  readonly catalog: Catalog;
}

/** A warning about the archive, made before it is known which layer it is. */
export interface ScanProblem {
  readonly code: string;
  readonly message: string;
  /** The stored name of the entry that it is about, a byte string. */
  readonly path?: string;
}
