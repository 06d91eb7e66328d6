/**
 * What every directory contains after every layer: bytes, names, removed names. Kept only for the layers that touch the directory, so
 * changing the view costs a binary search per visible row instead of a walk over the tree. Built in slices, so that even a tree with a
 * million names does not delay a key press.
 */
import type { FileNode, FileTree, Inode } from "../../../src/filesystem/file-tree.ts";
import { displayBytes } from "../../../src/filesystem/paths.ts";
import { EntryType } from "../../../src/tar/entry.ts";
import { differences } from "../../../src/filesystem/compare.ts";

/** Parallel columns, one position per layer that changed something below the directory; sums are running totals. */
interface Rollup {
  readonly layers: readonly number[];
  readonly bytes: readonly number[];
  readonly nodes: readonly number[];
  /** Names that the layer removed (not a running total). */
  readonly removed: readonly number[];
}

/** Names visited between two yields, which takes well below a millisecond. */
const sliceLength = 2000;

export class Rollups {
  /** How many layers these figures cover. */
  readonly layerCount: number;
  readonly #directories: ReadonlyMap<FileNode, Rollup>;

  constructor(layerCount: number, directories: ReadonlyMap<FileNode, Rollup>) {
    this.layerCount = layerCount;
    this.#directories = directories;
  }

  /** Content bytes below a directory after `layer`; a hard-linked inode counts once in the whole tree. */
  bytesAt(directory: FileNode, layer: number): number {
    const rollup = this.#directories.get(directory);
    return rollup === undefined ? 0 : (rollup.bytes[lastAtOrBelow(rollup.layers, layer)] ?? 0);
  }

  /** The directories in `root` that are not empty after the last layer, largest first. */
  largestDirectories(root: FileNode): { readonly name: string; readonly bytes: number }[] {
    return [...(root.children ?? new Map<string, FileNode>()).values()]
      .filter(({ children }) => children !== null)
      .map((node) => ({ name: `/${displayBytes(node.name)}`, bytes: this.bytesAt(node, this.layerCount - 1) }))
      .filter(({ bytes }) => bytes > 0)
      .sort((a, b) => b.bytes - a.bytes);
  }

  /** Names below a directory after `layer`. */
  nodesAt(directory: FileNode, layer: number): number {
    const rollup = this.#directories.get(directory);
    return rollup === undefined ? 0 : (rollup.nodes[lastAtOrBelow(rollup.layers, layer)] ?? 0);
  }

  /** Names below a directory that `layer` removed. */
  removedIn(directory: FileNode, layer: number): number {
    const rollup = this.#directories.get(directory);
    if (rollup === undefined) return 0;
    const at = lastAtOrBelow(rollup.layers, layer);
    return rollup.layers[at] === layer ? rollup.removed[at]! : 0;
  }

  /** True when a layer above `base`, up to and including `top`, changed something below the directory. */
  changed(directory: FileNode, base: number, top: number): boolean {
    const rollup = this.#directories.get(directory);
    if (rollup === undefined) return false;
    const last = rollup.layers[lastAtOrBelow(rollup.layers, top)];
    return last !== undefined && last > base;
  }
}

/** Index of the last element that is not above `value`; -1 when all are. */
function lastAtOrBelow(sorted: readonly number[], value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! <= value) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** Sums for one directory while its children are visited, per layer. */
class Sums {
  readonly bytes: Float64Array;
  readonly nodes: Int32Array;
  readonly removed: Int32Array;
  readonly touched: Uint8Array;

  constructor(layerCount: number) {
    this.bytes = new Float64Array(layerCount);
    this.nodes = new Int32Array(layerCount);
    this.removed = new Int32Array(layerCount);
    this.touched = new Uint8Array(layerCount);
  }

  clear(): void {
    this.bytes.fill(0);
    this.nodes.fill(0);
    this.removed.fill(0);
    this.touched.fill(0);
  }

  /** Returns the sums as running totals, and adds them to the parent's. */
  finish(parent: Sums | undefined): Rollup {
    const layers: number[] = [];
    const bytes: number[] = [];
    const nodes: number[] = [];
    const removed: number[] = [];
    let bytesSoFar = 0;
    let nodesSoFar = 0;
    for (let layer = 0; layer < this.touched.length; layer += 1) {
      if (this.touched[layer] === 0) continue;
      bytesSoFar += this.bytes[layer]!;
      nodesSoFar += this.nodes[layer]!;
      layers.push(layer);
      bytes.push(bytesSoFar);
      nodes.push(nodesSoFar);
      removed.push(this.removed[layer]!);
      if (parent === undefined) continue;
      parent.touched[layer] = 1;
      parent.bytes[layer]! += this.bytes[layer]!;
      parent.nodes[layer]! += this.nodes[layer]!;
      parent.removed[layer]! += this.removed[layer]!;
    }
    return { layers, bytes, nodes, removed };
  }
}

interface Shift {
  readonly layer: number;
  readonly bytes: number;
}

