/** Which files' content shall be hashed, as workers are told: in columns, which cross threads at no cost a file. */
import type { Catalog } from "../../filesystem/catalog.ts";
import type { SparseSegment } from "../../tar/entry.ts";

/** Ordered by offset. */
export interface HashRequests {
  /** Indexes in the catalog. */
  readonly entries: Uint32Array;
  /** Where each one's bytes lie in the archive, and how many there are. */
  readonly dataOffsets: Float64Array;
  readonly storedSizes: Float64Array;
  /** By position in `entries`, what sparse files look like to their reader. */
  readonly sparse: ReadonlyMap<number, { readonly segments: readonly SparseSegment[]; readonly size: number }>;
}

const requestsPerJob = 4096;

/** In pieces of work that several workers can share, each made when it is asked for. */
export function* requestsFor(catalog: Catalog, entries: Uint32Array): Generator<HashRequests> {
  const { dataOffsets, storedSizes, sizes, extras } = catalog.columns;
  const ordered = inOrder(entries, dataOffsets);
  for (let from = 0; from < ordered.length; from += requestsPerJob) {
    const part = ordered.slice(from, from + requestsPerJob);
    const sparse = new Map<number, { segments: readonly SparseSegment[]; size: number }>();
    for (const [index, entry] of part.entries()) {
      const segments = extras.get(entry)?.sparse;
      if (segments !== undefined && segments !== null) sparse.set(index, { segments, size: sizes[entry]! });
    }
    yield {
      entries: part,
      dataOffsets: Float64Array.from(part, (entry) => dataOffsets[entry]!),
      storedSizes: Float64Array.from(part, (entry) => storedSizes[entry]!),
      sparse,
    };
  }
}

/** As they lie in the archive. */
function inOrder(entries: Uint32Array, dataOffsets: Float64Array): Uint32Array {
  // Numbers tell that, but for catalogs that a table of contents gave; comparing by offsets takes many times as long.
  const ordered = entries.toSorted();
  const isOrdered = ordered.every((entry, at) => at === 0 || dataOffsets[ordered[at - 1]!]! <= dataOffsets[entry]!);
  return isOrdered ? ordered : ordered.sort((a, b) => dataOffsets[a]! - dataOffsets[b]!);
}
