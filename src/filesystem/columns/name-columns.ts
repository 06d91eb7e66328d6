/**
 * The names of a tree, column by column. A node is a number (0 is the root) and costs some 40 bytes beside its name, where an object with a
 * map of children costs 200. Children are found through one hash table for the whole tree.
 */
import { randomInt } from "node:crypto";

import { grown, growth } from "../../base/grown.ts";
import { slash, startsWith } from "./byte-path.ts";

const firstCapacity = 1024;

/** Where a name that is looked up is spelled out, so that looking up allocates nothing. */
let typed = new Uint8Array(256);

/** Where a path is put together, from its end on. */
let spelled = Buffer.allocUnsafeSlow(4096);

/** Returns by how much everything moved. */
function makeRoomBefore(): number {
  const shorter = spelled;
  spelled = Buffer.allocUnsafeSlow(2 * shorter.length);
  shorter.copy(spelled, shorter.length);
  return shorter.length;
}

/** The node of the root. */
export const root = 0;

/** Stands for "no child": the root is nobody's child. */
export const noChild = 0;

export class NameColumns {
  /** Number of nodes. */
  length = 1;
  #parents = new Int32Array(firstCapacity);
  /** Names, one after the other; `#nameEnds[i]` is where node i's name ends. */
  #names: Buffer = Buffer.allocUnsafeSlow(16 * firstCapacity);
  #nameEnds = new Uint32Array(firstCapacity);
  /** The sibling that was added after it; 0 for none. */
  #nexts = new Int32Array(firstCapacity);
  /** Where the columns that follow describe a node's children; 0 while it has none. */
  #families = new Int32Array(firstCapacity);
  #familyCount = 1;
  #firsts = new Int32Array(firstCapacity);
  #lasts = new Int32Array(firstCapacity);
  #counts = new Int32Array(firstCapacity);
  /** Hash table with linear probing: nodes by the hash of their parent and name; 0 is a free place. */
  #table = new Int32Array(2 * firstCapacity);
  /** Keep the hash function unknown to an image's author, who could otherwise choose names that all fall into one place of the table. */
  readonly #seed = randomInt(2 ** 32);
  readonly #factor = randomInt(2 ** 31) * 2 + 1;

  /** The root's is itself. */
  parent(node: number): number {
    return this.#parents[node]!;
  }

  /** Last path component, a byte string; "" for the root. */
  name(node: number): string {
    return this.#names.toString("latin1", this.#nameStart(node), this.#nameEnds[node]);
  }

