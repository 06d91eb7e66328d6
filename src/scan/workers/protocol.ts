/** What the scanning thread and its workers say to each other. */
import type { RuleOptions } from "../../../analyzers/secrets/match/rule-options.ts";
import { BallastError } from "../../base/errors.ts";
import type { ErrorCode } from "../../base/errors.ts";
import type { CatalogColumns } from "../../filesystem/catalog.ts";
import type { FileRegion } from "../../image/image.ts";
import type { HashRequests } from "../content/hash-requests.ts";
import type { Digest } from "../../image/digest.ts";
import type { BlobScanOptions, DigestAlgorithm, ScannedBlob } from "../blob/scanned-blob.ts";

/** Which secret rules a worker shall compile. */
export interface SecretRuleSpec {
  /** Names the compiled set in the cache: changes whenever any rule does. */
  readonly id: string;
  readonly options: RuleOptions;
}

export type JobOptions = Pick<
  BlobScanOptions,
  "name" | "verify" | "algorithm" | "diffAlgorithm" | "maxRatio" | "hashContent" | "fingerprints"
> & {
  /** Null scans no content. */
  readonly rules: SecretRuleSpec | null;
  /** The blob is said to be compressed. */
  readonly isPacked: boolean;
};

export type Job =
  | { readonly kind: "scan-region"; readonly region: FileRegion; readonly options: JobOptions }
  | { readonly kind: "scan-stream"; readonly options: JobOptions }
  | { readonly kind: "digest"; readonly region: FileRegion; readonly name: string; readonly algorithm: DigestAlgorithm }
  | { readonly kind: "hash"; readonly region: FileRegion; readonly name: string; readonly requests: HashRequests }
  | { readonly kind: "prefix"; readonly region: FileRegion; readonly name: string; readonly requests: HashRequests };

/** To the worker. It works on one job at a time; chunks belong to that one. */
export type Order = { readonly job: Job } | { readonly chunk: Uint8Array | null };

/** From the worker. */
export type Answer =
  /** Stored bytes worked through since the last such answer. */
  | { readonly bytes: number }
  /** The stream job can take another chunk. */
  | { readonly wantsChunk: true }
  /** More entries of the layer being read. */
  | { readonly entries: CatalogColumns; readonly isLast: boolean }
  | { readonly scanned: ScannedBlob }
  | { readonly digest: Digest }
  | { readonly hashes: Uint8Array }
  | { readonly prefixes: Uint32Array }
  | { readonly failure: Failure };

export interface Failure {
  readonly code: ErrorCode | null;
  readonly message: string;
  readonly hint?: string;
  readonly stack?: string;
}

export function wireFailure(error: unknown): Failure {
  if (error instanceof BallastError) return { code: error.code, message: error.message, hint: error.hint };
  if (error instanceof Error) return { code: null, message: error.message, stack: error.stack ?? error.message };
  return { code: null, message: String(error) };
}

export function unwireFailure({ code, message, hint, stack }: Failure): Error {
  if (code !== null) return new BallastError(code, message, { hint });
  const error = new Error(message);
  if (stack !== undefined) error.stack = stack;
  return error;
}
