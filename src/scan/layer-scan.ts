import type { ReadableCompression } from "../compression/sniff.ts";
import type { Catalog } from "../filesystem/catalog.ts";
import type { Digest } from "../image/digest.ts";
import type { Warning } from "../image/warning.ts";
import type { KeptFile } from "../../analyzers/packages/evidence/kept-file.ts";
import type { FileDigests } from "./suspects/file-digests.ts";
import type { SecretHit } from "../../analyzers/secrets/match/secret-hit.ts";

/** What one pass over a layer's bytes found out. */
export interface LayerScan {
  readonly catalog: Catalog;
  /** How the blob is really compressed, by its first bytes. */
  readonly compression: ReadableCompression;
  /** Bytes of the blob as stored. */
  readonly storedBytes: number;
  /** Bytes of the tar archive inside. */
  readonly tarBytes: number;
  /** Digest of the blob as stored; null when not computed (`--no-verify` on a file that was walked by seeking). */
  readonly digest: Digest | null;
  /** Digest of the tar archive; null as above. */
  readonly diffId: Digest | null;
  /** True when the digests that the image promises were computed over these bytes, in this run or in the one that filled the cache. */
  readonly verified: boolean;
  /** What the secret rules matched in this layer's files; null when not asked for. Holds no secret in clear. */
  readonly secrets: readonly SecretHit[] | null;
  /** Digests of files that hold a hit or have a telling name, by entry: they tell whether a package brought them as they are. */
  readonly suspects: ReadonlyMap<number, FileDigests>;
  /** What files say about packages, by entry; null when they can be read in place, or (with only a table of contents) not at all. */
  readonly packages: ReadonlyMap<number, KeptFile> | null;
  /** Files whose content was not scanned completely, and why. */
  readonly unscanned: readonly { readonly entry: number; readonly reason: string }[];
  /** About the archive itself: trailing bytes, missing end, duplicate paths. */
  readonly warnings: readonly Warning[];
  readonly fromCache: boolean;
}
