/** The images that a source holds, before one of them is chosen and loaded. */
import type { BallastError } from "../../base/errors.ts";
import type { Digest } from "../../image/digest.ts";
import type { Image, TransportName } from "../../image/image.ts";
import type { Platform } from "../../image/platform.ts";
import type { Warning } from "../../image/warning.ts";

export interface Candidate {
  /** The digest people choose by: the manifest's, or the config's where there is no manifest. */
  readonly digest: Digest;
  readonly configDigest: Digest | null;
  /** Digests of the layers, bottom first; null where the source names no digests. */
  readonly layerDigests: readonly (Digest | null)[];
  /** Digests of the indexes that lead to it, outermost first. */
  readonly indexes: readonly Digest[];
  /** The nested index that joins it with other platforms; null when only index.json does. */
  readonly indexBytes: Buffer | null;
  readonly platform: Platform | undefined;
  readonly tags: readonly string[];
  /** Why it cannot be loaded; null when nothing is known to be wrong. */
  readonly problem: Problem | null;
  /** @throws {BallastError} */
  load(context: LoadContext): Promise<Image>;
}

export interface Problem {
  /** Listed without its blobs; no image at all; an image with something wrong. The first two are passed over when there is a choice. */
  readonly kind: "absent" | "artifact" | "broken";
  readonly error: BallastError;
}

export interface LoadContext {
  readonly reference: string;
  readonly transport: TransportName;
  /** All names the source gives the image. */
  readonly tags: readonly string[];
  readonly warnings: readonly Warning[];
  close(): Promise<void>;
}

/** Joins candidates that a source lists more than once, under several names, in the order of first appearance. */
export function mergeCandidates(candidates: readonly Candidate[]): Candidate[] {
  const byDigest = new Map<Digest, Candidate>();
  for (const candidate of candidates) {
    const known = byDigest.get(candidate.digest);
    byDigest.set(candidate.digest, known === undefined ? candidate : merged(known, candidate));
  }
  return [...byDigest.values()];
}

function merged(first: Candidate, second: Candidate): Candidate {
  return {
    ...first,
    indexes: [...new Set([...first.indexes, ...second.indexes])],
    tags: [...new Set([...first.tags, ...second.tags])],
    platform: first.platform ?? second.platform,
  };
}
