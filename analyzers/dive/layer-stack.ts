import { grown } from "../../src/base/grown.ts";
import { noChild, root } from "../../src/filesystem/columns/name-columns.ts";
import type { NameColumns } from "../../src/filesystem/columns/name-columns.ts";
import type { LayerTree } from "./layer-tree.ts";
import { goCleanPath, isWhiteout, subjectName } from "./names.ts";

/** What a whiteout needs to know about a tree: whether the path it names is there, and how large it is. */
export interface Removable {
  has(node: number): boolean;
  size(node: number): number;
  isDirectory(node: number): boolean;
  children(node: number): Iterable<number>;
}

/** The lower layers, stacked as dive does it. Nodes are those of the layers' names. */
export class LayerStack implements Removable {
  readonly #names: NameColumns;
  #areThere = new Uint8Array(1024);
  #sizes = new Float64Array(1024);
  #areDirectories = new Uint8Array(1024);

  /** Begins with the bottom layer as it is. */
  constructor(layer: LayerTree) {
    this.#names = layer.names;
    this.#reach(layer.names.length);
    this.#areThere[root] = 1;
    for (const node of layer.members) this.#put(node, layer.size(node), layer.isDirectory(node));
  }

  has(node: number): boolean {
    return this.#areThere[node] === 1;
  }

  size(node: number): number {
    return this.#sizes[node]!;
  }

  isDirectory(node: number): boolean {
    return this.#areDirectories[node] === 1;
  }

  *children(node: number): Generator<number> {
    for (const child of this.#names.children(node)) if (this.has(child)) yield child;
  }

  /** Adds a layer in dive's order: depth first, by name when `sorted`, so that a name that sorts before its whiteout is removed as well. */
  add(layer: LayerTree, sorted: boolean): void {
    this.#reach(layer.names.length);
    // The order does not matter when nothing is removed and no name leads out of the root.
    const isAnyOrder = !sorted && !layer.has(this.#names.child(root, ".."));
    for (const node of isAnyOrder ? layer.members : layer.visited(sorted)) {
      if (isWhiteout(this.#names, node)) this.#remove(subjectOf(this.#names, node));
      else this.#add(node, layer.size(node), layer.isDirectory(node));
    }
  }

  #add(node: number, size: number, isDirectory: boolean): void {
    const place = this.#inside(node);
    if (place === root) return;
    for (let at = this.#names.parent(place); !this.has(at); at = this.#names.parent(at)) this.#put(at, 0, false);
    this.#put(place, size, isDirectory);
  }

  /** The node itself or, if its path leads out of the root, the node of that path clamped to the root. */
  #inside(node: number): number {
    let top = node;
    while (this.#names.parent(top) !== root) top = this.#names.parent(top);
    if (this.#names.name(top) !== "..") return node;
    let place = root;
    for (const name of goCleanPath(`/${this.#names.path(node)}`).split("/")) if (name !== "") place = this.#names.childOrNew(place, name);
    this.#reach(this.#names.length);
    return place;
  }

  #put(node: number, size: number, isDirectory: boolean): void {
    this.#areThere[node] = 1;
    this.#sizes[node] = size;
    this.#areDirectories[node] = isDirectory ? 1 : 0;
  }

  /** With all below it; the root stays. */
  #remove(top: number | null): void {
    if (top === null || top === root) return;
    const waiting = [top];
    for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
      if (!this.has(node)) continue;
      this.#areThere[node] = 0;
      for (const child of this.children(node)) waiting.push(child);
    }
  }

  #reach(nodes: number): void {
    if (nodes <= this.#areThere.length) return;
    this.#areThere = grown(this.#areThere, 2 * nodes);
    this.#sizes = grown(this.#sizes, 2 * nodes);
    this.#areDirectories = grown(this.#areDirectories, 2 * nodes);
  }
}

/** The path that a whiteout removes; null when no layer has it. A whiteout without a name removes its directory. */
export function subjectOf(names: NameColumns, whiteout: number): number | null {
  const name = subjectName(names.name(whiteout));
  const parent = names.parent(whiteout);
  if (name === "") return parent;
  const subject = names.child(parent, name);
  return subject === noChild ? null : subject;
}

/** Bytes of a node and all below it. `known` caches sums for one state of the tree, so that nested whiteouts add nothing up twice. */
export function subtreeBytes(tree: Removable, top: number, known: Map<number, number>): number {
  const order: number[] = [top];
  for (let at = 0; at < order.length; at += 1) {
    const node = order[at]!;
    if (!known.has(node)) for (const child of tree.children(node)) order.push(child);
  }
  for (const node of order.reverse()) {
    if (known.has(node)) continue;
    let bytes = tree.size(node);
    for (const child of tree.children(node)) bytes += known.get(child)!;
    known.set(node, bytes);
  }
  return known.get(top)!;
}
