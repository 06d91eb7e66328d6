/**
 * dive's five figures by dive's own formulas, oddities included, so that thresholds people already have keep their meaning. What they
 * say about an image is often wrong (a removed directory counts as nothing, a chmod twice); Ballast's own figures stand beside them.
 */
import type { Catalog } from "../../src/filesystem/catalog.ts";
import { EntryType } from "../../src/tar/entry.ts";
import type { DiveFigures } from "../analysis.ts";
import { PathTable } from "./path-table.ts";
import { DiveTree, goCleanPath, subjectOf, whiteoutPrefix } from "./tree.ts";

/** Linear in the entries of all layers, whatever the number of whiteouts. `wastedUserPercent` is Infinity where dive divides by zero. */
export function diveFigures(catalogs: readonly Catalog[]): DiveFigures {
  const paths = new PathTable(catalogs);
  // Lower layers are stacked only as far as a whiteout above asks for them.
  const lastWithWhiteouts = catalogs.findLastIndex(hasWhiteouts);
  let stack: DiveTree | null = null;
  let sizeBytes = 0;
  let userSizeBytes = 0;
  for (const [layer, catalog] of catalogs.entries()) {
    const bytes = headerBytes(catalog);
    sizeBytes += bytes;
    if (layer > 0) userSizeBytes += bytes;
    const tree = diveLayerTree(catalog);
    const removes = hasWhiteouts(catalog);
    // A whiteout in the bottom layer is looked up in the bottom layer itself.
    countPaths(tree, stack ?? tree, removes, paths);
    if (layer >= lastWithWhiteouts) continue;
    // Laid over itself it stays as it is, but for names that lead out of the root.
    if (stack === null && !removes && !anyNameHolds(catalog, "..")) stack = tree;
    else stackLayer((stack ??= diveLayerTree(catalog)), tree, removes);
  }
  return { ...paths.summary(userSizeBytes), sizeBytes, userSizeBytes };
}

/** One layer as dive's tree. */
export function diveLayerTree(catalog: Catalog): DiveTree {
  const tree = new DiveTree();
  for (let i = 0; i < catalog.length; i += 1) {
    tree.add(goCleanPath(catalog.path(i)), catalog.size(i), catalog.type(i) === EntryType.directory, i);
  }
  return tree;
}

/** What dive calls a layer's size: the sizes in its headers, duplicates and whiteouts included. */
export function headerBytes(catalog: Catalog): number {
  let bytes = 0;
  for (let i = 0; i < catalog.length; i += 1) bytes += catalog.size(i);
  return bytes;
}

function hasWhiteouts(catalog: Catalog): boolean {
  return anyNameHolds(catalog, whiteoutPrefix);
}

function anyNameHolds({ columns: { names } }: Catalog, text: string): boolean {
  return Buffer.from(names.buffer, names.byteOffset, names.byteLength).includes(text);
}

function isWhiteout(tree: DiveTree, node: number): boolean {
  return tree.name(node).startsWith(whiteoutPrefix);
}

function countPaths(tree: DiveTree, below: DiveTree, sorted: boolean, paths: PathTable): void {
  const sums = new Map<number, number>();
  tree.visit(sorted, (node, path) => {
    if (!tree.isLeaf(node)) return true;
    const key = subjectOf(path);
    let size = tree.size(node);
    if (isWhiteout(tree, node)) {
      const removed = below.find(key);
      // dive gives up on the rest of the layer here, with the path on its list.
      if (removed === null) {
        paths.mention(key);
        return false;
      }
      size = below.isDirectory(removed) ? below.subtreeBytes(removed, sums) : 0;
    }
    paths.add(key, size);
    return true;
  });
}

/** Lays a layer over the ones below in dive's order: depth first, by name, so that a name sorting before its whiteout is removed too. */
function stackLayer(stack: DiveTree, layer: DiveTree, sorted: boolean): void {
  layer.visit(sorted, (node, path) => {
    if (isWhiteout(layer, node)) stack.remove(subjectOf(path));
    else stack.add(goCleanPath(`/${path}`), layer.size(node), layer.isDirectory(node), layer.entry(node));
    return true;
  });
}
