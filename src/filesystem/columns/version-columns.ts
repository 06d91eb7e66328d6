/**
 * What layers stated about paths, column by column: a version is a number. A version that stores something is an inode as well, under the
 * same number; others point at the inode they share, or at none where they remove the path.
 */
import { grown, growth } from "../../base/grown.ts";
import type { EntryType } from "../../tar/entry.ts";

/** Stands for "no version" and "no inode". */
export const none = -1;

export class VersionColumns {
  #length = 0;
  #layers = new Int32Array(1024);
  #entries = new Int32Array(1024);
  #inodes = new Int32Array(1024);
  #earlier = new Int32Array(1024);
  // Of inodes alone:
  #types = new Uint8Array(1024);
  #homes = new Int32Array(1024);
  #links = new Int32Array(1024);

  /** Number of versions. */
  get length(): number {
    return this.#length;
  }

  layer(version: number): number {
    return this.#layers[version]!;
  }

  /** Index of the stating entry in the layer's catalog; -1 when implied by another path. */
  entry(version: number): number {
    return this.#entries[version]!;
  }

  /** What the path points at from this version on; `none` when it removes. */
  inode(version: number): number {
    return this.#inodes[version]!;
  }

  /** The version of the same path before this one. */
  earlier(version: number): number {
    return this.#earlier[version]!;
  }

  setEarlier(version: number, earlier: number): void {
    this.#earlier[version] = earlier;
  }

  type(inode: number): EntryType {
    return this.#types[inode]! as EntryType;
  }

  /** The node that an inode was stored at. */
  home(inode: number): number {
    return this.#homes[inode]!;
  }

  setHome(inode: number, node: number): void {
    this.#homes[inode] = node;
  }

  /** Live names that point at an inode. */
  links(inode: number): number {
    return this.#links[inode]!;
  }

  /** Returns how many there are now. */
  addLinks(inode: number, links: number): number {
    return (this.#links[inode]! += links);
  }

  /** A version that stores an inode of its own. */
  store(layer: number, entry: number, type: EntryType): number {
    const version = this.point(layer, entry, this.#length);
    this.#types[version] = type;
    return version;
  }

  /** A version that points at an inode stored elsewhere, or at none. */
  point(layer: number, entry: number, inode: number): number {
    const version = this.#length;
    if (version === this.#layers.length) this.#grow();
    this.#length += 1;
    this.#layers[version] = layer;
    this.#entries[version] = entry;
    this.#inodes[version] = inode;
    this.#earlier[version] = none;
    return version;
  }

  #grow(): void {
    const length = growth * this.#layers.length;
    this.#layers = grown(this.#layers, length);
    this.#entries = grown(this.#entries, length);
    this.#inodes = grown(this.#inodes, length);
    this.#earlier = grown(this.#earlier, length);
    this.#types = grown(this.#types, length);
    this.#homes = grown(this.#homes, length);
    this.#links = grown(this.#links, length);
  }
}