  startsWith(node: number, beginning: Uint8Array): boolean {
    return startsWith(this.#names, this.#nameStart(node), this.#nameEnds[node]!, beginning);
  }

  endsWith(node: number, ending: Uint8Array): boolean {
    const end = this.#nameEnds[node]!;
    if (end - this.#nameStart(node) < ending.length) return false;
    for (let at = 1; at <= ending.length; at += 1) if (this.#names[end - at] !== ending[ending.length - at]) return false;
    return true;
  }

  /** The path inside the image, a byte string without leading slash. */
  path(node: number): string {
    const names: string[] = [];
    for (let at = node; at !== root; at = this.#parents[at]!) names.push(this.name(at));
    return names.reverse().join("/");
  }

  /** As `path`, with a leading slash, and flat: V8 would keep a concatenated string together with its parts. */
  absolutePath(node: number): string {
    let from = spelled.length;
    for (let at = node; at !== root; at = this.#parents[at]!) {
      const start = this.#nameStart(at);
      const length = this.#nameEnds[at]! - start;
      if (from <= length) from += makeRoomBefore();
      from -= length;
      for (let byte = 0; byte < length; byte += 1) spelled[from + byte] = this.#names[start + byte]!;
      spelled[--from] = slash;
    }
    return spelled.toString("latin1", from);
  }

  hasChildren(node: number): boolean {
    return this.#families[node] !== 0;
  }

  /** In the order they were added. */
  *children(node: number): Generator<number> {
    for (let child = this.#firsts[this.#families[node]!]!; child !== noChild; child = this.#nexts[child]!) yield child;
  }

  /** Nodes by their names, in byte order. */
  inOrder(nodes: number[]): number[] {
    // Layers are mostly written in order.
    if (nodes.every((node, at) => at === 0 || this.#isBefore(nodes[at - 1]!, node))) return nodes;
    const names = nodes.map((node) => this.name(node));
    return [...nodes.keys()].sort((a, b) => (names[a]! < names[b]! ? -1 : 1)).map((at) => nodes[at]!);
  }

  childCount(node: number): number {
    return this.#counts[this.#families[node]!]!;
  }

  /** The child whose name stands in `bytes`, or `-1 - place` with the place in the table where `add` puts it. */
  find(parent: number, bytes: Uint8Array, from: number, to: number): number {
    const mask = this.#table.length - 1;
    let place = this.#hash(parent, bytes, from, to) & mask;
    for (let node = this.#table[place]!; node !== 0; node = this.#table[place]!) {
      if (this.#parents[node] === parent && this.#isNamed(node, bytes, from, to)) return node;
      place = (place + 1) & mask;
    }
    return -1 - place;
  }

  /** The child of that name (a byte string; other text names none), or `noChild`. */
  child(parent: number, name: string): number {
    if (name.length > typed.length) typed = new Uint8Array(2 * name.length);
    for (let at = 0; at < name.length; at += 1) {
      const byte = name.charCodeAt(at);
      if (byte > 0xff) return noChild;
      typed[at] = byte;
    }
    return Math.max(noChild, this.find(parent, typed, 0, name.length));
  }

  /** The node of a path, a byte string without leading slash; null when there is none. */
  lookup(path: string): number | null {
    let node = root;
    for (const name of path === "" ? [] : path.split("/")) {
      node = this.child(node, name);
      if (node === noChild) return null;
    }
    return node;
  }

  /** The child of that name (a byte string), added when missing. */
  childOrNew(parent: number, name: string): number {
    const bytes = Buffer.from(name, "latin1");
    const found = this.find(parent, bytes, 0, bytes.length);
    return found >= 0 ? found : this.add(parent, bytes, 0, bytes.length, found);
  }

  /** Makes room for that many more nodes at once, if they are more than there are already. */
  reserve(more: number): void {
    if (more <= this.length) return;
    const length = this.length + more;
    if (this.#parents.length < length) this.#grow(2 ** Math.ceil(Math.log2(length)));
    if (this.#table.length < 2 * length) this.#rehash(2 ** Math.ceil(Math.log2(2 * length)));
  }

  /** Adds a child that was not `found`. Returns it. */
  add(parent: number, bytes: Uint8Array, from: number, to: number, found: number): number {
    const node = this.append(parent, bytes, from, to);
    this.#table[-1 - found] = node;
    if (2 * this.length > this.#table.length) this.#rehash(2 * this.#table.length);
    const family = (this.#families[parent] ||= this.#newFamily());
    if (this.#counts[family] === 0) this.#firsts[family] = node;
    else this.#nexts[this.#lasts[family]!] = node;
    this.#lasts[family] = node;
    this.#counts[family]! += 1;
    return node;
  }

  /** Makes a node that has a parent but is not among its children. */
  append(parent: number, bytes: Uint8Array, from: number, to: number): number {
    const node = this.length;
    if (node === this.#parents.length) this.#grow(growth * node);
    this.length += 1;
    this.#parents[node] = parent;
    const start = this.#nameStart(node);
    const end = start + to - from;
    if (end > this.#names.length) {
      const names = Buffer.allocUnsafeSlow(growth * Math.max(end, this.#names.length));
      names.set(this.#names.subarray(0, start));
      this.#names = names;
    }
    for (let at = from, put = start; at < to; at += 1, put += 1) this.#names[put] = bytes[at]!;
    this.#nameEnds[node] = end;
    return node;
  }

  #nameStart(node: number): number {
    return node === 0 ? 0 : this.#nameEnds[node - 1]!;
  }

  #isBefore(node: number, other: number): boolean {
    const names = this.#names;
    const [end, otherEnd] = [this.#nameEnds[node]!, this.#nameEnds[other]!];
    for (let at = this.#nameStart(node), place = this.#nameStart(other); at < end; at += 1, place += 1) {
      if (place === otherEnd) return false;
      if (names[at] !== names[place]) return names[at]! < names[place]!;
    }
    return true;
  }

  #isNamed(node: number, bytes: Uint8Array, from: number, to: number): boolean {
    const start = this.#nameStart(node);
    if (this.#nameEnds[node]! - start !== to - from) return false;
    const names = this.#names;
    for (let at = from, other = start; at < to; at += 1, other += 1) if (bytes[at] !== names[other]) return false;
    return true;
  }

  #newFamily(): number {
    const family = this.#familyCount;
    if (family === this.#firsts.length) {
      this.#firsts = grown(this.#firsts, growth * family);
      this.#lasts = grown(this.#lasts, growth * family);
      this.#counts = grown(this.#counts, growth * family);
    }
    this.#familyCount += 1;
    return family;
  }

  #grow(capacity: number): void {
    this.#parents = grown(this.#parents, capacity);
    this.#nameEnds = grown(this.#nameEnds, capacity);
    this.#nexts = grown(this.#nexts, capacity);
    this.#families = grown(this.#families, capacity);
  }

  #rehash(places: number): void {
    const old = this.#table;
    const table = new Int32Array(places);
    const mask = table.length - 1;
    for (const node of old) {
      if (node === 0) continue;
      let place = this.#hash(this.#parents[node]!, this.#names, this.#nameStart(node), this.#nameEnds[node]!) & mask;
      while (table[place] !== 0) place = (place + 1) & mask;
      table[place] = node;
    }
    this.#table = table;
  }

  #hash(parent: number, bytes: Uint8Array, from: number, to: number): number {
    const factor = this.#factor;
    let value = Math.imul(this.#seed ^ parent, factor);
    value ^= value >>> 15;
    for (let at = from; at < to; at += 1) {
      value = Math.imul(value ^ bytes[at]!, factor);
      value ^= value >>> 15;
    }
    return value;
  }
}
