/** Which files' content shall be hashed, as workers are told. */
import type { Catalog } from "../../filesystem/catalog.ts";
import type { SparseSegment } from "../../tar/entry.ts";

export interface HashRequest {
  /** Index in the catalog. */
  readonly entry: number;
  readonly dataOffset: number;
  readonly storedSize: number;
  readonly size: number;
  readonly sparse: readonly SparseSegment[] | null;
}

const requestsPerJob = 4096;

/** Ordered by offset. */
export function requestsFor(catalog: Catalog, entries: readonly number[]): HashRequest[] {
  const { dataOffsets, storedSizes, sizes, extras } = catalog.columns;
  const ordered = entries.toSorted((a, b) => dataOffsets[a]! - dataOffsets[b]!);
  return ordered.map((entry) => ({
    entry,
    dataOffset: dataOffsets[entry]!,
    storedSize: storedSizes[entry]!,
    size: sizes[entry]!,
    sparse: extras.get(entry)?.sparse ?? null,
  }));
}

/** Pieces of work that several workers can share. */
export function chunked(requests: readonly HashRequest[]): HashRequest[][] {
  const chunks: HashRequest[][] = [];
  for (let at = 0; at < requests.length; at += requestsPerJob) chunks.push(requests.slice(at, at + requestsPerJob));
  return chunks;
}