/** Builds in one go, for tests and callers without a screen to keep responsive. */
export function buildRollups(tree: FileTree, layerCount = tree.catalogs.length): Rollups {
  const steps = rollupSteps(tree, layerCount);
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

/** Yields between slices. Layers merged in the meantime are ignored. */
export function* rollupSteps(tree: FileTree, layerCount: number): Generator<undefined, Rollups, undefined> {
  const shifts = yield* bearersAfterTheFirst(tree, layerCount);
  const directories = new Map<FileNode, Rollup>();
  const pool: Sums[] = [new Sums(layerCount)];
  const stack: { readonly node: FileNode; readonly children: Iterator<FileNode> }[] = [
    { node: tree.root, children: (tree.root.children ?? noChildren).values() },
  ];
  let visited = 0;
  while (stack.length > 0) {
    const depth = stack.length - 1;
    const frame = stack[depth]!;
    const sums = pool[depth]!;
    const next = frame.children.next();
    if (next.done === true) {
      const rollup = sums.finish(depth === 0 ? undefined : pool[depth - 1]);
      if (rollup.layers.length > 0) directories.set(frame.node, rollup);
      sums.clear();
      stack.pop();
      continue;
    }
    addNode(tree, next.value, sums, layerCount);
    for (const shift of shifts.get(next.value) ?? []) {
      sums.bytes[shift.layer]! += shift.bytes;
      sums.touched[shift.layer] = 1;
    }
    if (next.value.children !== null) {
      stack.push({ node: next.value, children: next.value.children.values() });
      pool[depth + 1] ??= new Sums(layerCount);
    }
    visited += 1;
    if (visited % sliceLength === 0) yield;
  }
  return new Rollups(layerCount, directories);
}

const noChildren: ReadonlyMap<string, FileNode> = new Map();

function addNode(tree: FileTree, node: FileNode, sums: Sums, layerCount: number): void {
  const { versions } = node;
  let before = null as Inode | null;
  for (let i = 0; i < versions.length; i += 1) {
    const { layer, inode } = versions[i]!;
    if (layer >= layerCount) return;
    if (versions[i + 1]?.layer === layer) continue;
    if (before === inode) continue;
    if (before === null) sums.nodes[layer]! += 1;
    if (inode === null) {
      sums.nodes[layer]! -= 1;
      sums.removed[layer]! += 1;
    }
    sums.bytes[layer]! += bytesBorne(node, inode) - bytesBorne(node, before);
    // A directory that is only restated, as the parents of a layer's entries are, is not a change.
    const restated = before?.type === EntryType.directory && inode?.type === EntryType.directory;
    if (!restated || differences(tree.catalogs, before!, inode, notAsked).length > 0) sums.touched[layer] = 1;
    before = inode;
  }
}

const notAsked = (): null => null;

/** The bytes of an inode count at the name it is stored under. */
function bytesBorne(node: FileNode, inode: Inode | null): number {
  return inode !== null && inode.storedAt === node ? inode.bytes : 0;
}

/** For hard-linked inodes whose first name is removed while another stays: from that layer on, their bytes count at the other name. */
function* bearersAfterTheFirst(tree: FileTree, layerCount: number): Generator<undefined, Map<FileNode, Shift[]>, undefined> {
  const shifts = new Map<FileNode, Shift[]>();
  const names = new Map<Inode, FileNode[]>();
  let visited = 0;
  if (!tree.catalogs.some((catalog) => catalog.columns.types.includes(EntryType.hardlink))) return shifts;
  const stack: FileNode[] = [tree.root];
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    for (const { inode, layer } of node.versions) {
      if (layer >= layerCount || inode === null || inode.bytes === 0 || inode.storedAt === node) continue;
      const others = names.get(inode);
      if (others === undefined) names.set(inode, [node]);
      else if (!others.includes(node)) others.push(node);
    }
    if (node.children !== null) for (const child of node.children.values()) stack.push(child);
    visited += 1;
    if (visited % sliceLength === 0) yield;
  }
  for (const [inode, others] of names) {
    const isShown = (name: FileNode, layer: number): boolean => name.at(layer)?.inode === inode;
    const first = isReachable(inode.storedAt) ? inode.storedAt : null;
    let bearer = null as FileNode | null;
    for (let layer = inode.layer; layer < layerCount; layer += 1) {
      const now = first !== null && isShown(first, layer) ? null : (others.find((name) => isShown(name, layer)) ?? null);
      if (now === bearer) continue;
      if (bearer !== null) addShift(shifts, bearer, { layer, bytes: -inode.bytes });
      if (now !== null) addShift(shifts, now, { layer, bytes: inode.bytes });
      bearer = now;
    }
  }
  return shifts;
}

/** False for targets of AUFS links, which are stored at a node that no directory lists. */
function isReachable(node: FileNode): boolean {
  return node.parent === null || node.parent.children?.get(node.name) === node;
}

function addShift(shifts: Map<FileNode, Shift[]>, node: FileNode, shift: Shift): void {
  const list = shifts.get(node);
  if (list === undefined) shifts.set(node, [shift]);
  else list.push(shift);
}
