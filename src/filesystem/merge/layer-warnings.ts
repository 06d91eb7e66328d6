/** Warnings about a layer while it is merged: shapes that engines read differently. */
import type { DivergenceCode, Warning } from "../../image/warning.ts";
import { EntryType } from "../../tar/entry.ts";
import type { Catalog, EntryExtra } from "../catalog.ts";
import { textOf } from "../columns/byte-path.ts";
import type { BytePath } from "../columns/byte-path.ts";
import type { TreeColumns } from "../columns/tree-columns.ts";
import { impliedDirectory } from "../stored-entry.ts";
import { DivergenceLog } from "./divergence.ts";
import { statedBy } from "./nodes.ts";

/** Linux' NAME_MAX. */
const longestName = 255;
/** Linux' PATH_MAX without the closing NUL, in bytes. */
const longestTarget = 4095;
/** The attributes that overlayfs acts on, in the namespace of root mounts and in that of user mounts. */
const overlayAttribute = /^(?:trusted|user)\.overlay\.(?:opaque|redirect|metacopy|whiteouts?)$/;

export class LayerWarnings {
  readonly #columns: TreeColumns;
  readonly #log = new DivergenceLog();
  #layer = 0;
  /** Directories that a whiteout of the layer names. */
  #whitedOut = new Set<number>();
  /** Directories the layer put entries into without stating them, already warned of. */
  #impliedParents = new Set<number>();

  constructor(columns: TreeColumns) {
    this.#columns = columns;
  }

  get all(): readonly Warning[] {
    return this.#log.warnings();
  }

  begin(layer: number): void {
    this.#layer = layer;
    this.#whitedOut = new Set();
    this.#impliedParents = new Set();
  }

  /** `path` is a byte string. */
  add(code: DivergenceCode, path: string): void {
    this.#log.add(code, this.#layer, path);
  }

  /** An entry, whatever it does to the tree. */
  entry(catalog: Catalog, entry: number, path: BytePath, type: EntryType): void {
    if (path.to - path.base > longestName) this.add("long-name", textOf(path));
    const extra = catalog.columns.extras.get(entry);
    if (type === EntryType.symlink || type === EntryType.charDevice || extra !== undefined) this.#oddEntry(path, type, extra);
  }

  #oddEntry(path: BytePath, type: EntryType, extra: EntryExtra | undefined): void {
    if (type === EntryType.symlink) {
      const length = extra?.link?.length ?? 0;
      if (length === 0 || length > longestTarget) this.add("symlink-target", textOf(path));
    }
    if (type === EntryType.charDevice && extra?.devMajor === undefined && extra?.devMinor === undefined) {
      this.add("overlay-device", textOf(path));
    }
    if (extra?.typeflag === "7") this.add("contiguous-file", textOf(path));
    if (extra?.typeflag === "S") this.add("gnu-sparse-file", textOf(path));
    if (extra?.xattrs?.some(({ name }) => overlayAttribute.test(name)) === true) this.add("overlay-attribute", textOf(path));
  }

  /** An entry for a node that exists. */
  restated(node: number, type: EntryType, path: BytePath): void {
    const isDirectory = type === EntryType.directory;
    if (isDirectory && this.#whitedOut.has(node)) this.add("whiteout-and-directory", textOf(path));
    if (!statedBy(this.#columns, node, this.#layer)) return;
    const isDirectoryAgain = isDirectory && this.#columns.versions.type(this.#columns.inode(node)) === type;
    if (!isDirectoryAgain) this.add("duplicate-path", textOf(path));
  }

  /** A whiteout of a directory. */
  whitedOut(directory: number): void {
    this.#whitedOut.add(directory);
  }

  /** A whiteout whose node is still there, because this layer states it or something below it. */
  survived(node: number): void {
    if (this.#whitedOut.has(node)) this.add("whiteout-and-directory", this.#columns.names.path(node));
  }

  /** An entry below a directory. */
  parent(node: number, inode: number): void {
    const { versions, catalogs, names } = this.#columns;
    const entry = versions.entry(inode);
    if (entry < 0 || versions.layer(this.#columns.last(node)) === this.#layer) return;
    const { modes, uids, gids } = catalogs[versions.layer(inode)]!.columns;
    const plain = modes[entry] === impliedDirectory.mode && uids[entry] === 0 && gids[entry] === 0;
    if (plain || this.#impliedParents.has(node)) return;
    this.#impliedParents.add(node);
    this.add("implied-parent", names.path(node));
  }
}
