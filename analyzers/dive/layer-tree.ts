import { grown, growth } from "../../src/base/grown.ts";
import type { Catalog } from "../../src/filesystem/catalog.ts";
import { componentEnd, parentEnd, pathIfClean, sameBytes, spelled, startsWith } from "../../src/filesystem/columns/byte-path.ts";
import type { BytePath, FoundDirectory } from "../../src/filesystem/columns/byte-path.ts";
import { NameColumns, noChild, root } from "../../src/filesystem/columns/name-columns.ts";
import { EntryType } from "../../src/tar/entry.ts";
import { droppedPrefix, goCleanPath } from "./names.ts";

/** Stands for "no entry states this directory". */
export const implied = -1;

const dropped = Buffer.from(droppedPrefix);

/**
 * One layer at a time as a tree, by dive's rules (wagoodman/dive, filetree package), for figures that must agree with dive's to the byte.
 * It knows nothing about the specification: whiteouts are ordinary nodes, and a path below a file is added all the same. Nodes are numbers;
 * a path has the same one in every layer.
 */
export class LayerTree {
  readonly names = new NameColumns();
  /** Nodes of the layer except the root, in order of appearance, including those that are only implied. */
  readonly members: number[] = [];
  /** Counts the layers that were read. */
  #layer = 0;
  /** The last layer that a node was in. The columns below are about that layer. */
  #layers = new Int32Array(1024);
  #firsts = new Int32Array(1024);
  #lasts = new Int32Array(1024);
  #nexts = new Int32Array(1024);
  #sizes = new Float64Array(1024);
  /** One more than the index of the stating entry in the layer's catalog; 0 when implied. */
  #entries = new Int32Array(1024);
  #areDirectories = new Uint8Array(1024);

  /** Reads a layer in place of the one before. */
  read(catalog: Catalog): void {
    this.#layer += 1;
    this.members.length = 0;
    this.#begin(root);
    this.names.reserve(catalog.length);
    let directory: FoundDirectory = { bytes: new Uint8Array(0), from: 0, to: 0, node: root };
    for (let entry = 0; entry < catalog.length; entry += 1) {
      const path = goPath(catalog, entry);
      const { bytes, from, to, base } = path;
      if (from === to) continue;
      const end = parentEnd(path);
      if (!sameBytes(bytes, from, end, directory.bytes, directory.from, directory.to)) {
        const node = this.#walk(bytes, from, end);
        if (node === null) continue;
        directory = { bytes, from, to: end, node };
      }
      const node = this.#childOf(directory.node, bytes, base, to);
      if (node === null) continue;
      this.#sizes[node] = catalog.size(entry);
      this.#areDirectories[node] = catalog.type(entry) === EntryType.directory ? 1 : 0;
      this.#entries[node] = entry + 1;
    }
  }

  has(node: number): boolean {
    return this.#layers[node] === this.#layer;
  }

  /** Bytes by the header; 0 for a directory that no entry states. */
  size(node: number): number {
    return this.#sizes[node]!;
  }

  /** True only when an entry states the directory. */
  isDirectory(node: number): boolean {
    return this.#areDirectories[node] === 1;
  }

  /** Index of the stating entry in the layer's catalog; `implied` when there is none. */
  entry(node: number): number {
    return this.#entries[node]! - 1;
  }

  isLeaf(node: number): boolean {
    return this.#firsts[node] === noChild;
  }

  *children(node: number): Generator<number> {
    for (let child = this.#firsts[node]!; child !== noChild; child = this.#nexts[child]!) yield child;
  }

  /** All nodes but the root, children before their parents; siblings by the bytes of their names when `sorted`. */
  *visited(sorted: boolean): Generator<number> {
    const childrenOf = (node: number): readonly number[] => {
      const children = [...this.children(node)];
      return sorted ? this.names.inOrder(children) : children;
    };
    const frames = [{ node: root, children: childrenOf(root), next: 0 }];
    for (let frame = frames.at(-1); frame !== undefined; frame = frames.at(-1)) {
      const child = frame.children[frame.next];
      if (child === undefined) {
        frames.pop();
        if (frames.length > 0) yield frame.node;
        continue;
      }
      frame.next += 1;
      if (this.isLeaf(child)) yield child;
      else frames.push({ node: child, children: childrenOf(child), next: 0 });
    }
  }

  /** The directory of that path, made where missing; null when dive drops one of its names. */
  #walk(bytes: Uint8Array, from: number, to: number): number | null {
    let node = root;
    for (let at = from; at < to;) {
      const end = componentEnd(bytes, at, to);
      const child = this.#childOf(node, bytes, at, end);
      if (child === null) return null;
      node = child;
      at = end + 1;
    }
    return node;
  }

  #childOf(parent: number, bytes: Uint8Array, from: number, to: number): number | null {
    const found = this.names.find(parent, bytes, from, to);
    if (found >= 0 && this.has(found)) return found;
    if (startsWith(bytes, from, to, dropped)) return null;
    const node = found >= 0 ? found : this.names.add(parent, bytes, from, to, found);
    this.#begin(node);
    if (this.#firsts[parent] === noChild) this.#firsts[parent] = node;
    else this.#nexts[this.#lasts[parent]!] = node;
    this.#lasts[parent] = node;
    this.members.push(node);
    return node;
  }

  #begin(node: number): void {
    if (node >= this.#layers.length) this.#grow(growth * node);
    this.#layers[node] = this.#layer;
    this.#firsts[node] = noChild;
    this.#nexts[node] = noChild;
    this.#sizes[node] = 0;
    this.#entries[node] = 0;
    this.#areDirectories[node] = 0;
  }

  #grow(length: number): void {
    this.#layers = grown(this.#layers, length);
    this.#firsts = grown(this.#firsts, length);
    this.#lasts = grown(this.#lasts, length);
    this.#nexts = grown(this.#nexts, length);
    this.#sizes = grown(this.#sizes, length);
    this.#entries = grown(this.#entries, length);
    this.#areDirectories = grown(this.#areDirectories, length);
  }
}

/** An entry's path as Go cleans it. */
export function goPath(catalog: Catalog, entry: number): BytePath {
  return pathIfClean(catalog, entry) ?? spelled(goCleanPath(catalog.path(entry)));
}
