/** What a merged tree knows, by numbers: of nodes (paths that any layer stated) and of versions. `FileNode` and `Inode` are views of it. */
import { grown, growth } from "../../base/grown.ts";
import { EntryType } from "../../tar/entry.ts";
import type { Catalog } from "../catalog.ts";
import { NameColumns, root } from "./name-columns.ts";
import { none, VersionColumns } from "./version-columns.ts";

/** Why an inode lost its last name. */
export interface DeathColumns {
  readonly inodes: number[];
  /** Layer that took the last name away. */
  readonly layers: number[];
  /** The non-directory that took its place at that name; `none` for whiteouts, opaque directories, type changes. */
  readonly replacements: number[];
}

export interface StoredInode {
  /** Layer that stored it. */
  readonly layer: number;
  /** Index in that layer's catalog; -1 for a directory no layer states (a missing parent: root, 0755). */
  readonly entry: number;
  readonly type: EntryType;
  /** Content bytes of a regular file; 0 for anything else. */
  readonly bytes: number;
}

export class TreeColumns {
  readonly names = new NameColumns();
  readonly versions = new VersionColumns();
  readonly deaths: DeathColumns = { inodes: [], layers: [], replacements: [] };
  /** Bottom first, one per layer. */
  readonly catalogs: Catalog[] = [];
  /** What was stated at each node last. */
  #last = new Int32Array(1024);
  #liveChildren = new Int32Array(1024);

  constructor() {
    const inode = this.versions.store(0, none, EntryType.directory);
    this.versions.addLinks(inode, 1);
    this.begin(root, inode);
  }

  /** The version that was stated at a node last. */
  last(node: number): number {
    return this.#last[node]!;
  }

  /** What the top layer read so far leaves at a node; `none` when removed. */
  inode(node: number): number {
    return this.versions.inode(this.#last[node]!);
  }

  /** The last version of a node that layers up to and including `layer` stated; `none` when there is none. */
  lastUpTo(node: number, layer: number): number {
    const { versions } = this;
    let version = this.#last[node]!;
    while (version !== none && versions.layer(version) > layer) version = versions.earlier(version);
    return version;
  }

  /** Children that are alive after the top layer read so far. */
  liveChildren(node: number): number {
    return this.#liveChildren[node]!;
  }

  addLiveChildren(node: number, count: number): void {
    this.#liveChildren[node]! += count;
  }

  /** Content bytes of a regular file; 0 for anything else. */
  bytes(inode: number): number {
    const { versions } = this;
    return versions.type(inode) === EntryType.file ? this.catalogs[versions.layer(inode)]!.size(versions.entry(inode)) : 0;
  }

  /** What an inode's own entry says of it. */
  stored(inode: number): StoredInode {
    const { versions } = this;
    return { layer: versions.layer(inode), entry: versions.entry(inode), type: versions.type(inode), bytes: this.bytes(inode) };
  }

  /** The first version of a new node. */
  begin(node: number, version: number): void {
    if (node >= this.#last.length) {
      this.#last = grown(this.#last, growth * this.#last.length);
      this.#liveChildren = grown(this.#liveChildren, growth * this.#liveChildren.length);
    }
    this.#last[node] = version;
    this.#own(node, version);
  }

  /** Adds a version on top of a node's others. */
  state(node: number, version: number): void {
    this.versions.setEarlier(version, this.#last[node]!);
    this.#last[node] = version;
    this.#own(node, version);
  }

  #own(node: number, version: number): void {
    if (this.versions.inode(version) === version) this.versions.setHome(version, node);
  }
}
