/**
 * Merges catalogs bottom-up by the rules of OCI image-spec, layer.md § Applying Changesets. Every layer is one pass over its entries in
 * stored order; a whiteout costs the lower names it removes, so nothing is quadratic in files, layers or whiteouts.
 */
import { BallastError } from "../base/errors.ts";
import type { Warning } from "../image/warning.ts";
import { EntryType } from "../tar/entry.ts";
import type { Catalog } from "./catalog.ts";
import { componentEnd, isDots, latin1, parentEnd, pathOfEntry, pathOfText, sameBytes, startsWith, textOf } from "./columns/byte-path.ts";
import type { BytePath, FoundDirectory } from "./columns/byte-path.ts";
import { root } from "./columns/name-columns.ts";
import { TreeColumns } from "./columns/tree-columns.ts";
import { none } from "./columns/version-columns.ts";
import { DivergenceLog } from "./divergence.ts";
import { Nodes } from "./file-tree.ts";
import type { Death, FileNode, FileTree } from "./file-tree.ts";
import { isNewIn, linkAgrees, statedBy } from "./merge-nodes.ts";
import { displayPath } from "./paths.ts";
import { impliedDirectory } from "./stored-entry.ts";
import { classifyWhiteout, isAufsLinkTarget, whiteoutPrefix } from "./whiteouts.ts";

/** Linux' PATH_MAX: no engine can create a longer path. */
const longestPath = 4096;
/** As many symlinks as Linux follows in one path. */
const mostSymlinks = 40;

export class MergedTree implements FileTree {
  readonly columns = new TreeColumns();
  readonly nodes = new Nodes(this.columns);
  readonly layerBytes: number[] = [];
  liveCount = 0;
  /** Layers that are merged whole. */
  layers = 0;

  readonly #names = this.columns.names;
  readonly #versions = this.columns.versions;
  readonly #divergence = new DivergenceLog();
  /** Of the layer being merged: entries merged so far. */
  #entries = 0;
  /** Directories whose lower names the current layer has already removed. */
  #cleared = new Set<number>();
  /** Directories that a whiteout of the current layer names. */
  #whitedOut = new Set<number>();
  /** Directories the current layer put entries into without stating them, already warned of. */
  #impliedParents = new Set<number>();
  /** Files below AUFS's `.wh..wh.plnk/`, which only hard links of the same layer can reach. */
  #aufsLinkTargets = new Map<string, { readonly inode: number; linked: boolean }>();
  /** Where the last entry lies: most entries lie beside the one before. */
  #lastParent: FoundDirectory | null = null;

  get root(): FileNode {
    return this.nodes.node(root);
  }

  get catalogs(): Catalog[] {
    return this.columns.catalogs;
  }

  get deaths(): readonly Death[] {
    const { inodes, layers, replacements } = this.columns.deaths;
    return inodes.map((inode, at) => ({
      inode: this.nodes.inode(inode)!,
      layer: layers[at]!,
      replacement: this.nodes.inode(replacements[at]!),
    }));
  }

  get warnings(): readonly Warning[] {
    return this.#divergence.warnings();
  }

  lookup(path: string): FileNode | null {
    const node = this.#names.lookup(path);
    return node === null ? null : this.nodes.node(node);
  }

  /**
   * Lays the next layer on top.
   * @throws {BallastError} layer-invalid: whiteouts without a name, hard links to nothing, paths no engine can create
   */
  addLayer(catalog: Catalog): void {
    this.addEntries(catalog);
    this.endLayer(catalog);
  }

  /**
   * Merges what is new in the catalog of the layer that comes next, or is being merged: its first entries are those it had the last time.
   * @param until entries beyond this one are left for the next call
   * @throws {BallastError} as `addLayer`
   */
  addEntries(catalog: Catalog, until = catalog.length): void {
    const layer = this.layers;
    if (this.catalogs.length === layer) this.#beginLayer();
    this.catalogs[layer] = catalog;
    const end = Math.min(until, catalog.length);
    this.#names.reserve(end - this.#entries);
    for (; this.#entries < end; this.#entries += 1) this.#addEntry(catalog, layer, this.#entries);
  }

  /** Says that the layer being merged has no more entries than this catalog, which all have been added. */
  endLayer(catalog: Catalog): void {
    for (const { inode, linked } of this.#aufsLinkTargets.values()) if (!linked) this.#die(inode, this.layers, none);
    this.#aufsLinkTargets = new Map();
    this.catalogs[this.layers] = catalog;
    this.layers += 1;
  }

  #beginLayer(): void {
    this.layerBytes.push(0);
    this.#entries = 0;
    this.#cleared = new Set();
    this.#whitedOut = new Set();
    this.#impliedParents = new Set();
    this.#lastParent = null;
  }

  #addEntry(catalog: Catalog, layer: number, entry: number): void {
    const path = pathOfEntry(catalog, entry);
    const { bytes, from, to, base, problem } = path;
    if (to - from >= longestPath) {
      throw new BallastError("layer-invalid", `layer ${layer} holds a path of ${to - from} bytes, longer than any system can create`);
    }
    if (problem === "parent-reference") this.#divergence.add("parent-reference", layer, textOf(path));
    if (startsWith(bytes, base, to, whiteoutPrefix)) this.#addWhiteout(layer, entry, path);
    else if (startsWith(bytes, from, to, whiteoutPrefix) && isAufsLinkTarget(textOf(path))) {
      this.#addAufsLinkTarget(catalog, layer, entry, path);
    } else this.#apply(catalog, layer, entry, path);
  }

