/** The directories that entries lie in: found, or made where they are missing, by paths that may lead through symlinks of the image. */
import { EntryType } from "../../tar/entry.ts";
import { componentEnd, isDots, parentEnd, sameBytes } from "../columns/byte-path.ts";
import type { BytePath } from "../columns/byte-path.ts";
import { root } from "../columns/name-columns.ts";
import type { TreeColumns } from "../columns/tree-columns.ts";
import { none } from "../columns/version-columns.ts";
import { mostSymlinks } from "../paths.ts";
import type { LayerWarnings } from "./layer-warnings.ts";
import type { Standing } from "./standing.ts";

export class Directories {
  readonly #columns: TreeColumns;
  readonly #standing: Standing;
  readonly #warnings: LayerWarnings;

  constructor(columns: TreeColumns, standing: Standing, warnings: LayerWarnings) {
    this.#columns = columns;
    this.#standing = standing;
    this.#warnings = warnings;
  }

  /** The directory an entry of this layer lies in, made where missing; symlinks on the way are followed inside the image. */
  parentFor(layer: number, path: BytePath): number {
    const to = parentEnd(path);
    const last = this.#standing.lastParent;
    if (last !== null && sameBytes(path.bytes, path.from, to, last.bytes, last.from, last.to)) return last.node;
    const node = this.#resolve(root, path.bytes, path.from, to, layer, { hops: 0 });
    this.#standing.lastParent = { bytes: path.bytes, from: path.from, to, node };
    return node;
  }

  /** As `parentFor`, but makes and warns of nothing: `none` when there is no such directory. */
  find(path: BytePath): number {
    const to = parentEnd(path);
    const last = this.#standing.lastParent;
    if (last !== null && sameBytes(path.bytes, path.from, to, last.bytes, last.from, last.to)) return last.node;
    return this.#resolve(root, path.bytes, path.from, to, null, { hops: 0 });
  }

  /** Walks a path from a directory. With a layer, missing directories are made on its behalf; without one the answer may be `none`. */
  #resolve(start: number, bytes: Uint8Array, from: number, to: number, layer: number | null, walked: { hops: number }): number {
    let node = start;
    for (let at = from; at < to;) {
      const end = componentEnd(bytes, at, to);
      if (isDots(bytes, at, end)) node = end - at === 2 ? this.#columns.names.parent(node) : node;
      else if (end > at) node = this.#step(node, { bytes, base: at, to: end }, layer, walked);
      if (node === none) return none;
      at = end + 1;
    }
    return node;
  }

  #step(parent: number, name: Pick<BytePath, "bytes" | "base" | "to">, layer: number | null, walked: { hops: number }): number {
    const { names, versions, catalogs } = this.#columns;
    const child = names.find(parent, name.bytes, name.base, name.to);
    const inode = child < 0 ? none : this.#columns.inode(child);
    const type = inode === none ? null : versions.type(inode);
    if (type === EntryType.directory) {
      if (layer !== null) this.#warnings.parent(child, inode);
      return child;
    }
    if (type === EntryType.symlink) {
      if (layer !== null && versions.layer(inode) < layer) this.#warnings.add("symlinked-parent", names.path(child));
      walked.hops += 1;
      if (walked.hops <= mostSymlinks) {
        const target = catalogs[versions.layer(inode)]!.link(versions.entry(inode));
        const bytes = Buffer.from(target, "latin1");
        return this.#resolve(target.startsWith("/") ? root : parent, bytes, 0, bytes.length, layer, walked);
      }
      if (layer === null) return none;
      this.#warnings.add("symlink-loop", names.path(child));
    } else if (type !== null && layer !== null) {
      this.#warnings.add("parent-not-directory", names.path(child));
    }
    return layer === null ? none : this.#standing.place(parent, name, versions.store(layer, none, EntryType.directory));
  }
}
