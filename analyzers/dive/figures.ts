/**
 * dive's five figures by dive's own formulas, oddities included, so that thresholds people already have keep their meaning. What they
 * say about an image is often wrong (a removed directory counts as nothing, a chmod twice); Ballast's own figures stand beside them.
 */
import { displayBytes } from "../../src/filesystem/paths.ts";
import type { Catalog } from "../../src/filesystem/catalog.ts";
import { EntryType } from "../../src/tar/entry.ts";
import type { DiveFigures } from "../analysis.ts";
import { DiveTree, goCleanPath, isLeaf, subtreeBytes, whiteoutPrefix } from "./tree.ts";
import type { DiveNode } from "./tree.ts";

interface PathFigures {
  count: number;
  bytes: number;
  /** The smallest copy; -1 until a visit succeeds, and dive does add that -1 up. */
  smallest: number;
}

/** Linear in the entries of all layers, whatever the number of whiteouts. `wastedUserPercent` is Infinity where dive divides by zero. */
export function diveFigures(catalogs: readonly Catalog[]): DiveFigures {
  const paths = new Map<string, PathFigures>();
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
  return { ...summary(paths, userSizeBytes), sizeBytes, userSizeBytes };
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

const isWhiteout = (node: DiveNode): boolean => node.name.startsWith(whiteoutPrefix);

/** The path a node speaks about: a whiteout's without the prefix. */
function subject(node: DiveNode, path: string): string {
  return isWhiteout(node) ? path.slice(0, path.length - node.name.length) + node.name.slice(whiteoutPrefix.length) : path;
}

function countPaths(tree: DiveTree, below: DiveTree, sorted: boolean, paths: Map<string, PathFigures>): void {
  const sums = new Map<DiveNode, number>();
  tree.visit(sorted, (node, path) => {
    if (!isLeaf(node)) return true;
    const key = subject(node, path);
    let figures = paths.get(key);
    if (figures === undefined) {
      figures = { count: 0, bytes: 0, smallest: -1 };
      paths.set(key, figures);
    }
    let { size } = node;
    if (isWhiteout(node)) {
      const removed = below.find(key);
      // dive gives up on the rest of the layer here.
      if (removed === null) return false;
      size = removed.isDirectory ? subtreeBytes(removed, sums) : 0;
    }
    figures.count += 1;
    figures.bytes += size;
    if (figures.smallest < 0 || size < figures.smallest) figures.smallest = size;
    return true;
  });
}

/** Lays a layer over the ones below in dive's order: depth first, by name, so that a name sorting before its whiteout is removed too. */
function stackLayer(stack: DiveTree, layer: DiveTree, sorted: boolean): void {
  layer.visit(sorted, (node, path) => {
    if (isWhiteout(node)) stack.remove(subject(node, path));
    else stack.add(goCleanPath(`/${path}`), node.size, node.isDirectory, node.entry);
    return true;
  });
}

function summary(
  paths: ReadonlyMap<string, PathFigures>,
  userSizeBytes: number,
): Pick<DiveFigures, "efficiency" | "wastedBytes" | "wastedUserPercent" | "inefficiencies"> {
  let smallest = 0;
  let all = 0;
  let wastedBytes = 0;
  const inefficiencies: { path: string; count: number; bytes: number }[] = [];
  for (const [path, figures] of paths) {
    smallest += figures.smallest;
    all += figures.bytes;
    if (figures.count < 2) continue;
    wastedBytes += figures.bytes;
    inefficiencies.push({
      path: `/${displayBytes(path)}`,
      count: figures.count,
      bytes: figures.bytes,
    });
  }
  inefficiencies.sort((a, b) => b.bytes - a.bytes || (a.path < b.path ? -1 : 1));
  const wastedUserPercent = wastedBytes === 0 && userSizeBytes === 0 ? null : wastedBytes / userSizeBytes;
  return {
    efficiency: all === 0 ? 1 : smallest / all,
    wastedBytes,
    wastedUserPercent,
    inefficiencies,
  };
}
