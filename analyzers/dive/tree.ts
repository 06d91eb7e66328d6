import { grown } from "../../src/base/grown.ts";
import { NameColumns, noChild, root } from "../../src/filesystem/columns/name-columns.ts";

export const whiteoutPrefix = ".wh.";
/** Names that dive drops wherever they stand in a path: opaque markers and what aufs kept for itself. */
export const droppedPrefix = ".wh..wh..";

/** In place of a node: there is none. */
const none = -1;

/**
 * A tree of paths with dive's own rules (wagoodman/dive, filetree package), for the figures that must agree with dive's to the byte. It
 * knows nothing of the specification: whiteouts are nodes like others, a path whose parent is a file is added all the same. Nodes are numbers.
 */
export class DiveTree {
  readonly #names = new NameColumns();
  #sizes = new Float64Array(1024);
  /** One more than the index of the stating entry in the layer's catalog; 0 when implied. */
  #entries = new Int32Array(1024);
  #areDirectories = new Uint8Array(1024);
  #areRemoved = new Uint8Array(1024);
  #directory = "";
  #directoryNode = root;

  name(node: number): string {
    return this.#names.name(node);
  }

  /** Bytes by the header; 0 for a directory that no entry states. */
  size(node: number): number {
    return this.#sizes[node]!;
  }

  /** True only when an entry states the directory. */
  isDirectory(node: number): boolean {
    return this.#areDirectories[node] === 1;
  }

  /** Index of the stating entry in the layer's catalog; -1 when implied. */
  entry(node: number): number {
    return this.#entries[node]! - 1;
  }

  isLeaf(node: number): boolean {
    return this.#children(node).next().done === true;
  }

  /** Adds or restates a path (no leading slash, already through `goCleanPath`), keeping whatever is below it. */
  add(path: string, size: number, isDirectory: boolean, entry: number): void {
    if (path === "") return;
    const slash = path.lastIndexOf("/");
    const directory = slash < 0 ? "" : path.slice(0, slash);
    if (directory !== this.#directory) {
      const node = this.#walk(directory);
      if (node === none) return;
      this.#directory = directory;
      this.#directoryNode = node;
    }
    const node = this.#childOf(this.#directoryNode, path.slice(slash + 1));
    if (node === none) return;
    this.#sizes[node] = size;
    this.#areDirectories[node] = isDirectory ? 1 : 0;
    this.#entries[node] = entry + 1;
  }

  /** Empty components are skipped: `dir/` finds `dir`, `` the root. Null when there is no such node. */
  find(path: string): number | null {
    let node = root;
    for (const name of path.split("/")) {
      if (name === "") continue;
      node = this.#names.child(node, name);
      if (node === noChild || this.#areRemoved[node] === 1) return null;
    }
    return node;
  }

  /** Removes a path and all below it; the root and what is not there stay as they are. */
  remove(path: string): void {
    const node = this.find(path);
    if (node !== null && node !== root) this.#areRemoved[node] = 1;
    this.#directory = "";
    this.#directoryNode = root;
  }

  /**
   * Visits all nodes but the root, children before their parents; siblings by the bytes of their names when `sorted`. Stops when `visit`
   * returns false. `path` has no leading slash.
   */
  visit(sorted: boolean, visit: (node: number, path: string) => boolean): void {
    const childrenOf = (node: number): readonly number[] => {
      const children = [...this.#children(node)];
      return sorted ? this.#names.inOrder(children) : children;
    };
    const frames = [{ node: root, path: "", children: childrenOf(root), next: 0 }];
    for (let frame = frames.at(-1); frame !== undefined; frame = frames.at(-1)) {
      const child = frame.children[frame.next];
      if (child === undefined) {
        frames.pop();
        if (frames.length > 0 && !visit(frame.node, frame.path)) return;
        continue;
      }
      frame.next += 1;
      const name = this.#names.name(child);
      const path = frame.path === "" ? name : `${frame.path}/${name}`;
      if (!this.isLeaf(child)) frames.push({ node: child, path, children: childrenOf(child), next: 0 });
      else if (!visit(child, path)) return;
    }
  }

  /** Bytes of a node and all below it. `known` keeps the sums of one state of the tree, so that nested questions cost nothing twice. */
  subtreeBytes(top: number, known: Map<number, number>): number {
    const order: number[] = [top];
    for (let at = 0; at < order.length; at += 1) {
      const node = order[at]!;
      if (!known.has(node)) for (const child of this.#children(node)) order.push(child);
    }
    for (const node of order.reverse()) {
      if (known.has(node)) continue;
      let bytes = this.size(node);
      for (const child of this.#children(node)) bytes += known.get(child)!;
      known.set(node, bytes);
    }
    return known.get(top)!;
  }

  *#children(node: number): Generator<number> {
    for (const child of this.#names.children(node)) if (this.#areRemoved[child] === 0) yield child;
  }

  #walk(path: string): number {
    let node = root;
    if (path === "") return node;
    for (const name of path.split("/")) {
      node = this.#childOf(node, name);
      if (node === none) return none;
    }
    return node;
  }

  /** The child of that name, made when missing; `none` for names that dive drops. */
  #childOf(parent: number, name: string): number {
    const bytes = Buffer.from(name, "latin1");
    const found = this.#names.find(parent, bytes, 0, bytes.length);
    if (found >= 0 && this.#areRemoved[found] === 0) return found;
    if (found < 0 && name.startsWith(droppedPrefix)) return none;
    // What is removed and added again has nothing of the former below it.
    const node = found < 0 ? this.#names.add(parent, bytes, 0, bytes.length, found) : this.#names.replace(found);
    if (node >= this.#sizes.length) this.#grow();
    return node;
  }

  #grow(): void {
    const length = 2 * this.#sizes.length;
    this.#sizes = grown(this.#sizes, length);
    this.#entries = grown(this.#entries, length);
    this.#areDirectories = grown(this.#areDirectories, length);
    this.#areRemoved = grown(this.#areRemoved, length);
  }
}

/** The path that a node's own path speaks about: a whiteout's without the prefix. */
export function subjectOf(path: string): string {
  const base = path.lastIndexOf("/") + 1;
  return path.startsWith(whiteoutPrefix, base) ? path.slice(0, base) + path.slice(base + whiteoutPrefix.length) : path;
}

const unclean = /\/$|\/\/|(?:^|\/)\.{1,2}(?:\/|$)/;

/** Go's path.Clean, without the leading slash of rooted paths; "." and "/" become "". Unlike `cleanPath`, a relative path keeps leading `..`. */
export function goCleanPath(stored: string): string {
  const rooted = stored.startsWith("/");
  const path = rooted ? stored.slice(1) : stored;
  if (!unclean.test(stored)) return path;
  const parts: string[] = [];
  for (const part of path.split("/")) {
    if (part === "" || part === ".") continue;
    if (part !== "..") parts.push(part);
    else if (parts.length > 0 && parts.at(-1) !== "..") parts.pop();
    else if (!rooted) parts.push(part);
  }
  return parts.join("/");
}
