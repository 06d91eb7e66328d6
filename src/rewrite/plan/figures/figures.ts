/** The sizes that predictions are based on. */
import type { Analysis } from "../../../../analyzers/analysis.ts";
import type { Catalog } from "../../../filesystem/catalog.ts";
import type { Inode } from "../../../filesystem/file-tree.ts";
import { EntryType } from "../../../tar/entry.ts";
import { layerBetween } from "../../layers/delta.ts";
import type { LayerEntry } from "../../layers/delta.ts";
import type { PlanFigures } from "../plan.ts";
import { editedView, noEdits, viewAt } from "../../layers/views.ts";

export interface FigureSource {
  /** Files stored again unchanged; null if they were not compared. */
  readonly same: ReadonlyMap<Inode, Inode> | null;
  /** Measured on a sample; null to use the ratio of the source's layers. */
  readonly gzipRatio: number | null;
}

export function planFigures(analysis: Analysis, keptLayers: number, source: FigureSource, splitLayers = 0): PlanFigures {
  const { tree, layers, totals, base } = analysis;
  const entries = mergedEntries(analysis, keptLayers, source.same);
  const kept = layers.slice(0, keptLayers);
  const storedOf = (count: number): number =>
    layers.slice(0, count).reduce((sum, layer, index) => sum + (layer.compressedBytes ?? archiveBytes(tree.catalogs[index]!)), 0);
  return {
    totalBytes: totals.totalBytes,
    keptBytes: kept.reduce((sum, layer) => sum + layer.bytes, 0),
    mergedBytes: contentBytes(entries),
    mergedEntries: entries.length,
    overheadBytes: overheadBytes(entries),
    rewrittenBytes: tree.catalogs.slice(keptLayers).reduce((sum, catalog) => sum + archiveBytes(catalog), 0),
    // Kept layers do not count as uncompressed sources: they are stored the same way in the result.
    storedBytes: layers.slice(keptLayers).every(({ compressedBytes }) => compressedBytes !== null)
      ? storedOf(layers.length)
      : totals.compressedBytes,
    keptStoredBytes: storedOf(keptLayers),
    baseStoredBytes: storedOf(base.layers),
    gzipRatio: source.gzipRatio ?? measuredRatio(analysis, entries),
    ratioFrom: source.gzipRatio === null ? "layers" : "sample",
    splitLayers,
    exact: source.same !== null || keptLayers === 0 || tree.catalogs.length === keptLayers,
  };
}

/** The merged layer of a plan that removes nothing. */
export function mergedEntries({ tree }: Analysis, keptLayers: number, same: ReadonlyMap<Inode, Inode> | null): LayerEntry[] {
  const lower = keptLayers === 0 ? null : viewAt(keptLayers - 1);
  return layerBetween(tree, lower, editedView(tree, tree.catalogs.length - 1, noEdits), (below, above) => same?.get(above) === below);
}

export function contentBytes(entries: readonly LayerEntry[]): number {
  let bytes = 0;
  for (const entry of entries) if (entry.kind === "node" && entry.inode.type === EntryType.file) bytes += entry.inode.bytes;
  return bytes;
}

const blockBytes = 512;

function overheadBytes(entries: readonly LayerEntry[]): number {
  let bytes = 0;
  for (const entry of entries) {
    const size = entry.kind === "node" && entry.inode.type === EntryType.file ? entry.inode.bytes : 0;
    bytes += blockBytes + ((blockBytes - (size % blockBytes)) % blockBytes);
  }
  return bytes;
}

/** From the first header to the end of the last file, without the zeros of the archive's end. */
function archiveBytes({ length, columns }: Catalog): number {
  return length === 0 ? 0 : columns.dataOffsets[length - 1]! + Math.ceil(columns.storedSizes[length - 1]! / blockBytes) * blockBytes;
}

/** The ratio that gzip reached on the source layers of the entries, weighted by their bytes; null when none is stored with gzip. */
function measuredRatio({ layers }: Analysis, entries: readonly LayerEntry[]): number | null {
  let stored = 0;
  let bytes = 0;
  for (const entry of entries) {
    if (entry.kind !== "node" || entry.inode.bytes === 0) continue;
    const layer = layers[entry.inode.layer]!;
    if (layer.compressedBytes === null || !layer.mediaType.includes("gzip")) continue;
    stored += (entry.inode.bytes * layer.compressedBytes) / layer.bytes;
    bytes += entry.inode.bytes;
  }
  return bytes > 0 ? Math.min(1, stored / bytes) : null;
}
