/**
 * dive's five figures by dive's own formulas, oddities included, so that the thresholds people already have keep their meaning. What they
 * say about an image is often wrong (a removed directory counts as nothing, a chmod twice), so they are shown next to Ballast's own.
 */
import type { Catalog } from "../../src/filesystem/catalog.ts";
import type { DiveFigures } from "../analysis.ts";
import { LayerStack, subjectOf, subtreeBytes } from "./layer-stack.ts";
import type { Removable } from "./layer-stack.ts";
import { LayerTree } from "./layer-tree.ts";
import { isWhiteout, subjectName, whiteoutPrefix } from "./names.ts";
import { PathSums } from "./path-sums.ts";

/** Linear in the entries of all layers, whatever the number of whiteouts. `wastedUserPercent` is Infinity where dive divides by zero. */
export function diveFigures(catalogs: readonly Catalog[]): DiveFigures {
  const tree = new LayerTree();
  const paths = new PathSums(tree.names);
  // Lower layers are stacked only as far as a whiteout above asks for them.
  const lastWithWhiteouts = catalogs.findLastIndex(hasWhiteouts);
  let stack: LayerStack | null = null;
  let sizeBytes = 0;
  let userSizeBytes = 0;
  for (const [layer, catalog] of catalogs.entries()) {
    const bytes = headerBytes(catalog);
    sizeBytes += bytes;
    if (layer > 0) userSizeBytes += bytes;
    tree.read(catalog);
    const removes = hasWhiteouts(catalog);
    // A whiteout in the bottom layer is looked up in the bottom layer itself.
    if (removes) countPathsAndRemovals(tree, stack ?? tree, paths);
    else countPaths(tree, paths);
    // The bottom layer is laid over itself.
    if (layer < lastWithWhiteouts) (stack ??= new LayerStack(tree)).add(tree, removes);
  }
  return { ...paths.summary(userSizeBytes), sizeBytes, userSizeBytes };
}

/** What dive calls a layer's size: the sizes in its headers, duplicates and whiteouts included. */
export function headerBytes(catalog: Catalog): number {
  let bytes = 0;
  for (let i = 0; i < catalog.length; i += 1) bytes += catalog.size(i);
  return bytes;
}

function hasWhiteouts({ columns: { names } }: Catalog): boolean {
  return Buffer.from(names.buffer, names.byteOffset, names.byteLength).includes(whiteoutPrefix);
}

function countPaths(tree: LayerTree, paths: PathSums): void {
  for (const node of tree.members) if (tree.isLeaf(node)) paths.add(node, tree.size(node));
}

function countPathsAndRemovals(tree: LayerTree, below: Removable, paths: PathSums): void {
  const { names } = tree;
  const sums = new Map<number, number>();
  for (const node of tree.visited(true)) {
    if (!tree.isLeaf(node)) continue;
    if (!isWhiteout(names, node)) {
      paths.add(node, tree.size(node));
      continue;
    }
    const spoken = names.childOrNew(names.parent(node), subjectName(names.name(node)));
    const removed = subjectOf(names, node);
    // Here dive gives up on the rest of the layer, after it has listed the path.
    if (removed === null || !below.has(removed)) {
      paths.mention(spoken);
      return;
    }
    paths.add(spoken, below.isDirectory(removed) ? subtreeBytes(below, removed, sums) : 0);
  }
}
