import type { Confidence, Severity } from "../../../src/base/severity.ts";

/** One match of a secret rule in one file of one layer, as workers return it and the cache stores it. It never contains the secret. */
export interface SecretHit {
  /** Index of the entry in the layer's catalog. */
  readonly entry: number;
  /** The path in an archive, a byte string, with `!/` after each nested archive. Null for the file's own bytes. */
  readonly inside: string | null;
  readonly rule: string;
  readonly severity: Severity;
  readonly confidence: Confidence;
  /** From 1; null for binary files. */
  readonly line: number | null;
  /** Byte offset of the secret in the file, or in the archive's member. */
  readonly offset: number;
  /** The key of a key = value finding. */
  readonly key: string | null;
  /** At most 4 leading characters and a mask of fixed length. */
  readonly redacted: string;
  /** First 12 hex digits of the secret's SHA-256. Identifies equal secrets; cannot be reversed unless the secret is weak. */
  readonly secretHash: string;
}

/** What separates an archive from the file in it, as in Java's URLs. */
export const insideMark = "!/";
