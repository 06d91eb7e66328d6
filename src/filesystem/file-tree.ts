/**
 * All layers of an image as one tree in which every path keeps its versions: which layer stated what about it. Any view of the image
 * (one layer, the layers up to k, what changed between two) is read off these versions; nothing is copied per layer.
 */
import type { Warning } from "../image/warning.ts";
import type { EntryType } from "../tar/entry.ts";
import type { Catalog } from "./catalog.ts";

/** What one layer stated about one path. */
export interface Version {
  readonly layer: number;
  /** What the path points at from this layer on; null when the layer removed it. */
  readonly inode: Inode | null;
  /** Index of the stating entry in the layer's catalog (a hard link's own entry, or the whiteout); -1 when implied by another path. */
  readonly entry: number;
}

/**
 * What a name points at. Names joined by hard links share one. A name that is stored again gets a new one, also when nothing changed.
 * It is itself the version of the name it was stored at: an image has one of them for every entry.
 */
export class Inode implements Version {
  /** Layer that stored it. */
  readonly layer: number;
  /** Index in that layer's catalog; -1 for a directory no layer states (a missing parent: root, 0755). */
  readonly entry: number;
  readonly type: EntryType;
  /** Content bytes of a regular file; 0 for anything else. */
  readonly bytes: number;
  /** The node it was stored at. */
  storedAt!: FileNode;
  /** Live names that point at it after the top layer. */
  links = 0;

  constructor(layer: number, entry: number, type: EntryType, bytes: number) {
    this.layer = layer;
    this.entry = entry;
    this.type = type;
    this.bytes = bytes;
  }

  get inode(): Inode {
    return this;
  }
}

export class FileNode {
  /** Last path component, a byte string; "" for the root. */
  readonly name: string;
  readonly parent: FileNode | null;
  /** Every child that any layer ever had, in no order; null until there is one. */
  children: Map<string, FileNode> | null = null;
  /** What was stated here last. */
  last: Version;
  /** What was stated before that, oldest first; null for the many paths that are stated once. */
  #earlier: Version[] | null = null;
  /** Children that are alive after the top layer read so far. */
  liveChildren = 0;

  constructor(name: string, parent: FileNode | null, first: Version) {
    this.name = name;
    this.parent = parent;
    this.last = first;
  }

  /** Ordered by layer; several of one layer stand in stored order, the last one counts. Never empty. */
  get versions(): readonly Version[] {
    return this.#earlier === null ? [this.last] : [...this.#earlier, this.last];
  }

  /** Adds a version on top of the others. */
  state(version: Version): void {
    (this.#earlier ??= []).push(this.last);
    this.last = version;
  }

  /** What the top layer read so far leaves here; null when removed. */
  get inode(): Inode | null {
    return this.last.inode;
  }

  /** The path inside the image, a byte string without leading slash. */
  get path(): string {
    const parts: string[] = [];
    for (let node: FileNode | null = this; node !== null && node.parent !== null; node = node.parent) parts.push(node.name);
    return parts.reverse().join("/");
  }

  /** What the layers up to and including `layer` show at this path: the last version stated by then, or null when absent or removed. */
  at(layer: number): Version | null {
    const version = this.lastVersion(layer);
    return version === null || version.inode === null ? null : version;
  }

  /** As `at`, but a removal is returned as the version that removed it. */
  lastVersion(layer: number): Version | null {
    if (this.last.layer <= layer) return this.last;
    const earlier = this.#earlier;
    if (earlier !== null) for (let i = earlier.length - 1; i >= 0; i -= 1) if (earlier[i]!.layer <= layer) return earlier[i]!;
    return null;
  }
}

/** Why an inode lost its last name. */
export interface Death {
  readonly inode: Inode;
  /** Layer that took the last name away. */
  readonly layer: number;
  /** What stands at that name now when it was replaced by a non-directory; null for whiteouts, opaque directories, type changes. */
  readonly replacement: Inode | null;
}

export interface FileTree {
  readonly root: FileNode;
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