  #addWhiteout(layer: number, entry: number, path: BytePath): void {
    const whiteout = classifyWhiteout(latin1(path.bytes, path.base, path.to));
    switch (whiteout.kind) {
      case "file":
        this.#whiteout(layer, entry, path, Buffer.from(whiteout.name, "latin1"));
        return;
      case "opaque":
        this.#opaque(layer, entry, path);
        return;
      case "invalid":
        throw new BallastError(
          "layer-invalid",
          `layer ${layer}: the whiteout ${displayPath(textOf(path))} names no file but the directory it lies in or that one's parent`,
        );
      default:
    }
  }

  // ---- entries

  #apply(catalog: Catalog, layer: number, entry: number, path: BytePath): void {
    const type = catalog.type(entry);
    this.#warnOfEncoding(catalog, layer, entry, path, type);
    const { bytes, from, to, base } = path;
    if (from === to) {
      if (type === EntryType.directory) this.columns.state(root, this.#versions.store(layer, entry, type));
      return;
    }
    const parent = this.#parentFor(layer, path);
    const found = this.#names.find(parent, bytes, base, to);
    if (found >= 0) this.#warnOfRestating(found, layer, type, path);
    if (type === EntryType.hardlink) {
      this.#link(catalog, layer, entry, path, parent);
      return;
    }
    if (type === EntryType.file) this.layerBytes[layer]! += catalog.size(entry);
    const node = this.#place(parent, path, this.#versions.store(layer, entry, type));
    if (type === EntryType.directory) this.#lastParent = { bytes, from, to, node };
  }

  #link(catalog: Catalog, layer: number, entry: number, path: BytePath, parent: number): void {
    const target = pathOfText(catalog.link(entry));
    const inode = this.#aufsLinkTarget(target) ?? this.#linkTarget(target, parent, path);
    const versions = this.#versions;
    if (inode === none || versions.type(inode) === EntryType.directory) {
      const problem = inode === none ? "which does not exist at that point" : "which is a directory";
      throw new BallastError(
        "layer-invalid",
        `layer ${layer}: the hard link ${displayPath(textOf(path))} points to ${displayPath(textOf(target))}, ${problem}`,
      );
    }
    if (versions.layer(inode) < layer) this.#divergence.add("hard-link-to-lower-layer", layer, textOf(path));
    else if (!linkAgrees(catalog, entry, versions.entry(inode))) this.#divergence.add("hard-link-metadata", layer, textOf(path));
    this.#place(parent, path, versions.point(layer, entry, inode));
  }

  /** The inode a hard link at `path` to `target` would share; `none` when there is none, or only the link's own name. */
  #linkTarget(target: BytePath, parent: number, path: BytePath): number {
    if (target.from === target.to) return this.columns.inode(root);
    const directory = this.#findDirectory(target);
    if (directory === none) return none;
    const node = this.#names.find(directory, target.bytes, target.base, target.to);
    if (node < 0 || (directory === parent && sameBytes(target.bytes, target.base, target.to, path.bytes, path.base, path.to))) return none;
    return this.columns.inode(node);
  }

  /** Puts a version at a name, removing what stood there unless both are directories. Returns the node. */
  #place(parent: number, { bytes, base, to }: Pick<BytePath, "bytes" | "base" | "to">, version: number): number {
    const { columns } = this;
    const versions = this.#versions;
    const inode = versions.inode(version);
    versions.addLinks(inode, 1);
    const found = this.#names.find(parent, bytes, base, to);
    if (found < 0) {
      const created = this.#names.add(parent, bytes, base, to, found);
      columns.begin(created, version);
      this.#countLive(parent, 1);
      return created;
    }
    const before = columns.inode(found);
    if (before === none) this.#countLive(parent, 1);
    else {
      const type = versions.type(before);
      if (type === EntryType.directory && versions.type(inode) !== EntryType.directory) {
        this.#removeChildren(found, versions.layer(version), none);
      }
      if (type === EntryType.directory || type === EntryType.symlink) this.#lastParent = null;
      this.#unlink(before, versions.layer(version), inode);
    }
    columns.state(found, version);
    return found;
  }

  #countLive(parent: number, nodes: 1 | -1): void {
    this.columns.addLiveChildren(parent, nodes);
    this.liveCount += nodes;
  }

  #unlink(inode: number, layer: number, replacement: number): void {
    const versions = this.#versions;
    if (versions.addLinks(inode, -1) > 0 || versions.type(inode) !== EntryType.file) return;
    const isReplaced = replacement !== none && versions.type(replacement) !== EntryType.directory;
    this.#die(inode, layer, isReplaced ? replacement : none);
  }

  #die(inode: number, layer: number, replacement: number): void {
    const { inodes, layers, replacements } = this.columns.deaths;
    inodes.push(inode);
    layers.push(layer);
    replacements.push(replacement);
  }

  // ---- removals

  #whiteout(layer: number, entry: number, path: BytePath, name: Buffer): void {
    const { columns } = this;
    const directory = this.#findDirectory(path);
    if (directory === none) return;
    if (isNewIn(columns, directory, layer) || this.#cleared.has(directory)) {
      this.#divergence.add("whiteout-in-new-directory", layer, textOf(path).slice(0, path.base - path.from) + name.toString("latin1"));
    }
    const node = this.#names.find(directory, name, 0, name.length);
    if (node < 0 || columns.inode(node) === none) return;
    if (this.#versions.type(columns.inode(node)) === EntryType.directory) this.#whitedOut.add(node);
    if (this.#removeLower(node, layer, entry) && this.#whitedOut.has(node)) {
      this.#divergence.add("whiteout-and-directory", layer, this.#names.path(node));
    }
  }

  #opaque(layer: number, entry: number, path: BytePath): void {
    const directory = this.#findDirectory(path);
    if (path.base === path.from) this.#divergence.add("opaque-root", layer, "");
    if (directory !== none) this.#removeLowerChildren(directory, layer, entry);
  }

  /** Removes what lower layers stated at and below `node`; what this layer stated stays, with its parents. True when the node stays. */
  #removeLower(node: number, layer: number, entry: number): boolean {
    const { columns } = this;
    const versions = this.#versions;
    const inode = columns.inode(node);
    if (inode === none) return false;
    const survivors = versions.type(inode) === EntryType.directory && this.#removeLowerChildren(node, layer, entry);
    if (versions.layer(columns.last(node)) === layer) return true;
    if (survivors) {
      // The lower directory is gone with its owner and mode; what is left is a parent this layer implies, wherever its marker stands.
      const implied = versions.store(layer, none, EntryType.directory);
      versions.addLinks(implied, 1);
      versions.addLinks(inode, -1);
      columns.state(node, implied);
      return true;
    }
    this.#remove(node, inode, layer, entry);
    return false;
  }

  /** True when children stay. */
  #removeLowerChildren(node: number, layer: number, entry: number): boolean {
    if (!this.#cleared.has(node)) {
      this.#cleared.add(node);
      this.#lastParent = null;
      if (this.columns.liveChildren(node) > 0) for (const child of this.#names.children(node)) this.#removeLower(child, layer, entry);
    }
    return this.columns.liveChildren(node) > 0;
  }

  /** Removes everything below a directory that something else replaces, whoever stated it. */
  #removeChildren(node: number, layer: number, entry: number): void {
    if (this.columns.liveChildren(node) === 0) return;
    for (const child of this.#names.children(node)) {
      const inode = this.columns.inode(child);
      if (inode === none) continue;
      if (this.#versions.type(inode) === EntryType.directory) this.#removeChildren(child, layer, entry);
      this.#remove(child, inode, layer, entry);
    }
  }

  #remove(node: number, inode: number, layer: number, entry: number): void {
    const type = this.#versions.type(inode);
    this.#unlink(inode, layer, none);
    this.columns.state(node, this.#versions.point(layer, entry, none));
    this.#countLive(this.#names.parent(node), -1);
    if (type === EntryType.directory || type === EntryType.symlink) this.#lastParent = null;
  }

  // ---- directories

  /** The directory an entry of this layer lies in, made where missing; symlinks on the way are followed inside the image. */
  #parentFor(layer: number, path: BytePath): number {
    const to = parentEnd(path);
    const last = this.#lastParent;
    if (last !== null && sameBytes(path.bytes, path.from, to, last.bytes, last.from, last.to)) return last.node;
    const node = this.#resolve(root, path.bytes, path.from, to, layer, { hops: 0 });
    this.#lastParent = { bytes: path.bytes, from: path.from, to, node };
    return node;
  }

  /** As `#parentFor`, but makes and warns of nothing: `none` when there is no such directory. */
  #findDirectory(path: BytePath): number {
    const to = parentEnd(path);
    const last = this.#lastParent;
    if (last !== null && sameBytes(path.bytes, path.from, to, last.bytes, last.from, last.to)) return last.node;
    return this.#resolve(root, path.bytes, path.from, to, null, { hops: 0 });
  }

  /** Walks a path from a directory. With a layer, missing directories are made in its name; without one the answer may be `none`. */
  #resolve(start: number, bytes: Uint8Array, from: number, to: number, layer: number | null, walked: { hops: number }): number {
    let node = start;
    for (let at = from; at < to;) {
      const end = componentEnd(bytes, at, to);
      if (isDots(bytes, at, end)) node = end - at === 2 ? this.#names.parent(node) : node;
      else if (end > at) node = this.#step(node, { bytes, base: at, to: end }, layer, walked);
      if (node === none) return none;
      at = end + 1;
    }
    return node;
  }

  #step(parent: number, name: Pick<BytePath, "bytes" | "base" | "to">, layer: number | null, walked: { hops: number }): number {
    const { columns } = this;
    const versions = this.#versions;
    const child = this.#names.find(parent, name.bytes, name.base, name.to);
    const inode = child < 0 ? none : columns.inode(child);
    const type = inode === none ? null : versions.type(inode);
    if (type === EntryType.directory) {
      if (layer !== null) this.#warnOfImpliedParent(child, inode, layer);
      return child;
    }
    if (type === EntryType.symlink) {
      if (layer !== null && versions.layer(inode) < layer) this.#divergence.add("symlinked-parent", layer, this.#names.path(child));
      walked.hops += 1;
      if (walked.hops <= mostSymlinks) {
        const target = this.catalogs[versions.layer(inode)]!.link(versions.entry(inode));
        const bytes = Buffer.from(target, "latin1");
        return this.#resolve(target.startsWith("/") ? root : parent, bytes, 0, bytes.length, layer, walked);
      }
      if (layer === null) return none;
      this.#divergence.add("symlink-loop", layer, this.#names.path(child));
    } else if (type !== null && layer !== null) {
      this.#divergence.add("parent-not-directory", layer, this.#names.path(child));
    }
    return layer === null ? none : this.#place(parent, name, versions.store(layer, none, EntryType.directory));
  }

  // ---- warnings

  #warnOfRestating(node: number, layer: number, type: EntryType, path: BytePath): void {
    const isDirectory = type === EntryType.directory;
    if (isDirectory && this.#whitedOut.has(node)) this.#divergence.add("whiteout-and-directory", layer, textOf(path));
    if (!statedBy(this.columns, node, layer)) return;
    const isDirectoryAgain = isDirectory && this.#versions.type(this.columns.inode(node)) === type;
    if (!isDirectoryAgain) this.#divergence.add("duplicate-path", layer, textOf(path));
  }

  #warnOfImpliedParent(node: number, inode: number, layer: number): void {
    const versions = this.#versions;
    const entry = versions.entry(inode);
    if (entry < 0 || versions.layer(this.columns.last(node)) === layer) return;
    const { modes, uids, gids } = this.catalogs[versions.layer(inode)]!.columns;
    const plain = modes[entry] === impliedDirectory.mode && uids[entry] === 0 && gids[entry] === 0;
    if (plain || this.#impliedParents.has(node)) return;
    this.#impliedParents.add(node);
    this.#divergence.add("implied-parent", layer, this.#names.path(node));
  }

  #warnOfEncoding(catalog: Catalog, layer: number, entry: number, path: BytePath, type: EntryType): void {
    const extra = catalog.columns.extras.get(entry);
    if (type === EntryType.charDevice && extra?.devMajor === undefined && extra?.devMinor === undefined) {
      this.#divergence.add("overlay-device", layer, textOf(path));
    }
    if (extra?.typeflag === "7") this.#divergence.add("contiguous-file", layer, textOf(path));
    if (extra?.typeflag === "S") this.#divergence.add("gnu-sparse-file", layer, textOf(path));
  }

  // ---- AUFS

  #addAufsLinkTarget(catalog: Catalog, layer: number, entry: number, path: BytePath): void {
    if (catalog.type(entry) !== EntryType.file) return;
    this.layerBytes[layer]! += catalog.size(entry);
    const inode = this.#versions.store(layer, entry, EntryType.file);
    // The node is not among the root's children: the path can be printed but never found.
    this.columns.begin(this.#names.append(root, path.bytes, path.from, path.to), inode);
    this.#aufsLinkTargets.set(textOf(path), { inode, linked: false });
  }

  #aufsLinkTarget(path: BytePath): number | null {
    if (this.#aufsLinkTargets.size === 0) return null;
    const target = this.#aufsLinkTargets.get(textOf(path));
    if (target === undefined) return null;
    target.linked = true;
    return target.inode;
  }
}
