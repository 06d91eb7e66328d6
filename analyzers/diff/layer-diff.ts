/** Which layers two images share, and what a client that has the first must fetch for the second. */
import type { Image } from "../../src/image/image.ts";
import type { Redactor } from "../secrets/config/redactor.ts";

/** One layer as a scan found it. */
export interface LayerFacts {
  /** Content bytes. */
  readonly bytes: number;
  /** Bytes of the blob as a registry keeps it; null when the source holds it uncompressed. */
  readonly compressedBytes: number | null;
}

export interface LayerRow {
  readonly index: number;
  readonly digest: string;
  readonly diffId: string;
  readonly bytes: number;
  readonly compressedBytes: number | null;
  /** Redacted. */
  readonly createdBy: string;
  /** Whether the other image has the same layer. */
  readonly shared: boolean;
}

export interface LayerDiff {
  readonly before: readonly LayerRow[];
  readonly after: readonly LayerRow[];
  /** Content bytes of the shared layers. */
  readonly sharedBytes: number;
  /** What a client that has the first image must pull for the second: compressed where known. */
  readonly pull: { readonly layers: number; readonly bytes: number; readonly compressed: boolean };
}

export function diffLayers(
  before: Image,
  factsBefore: readonly LayerFacts[],
  after: Image,
  factsAfter: readonly LayerFacts[],
  redact: Redactor,
): LayerDiff {
  const rowsBefore = rows(before, factsBefore, after, redact);
  const rowsAfter = rows(after, factsAfter, before, redact);
  // A blob that is listed twice in a manifest is pulled once.
  const missing = [...new Map(rowsAfter.filter(({ shared }) => !shared).map((row) => [row.digest, row])).values()];
  const compressed = missing.every(({ compressedBytes }) => compressedBytes !== null);
  return {
    before: rowsBefore,
    after: rowsAfter,
    sharedBytes: rowsAfter.filter(({ shared }) => shared).reduce((sum, { bytes }) => sum + bytes, 0),
    pull: {
      layers: missing.length,
      bytes: missing.reduce((sum, { bytes, compressedBytes }) => sum + (compressed ? compressedBytes! : bytes), 0),
      compressed,
    },
  };
}

function rows(image: Image, facts: readonly LayerFacts[], other: Image, redact: Redactor): LayerRow[] {
  const digests = new Set(other.layers.map(({ digest }) => digest));
  const diffIds = new Set(other.layers.map(({ diffId }) => diffId));
  return image.layers.map(({ index, digest, diffId, createdBy }) => ({
    index,
    digest: digest ?? diffId,
    diffId,
    bytes: facts[index]!.bytes,
    compressedBytes: facts[index]!.compressedBytes,
    createdBy: redact(createdBy ?? ""),
    shared: (digest !== null && digests.has(digest)) || diffIds.has(diffId),
  }));
}
