import type { Confidence, Severity } from "../../../src/base/severity.ts";

/** One match of a secret rule in one file of one layer, as the layer workers hand it on and the cache keeps it: never the secret itself. */
export interface SecretHit {
  /** Index of the entry in the layer's catalog. */
  readonly entry: number;
  /** In an archive: the path of the file in it, a byte string, with `!/` behind each archive in between. Null for the file's own bytes. */
  readonly inside: string | null;
  readonly rule: string;
  readonly severity: Severity;
  readonly confidence: Confidence;
  /** 1-based; null for binary files. */
  readonly line: number | null;
  /** Byte offset of the secret in the file, or in the file in the archive. */
  readonly offset: number;
  /** The key of a key = value finding. */
  readonly key: string | null;
  /** At most 4 leading characters and a mask of fixed length. */
  readonly redacted: string;
  /** First 12 hex digits of the secret's SHA-256: joins the places of one secret, cannot be turned back for secrets of any strength. */
  readonly secretHash: string;
}

/** What separates an archive from the file in it, as in Java's URLs. */
export const insideMark = "!/";
