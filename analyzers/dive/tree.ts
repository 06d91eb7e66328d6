/**
 * A tree of paths with dive's own rules (wagoodman/dive, filetree package), for the figures that must agree with dive's to the byte. It
 * knows nothing of the specification: whiteouts are nodes like others, a path whose parent is a file is added all the same.
 */
export interface DiveNode {
  readonly name: string;
  children: Map<string, DiveNode> | null;
  /** Bytes by the header; 0 for a directory that no entry states. */
  size: number;
  /** True only when an entry states the directory. */
  isDirectory: boolean;
  /** Index of the stating entry in the layer's catalog; -1 when implied. */
  entry: number;
}

export const whiteoutPrefix = ".wh.";
/** Names that dive drops wherever they stand in a path: opaque markers and what aufs kept for itself. */
export const droppedPrefix = ".wh..wh..";

function newNode(name: string): DiveNode {
  return { name, children: null, size: 0, isDirectory: false, entry: -1 };
}

export class DiveTree {
  readonly root: DiveNode = newNode("");
  #directory = "";
  #directoryNode: DiveNode = this.root;

  /** Adds or restates a path (no leading slash, already through `goCleanPath`), keeping whatever is below it. */
  add(path: string, size: number, isDirectory: boolean, entry: number): void {
    if (path === "") return;
    const slash = path.lastIndexOf("/");
    const directory = slash < 0 ? "" : path.slice(0, slash);
    if (directory !== this.#directory) {
      const node = this.#walk(directory);
      if (node === null) return;
      this.#directory = directory;
      this.#directoryNode = node;
    }
    const node = childOf(this.#directoryNode, path.slice(slash + 1));
    if (node === null) return;
    node.size = size;
    node.isDirectory = isDirectory;
    node.entry = entry;
  }

  /** Empty components are skipped: `dir/` finds `dir`, `` the root. */
  find(path: string): DiveNode | null {
    let node = this.root;
    for (const name of path.split("/")) {
      if (name === "") continue;
      const child = node.children?.get(name);
      if (child === undefined) return null;
      node = child;
    }
    return node;
  }

  /** Removes a path and all below it; the root and what is not there stay as they are. */
  remove(path: string): void {
    const names = path.split("/").filter((name) => name !== "");
    const last = names.pop();
    if (last === undefined) return;
    this.find(names.join("/"))?.children?.delete(last);
    this.#directory = "";
    this.#directoryNode = this.root;
  }

  /**
   * Visits all nodes but the root, children before their parents; siblings by the bytes of their names when `sorted`. Stops when `visit`
   * returns false. `path` has no leading slash.
   */
  visit(sorted: boolean, visit: (node: DiveNode, path: string) => boolean): void {
    const frames = [{ node: this.root, path: "", children: childrenOf(this.root, sorted), next: 0 }];
    for (let frame = frames.at(-1); frame !== undefined; frame = frames.at(-1)) {
      const child = frame.children[frame.next];
      if (child === undefined) {
        frames.pop();
        if (frames.length > 0 && !visit(frame.node, frame.path)) return;
        continue;
      }
      frame.next += 1;
      const path = frame.path === "" ? child.name : `${frame.path}/${child.name}`;
      if (child.children !== null && child.children.size > 0) {
        frames.push({ node: child, path, children: childrenOf(child, sorted), next: 0 });
      } else if (!visit(child, path)) return;
    }
  }

  #walk(path: string): DiveNode | null {
    let node: DiveNode | null = this.root;
    if (path === "") return node;
    for (const name of path.split("/")) {
      node = childOf(node, name);
      if (node === null) return null;
    }
    return node;
  }
}

/** The child of that name, made when missing; null for names that dive drops. */
function childOf(node: DiveNode, name: string): DiveNode | null {
  node.children ??= new Map();
  let child = node.children.get(name);
  if (child === undefined) {
    if (name.startsWith(droppedPrefix)) return null;
    child = newNode(name);
    node.children.set(name, child);
  }
  return child;
}

function childrenOf(node: DiveNode, sorted: boolean): readonly DiveNode[] {
  const children = [...(node.children?.values() ?? [])];
  return sorted ? children.sort((a, b) => (a.name < b.name ? -1 : 1)) : children;
}

/** The path that a node's own path speaks about: a whiteout's without the prefix. */
export function subjectOf(path: string): string {
  const base = path.lastIndexOf("/") + 1;
  return path.startsWith(whiteoutPrefix, base) ? path.slice(0, base) + path.slice(base + whiteoutPrefix.length) : path;
}

export function isLeaf(node: DiveNode): boolean {
  return node.children === null || node.children.size === 0;
}

/** Bytes of a node and all below it. `known` keeps the sums of one state of the tree, so that nested questions cost nothing twice. */
export function subtreeBytes(top: DiveNode, known: Map<DiveNode, number>): number {
  const order: DiveNode[] = [top];
  for (let at = 0; at < order.length; at += 1) {
    const node = order[at]!;
    if (known.has(node)) continue;
    for (const child of node.children?.values() ?? []) order.push(child);
  }
  for (const node of order.reverse()) {
    if (known.has(node)) continue;
    let bytes = node.size;
    for (const child of node.children?.values() ?? []) bytes += known.get(child)!;
    known.set(node, bytes);
  }
  return known.get(top)!;
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
