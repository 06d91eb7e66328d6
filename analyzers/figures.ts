/** Bytes of layers and image, and the efficiency that follows from them. */
import type { BaseImage, DiveFigures, Efficiency, LayerFigures, Totals, Waste } from "./analysis.ts";
import type { LiveFiles } from "../src/filesystem/live-files.ts";

/** Wasted bytes by the layer that stored them. */
export function wastedByLayer(waste: readonly Waste[], layers: number): number[] {
  const wasted = Array.from({ length: layers }, () => 0);
  for (const { layer, bytes } of waste) wasted[layer]! += bytes;
  return wasted;
}

/** Content bytes of the final tree, each inode once. */
export function finalBytes(files: LiveFiles): number {
  const { columns } = files.tree;
  const linked = new Set<number>();
  let bytes = 0;
  for (let place = 0; place < files.length; place += 1) {
    const inode = files.inodeId(place);
    if (columns.versions.links(inode) > 1) linked.add(inode);
    else bytes += columns.bytes(inode);
  }
  for (const inode of linked) bytes += columns.bytes(inode);
  return bytes;
}

/** Figures of the whole image. `finalBytes` comes from the tree, which makes it an independent check of the waste. */
export function totalsOf(layers: readonly LayerFigures[], finalBytes: number): Totals {
  const totalBytes = sum(layers.map(({ bytes }) => bytes));
  const compressed = layers.map(({ compressedBytes }) => compressedBytes);
  const known = compressed.filter((bytes) => bytes !== null);
  return {
    totalBytes,
    finalBytes,
    compressedBytes: known.length === compressed.length ? sum(known) : null,
    wastedBytes: sum(layers.map(({ wastedBytes }) => wastedBytes)),
  };
}

/** @param diveFigures works out dive's figures, which takes time */
export function efficiencyOf(
  layers: readonly LayerFigures[],
  totals: Totals,
  base: BaseImage,
  waste: readonly Waste[],
  diveFigures: () => DiveFigures,
): Efficiency {
  const bytes = sum(layers.slice(base.layers).map((layer) => layer.bytes));
  const wastedBytes = sum(waste.filter(({ layer }) => layer >= base.layers).map((row) => row.bytes));
  let dive: DiveFigures | null = null;
  return {
    score: totals.totalBytes === 0 ? 1 : totals.finalBytes / totals.totalBytes,
    user: { bytes, wastedBytes, wastedRatio: bytes === 0 ? null : wastedBytes / bytes },
    // Computed on demand, because the text report and the TUI do not show them.
    get dive() {
      return (dive ??= diveFigures());
    },
  };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
