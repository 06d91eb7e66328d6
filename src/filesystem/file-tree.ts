/**
 * All layers of an image as one tree in which every path keeps its versions: which layer stated what about it. Any view of the image
 * (one layer, the layers up to k, what changed between two) is read off these versions; nothing is copied per layer. What the tree knows
 * lies in columns; nodes and inodes are made of them when they are asked for, each one once.
 */
import type { Warning } from "../image/warning.ts";
import type { EntryType } from "../tar/entry.ts";
import type { Catalog } from "./catalog.ts";
import type { StoredInode, TreeColumns } from "./columns/tree-columns.ts";
import { noChild, root } from "./columns/name-columns.ts";
import { none } from "./columns/version-columns.ts";

/** What one layer stated about one path. */
export interface Version {
  readonly layer: number;
  /** What the path points at from this layer on; null when the layer removed it. */
  readonly inode: Inode | null;
  /** Index of the stating entry in the layer's catalog (a hard link's own entry, or the whiteout); -1 when implied by another path. */
  readonly entry: number;
}

/**
 * What a name points at. Names joined by hard links share an inode. A name that is stored again gets a new one, even if nothing changed.
 * An inode is itself the version of the name it was stored at.
 */
export class Inode implements Version, StoredInode {
  readonly #nodes: Nodes;
  /** Its number among the versions. */
  readonly id: number;
  /** Layer that stored it. */
  readonly layer: number;
  /** Index in that layer's catalog; -1 for a directory no layer states (a missing parent: root, 0755). */
  readonly entry: number;
  readonly type: EntryType;
  /** Content bytes of a regular file; 0 for anything else. */
  readonly bytes: number;

  /** @internal */
  constructor(nodes: Nodes, id: number) {
    this.#nodes = nodes;
    this.id = id;
    ({ layer: this.layer, entry: this.entry, type: this.type, bytes: this.bytes } = nodes.columns.stored(id));
  }

  get inode(): Inode {
    return this;
  }

  /** The node it was stored at. */
  get storedAt(): FileNode {
    return this.#nodes.node(this.#nodes.columns.versions.home(this.id));
  }

  /** Live names that point at it after the top layer. */
  get links(): number {
    return this.#nodes.columns.versions.links(this.id);
  }
}

/** Every child that any layer ever had, by name. */
export type Children = Pick<ReadonlyMap<string, FileNode>, "get" | "has" | "size" | "keys" | "values" | typeof Symbol.iterator>;

export class FileNode {
  readonly #nodes: Nodes;
  /** Its number among the nodes. */
  readonly id: number;
  #name: string | null = null;

  /** @internal */
  constructor(nodes: Nodes, id: number) {
    this.#nodes = nodes;
    this.id = id;
  }

  /** Last path component, a byte string; "" for the root. */
  get name(): string {
    return (this.#name ??= this.#nodes.columns.names.name(this.id));
  }

  get parent(): FileNode | null {
    return this.id === root ? null : this.#nodes.node(this.#nodes.columns.names.parent(this.id));
  }

  /** Every child that any layer ever had, in no order; null until there is one. */
  get children(): Children | null {
    return this.#nodes.columns.names.hasChildren(this.id) ? new ChildrenOf(this.#nodes, this.id) : null;
  }

  /** Children that are alive after the top layer read so far. */
  get liveChildren(): number {
    return this.#nodes.columns.liveChildren(this.id);
  }

  /** Ordered by layer; several of one layer stand in stored order, the last one counts. Never empty. */
  get versions(): readonly Version[] {
    const { columns } = this.#nodes;
    const found: Version[] = [];
    for (let id = columns.last(this.id); id !== none; id = columns.versions.earlier(id)) found.push(this.#nodes.version(id));
    return found.reverse();
  }

  /** What was stated here last. */
  get last(): Version {
    return this.#nodes.version(this.#nodes.columns.last(this.id));
  }

  /** What the top layer read so far leaves here; null when removed. */
  get inode(): Inode | null {
    return this.#nodes.inode(this.#nodes.columns.inode(this.id));
  }

  /** The path inside the image, a byte string without leading slash. */
  get path(): string {
    return this.#nodes.columns.names.path(this.id);
  }

  /** What the layers up to and including `layer` show at this path: the last version stated by then, or null when absent or removed. */
  at(layer: number): Version | null {
    const version = this.lastVersion(layer);
    return version === null || version.inode === null ? null : version;
  }

  /** As `at`, but a removal is returned as the version that removed it. */
  lastVersion(layer: number): Version | null {
    const version = this.#nodes.columns.lastUpTo(this.id, layer);
    return version === none ? null : this.#nodes.version(version);
  }
}

class ChildrenOf implements Children {
  readonly #nodes: Nodes;
  readonly #parent: number;

  constructor(nodes: Nodes, parent: number) {
    this.#nodes = nodes;
    this.#parent = parent;
  }

  get size(): number {
    return this.#nodes.columns.names.childCount(this.#parent);
  }

  get(name: string): FileNode | undefined {
    const child = this.#nodes.columns.names.child(this.#parent, name);
    return child === noChild ? undefined : this.#nodes.node(child);
  }

  has(name: string): boolean {
    return this.#nodes.columns.names.child(this.#parent, name) !== noChild;
  }

  *values(): Generator<FileNode> {
    for (const child of this.#nodes.columns.names.children(this.#parent)) yield this.#nodes.node(child);
  }

  *keys(): Generator<string> {
    for (const { name } of this.values()) yield name;
  }

  *[Symbol.iterator](): Generator<[string, FileNode]> {
    for (const node of this.values()) yield [node.name, node];
  }
}

/** The nodes and inodes that were asked for. The same object is returned every time, so that they can be compared and serve as keys. */
export class Nodes {
  readonly columns: TreeColumns;
  readonly #nodes: (FileNode | undefined)[] = [];
  readonly #inodes: (Inode | undefined)[] = [];

  constructor(columns: TreeColumns) {
    this.columns = columns;
  }

  node(id: number): FileNode {
    return (this.#nodes[id] ??= new FileNode(this, id));
  }

  inode(id: number): Inode | null {
    return id === none ? null : (this.#inodes[id] ??= new Inode(this, id));
  }

  version(id: number): Version {
    const { versions } = this.columns;
    const inode = this.inode(versions.inode(id));
    return inode !== null && inode.id === id ? inode : { layer: versions.layer(id), entry: versions.entry(id), inode };
  }
}

/** Why an inode lost its last name. */
export interface Death {
  readonly inode: Inode;
  /** Layer that took the last name away. */
  readonly layer: number;
  /** The non-directory that took its place at that name; null for whiteouts, opaque directories, type changes. */
  readonly replacement: Inode | null;
}

export interface FileTree {
  readonly root: FileNode;
  /** What nodes and inodes are views of, for code that visits all of them. @internal */
  readonly columns: TreeColumns;
  /** @internal */
  readonly nodes: Nodes;
  /** Bottom first, one per layer of the image. */
  readonly catalogs: readonly Catalog[];
  /** Regular-file inodes that no final path shows, in the order they died. */
  readonly deaths: readonly Death[];
  /** Shapes on which engines disagree, names that had to be clamped, links that dangle. */
  readonly warnings: readonly Warning[];
  /** Content bytes of the regular files each layer stores, bottom first; whiteout markers do not count. */
  readonly layerBytes: readonly number[];
  /** Paths alive after the top layer, directories included, the root not. */
  readonly liveCount: number;
  /** Finds a node by its path, a byte string without leading slash; also when it is not alive. Symlinks are not followed. */
  lookup(path: string): FileNode | null;
}
