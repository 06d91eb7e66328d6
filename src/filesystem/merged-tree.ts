/**
 * Merges catalogs bottom-up by the rules of OCI image-spec, layer.md § Applying Changesets. Every layer is one pass over its entries in
 * stored order; a whiteout costs the lower names it removes, so nothing is quadratic in files, layers or whiteouts.
 */
import { BallastError } from "../base/errors.ts";
import type { Warning } from "../image/warning.ts";
import { EntryType } from "../tar/entry.ts";
import type { Catalog } from "./catalog.ts";
import { latin1, pathOfEntry, pathOfText, sameBytes, startsWith, textOf } from "./columns/byte-path.ts";
import type { BytePath } from "./columns/byte-path.ts";
import { root } from "./columns/name-columns.ts";
import { TreeColumns } from "./columns/tree-columns.ts";
import { none } from "./columns/version-columns.ts";
import { Nodes } from "./file-tree.ts";
import type { Death, FileNode, FileTree } from "./file-tree.ts";
import { AufsLinks } from "./merge/aufs-links.ts";
import { Directories } from "./merge/directories.ts";
import { LayerWarnings } from "./merge/layer-warnings.ts";
import { isNewIn, linkAgrees } from "./merge/nodes.ts";
import { Standing } from "./merge/standing.ts";
import { displayPath } from "./paths.ts";
import { classifyWhiteout, isAufsLinkTarget, whiteoutPrefix } from "./whiteouts.ts";

/** Linux' PATH_MAX: no engine can create a longer path. */
const longestPath = 4096;

export class MergedTree implements FileTree {
  readonly columns = new TreeColumns();
  readonly nodes = new Nodes(this.columns);
  readonly layerBytes: number[] = [];
  /** Layers that are merged completely. */
  layers = 0;

  readonly #names = this.columns.names;
  readonly #versions = this.columns.versions;
  readonly #standing = new Standing(this.columns);
  readonly #warnings = new LayerWarnings(this.columns);
  readonly #directories = new Directories(this.columns, this.#standing, this.#warnings);
  /** Of the layer being merged: entries merged so far. */
  #entries = 0;
  /** Directories whose lower names the current layer has already removed. */
  #cleared = new Set<number>();
  #aufsLinks = new AufsLinks();

  get root(): FileNode {
    return this.nodes.node(root);
  }

  get catalogs(): Catalog[] {
    return this.columns.catalogs;
  }

  get liveCount(): number {
    return this.#standing.liveCount;
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
    return this.#warnings.all;
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
   * Merges the new entries of the next layer, or of the one being merged. Its catalog may grow between calls, at its end only.
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

  /** Ends the layer being merged: all entries of its catalog have been added. */
  endLayer(catalog: Catalog): void {
    for (const inode of this.#aufsLinks.unlinked()) this.#standing.die(inode, this.layers, none);
    this.catalogs[this.layers] = catalog;
    this.layers += 1;
  }

  #beginLayer(): void {
    this.layerBytes.push(0);
    this.#entries = 0;
    this.#cleared = new Set();
    this.#aufsLinks = new AufsLinks();
    this.#standing.lastParent = null;
    this.#warnings.begin(this.layers);
  }

  #addEntry(catalog: Catalog, layer: number, entry: number): void {
    const path = pathOfEntry(catalog, entry);
    const { bytes, from, to, base, problem } = path;
    if (to - from >= longestPath) {
      throw new BallastError("layer-invalid", `layer ${layer} holds a path of ${to - from} bytes, longer than any system can create`);
    }
    if (problem === "parent-reference") this.#warnings.add("parent-reference", textOf(path));
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
        this.#warnings.add("aufs-metadata", textOf(path));
    }
  }

  // ---- entries

  #apply(catalog: Catalog, layer: number, entry: number, path: BytePath): void {
    const type = catalog.type(entry);
    this.#warnings.entry(catalog, entry, path, type);
    const { bytes, from, to, base } = path;
    if (from === to) {
      if (type === EntryType.directory) this.columns.state(root, this.#versions.store(layer, entry, type));
      else this.#warnings.add("root-not-directory", "");
      return;
    }
    const parent = this.#directories.parentFor(layer, path);
    const found = this.#names.find(parent, bytes, base, to);
    if (found >= 0) this.#warnings.restated(found, type, path);
    if (type === EntryType.hardlink) {
      this.#link(catalog, layer, entry, path, parent);
      return;
    }
    if (type === EntryType.file) this.layerBytes[layer]! += catalog.size(entry);
    const node = this.#standing.place(parent, path, this.#versions.store(layer, entry, type));
    if (type === EntryType.directory) this.#standing.lastParent = { bytes, from, to, node };
  }

  #link(catalog: Catalog, layer: number, entry: number, path: BytePath, parent: number): void {
    const target = pathOfText(catalog.link(entry));
    const inode = this.#aufsTarget(target) ?? this.#linkTarget(target, parent, path);
    const versions = this.#versions;
    if (inode === none || versions.type(inode) === EntryType.directory) {
      const problem = inode === none ? "which does not exist at that point" : "which is a directory";
      throw new BallastError(
        "layer-invalid",
        `layer ${layer}: the hard link ${displayPath(textOf(path))} points to ${displayPath(textOf(target))}, ${problem}`,
      );
    }
    if (versions.layer(inode) < layer) this.#warnings.add("hard-link-to-lower-layer", textOf(path));
    else if (!linkAgrees(catalog, entry, versions.entry(inode))) this.#warnings.add("hard-link-metadata", textOf(path));
    this.#standing.place(parent, path, versions.point(layer, entry, inode));
  }

  /** The inode a hard link at `path` to `target` would share; `none` when there is none, or only the link's own name. */
  #linkTarget(target: BytePath, parent: number, path: BytePath): number {
    if (target.from === target.to) return this.columns.inode(root);
    const directory = this.#directories.find(target);
    if (directory === none) return none;
    const node = this.#names.find(directory, target.bytes, target.base, target.to);
    if (node < 0 || (directory === parent && sameBytes(target.bytes, target.base, target.to, path.bytes, path.base, path.to))) return none;
    return this.columns.inode(node);
  }

  // ---- removals

  #whiteout(layer: number, entry: number, path: BytePath, name: Buffer): void {
    const { columns } = this;
    const directory = this.#directories.find(path);
    if (directory === none) return;
    if (isNewIn(columns, directory, layer) || this.#cleared.has(directory)) {
      this.#warnings.add("whiteout-in-new-directory", textOf(path).slice(0, path.base - path.from) + name.toString("latin1"));
    }
    const node = this.#names.find(directory, name, 0, name.length);
    if (node < 0 || columns.inode(node) === none) return;
    if (this.#versions.type(columns.inode(node)) === EntryType.directory) this.#warnings.whitedOut(node);
    if (this.#removeLower(node, layer, entry)) this.#warnings.survived(node);
  }

  #opaque(layer: number, entry: number, path: BytePath): void {
    const directory = this.#directories.find(path);
    if (path.base === path.from) this.#warnings.add("opaque-root", "");
    if (directory !== none) this.#removeLowerChildren(directory, layer, entry);
  }

  /** Removes what lower layers stated at and below `node`; what this layer stated stays, and so do its parents. True when the node stays. */
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
    this.#standing.remove(node, inode, layer, entry);
    return false;
  }

  /** True when children stay. */
  #removeLowerChildren(node: number, layer: number, entry: number): boolean {
    if (!this.#cleared.has(node)) {
      this.#cleared.add(node);
      this.#standing.lastParent = null;
      if (this.columns.liveChildren(node) > 0) for (const child of this.#names.children(node)) this.#removeLower(child, layer, entry);
    }
    return this.columns.liveChildren(node) > 0;
  }

  // ---- AUFS

  #addAufsLinkTarget(catalog: Catalog, layer: number, entry: number, path: BytePath): void {
    if (catalog.type(entry) !== EntryType.file) return;
    this.layerBytes[layer]! += catalog.size(entry);
    const inode = this.#versions.store(layer, entry, EntryType.file);
    // Not among the root's children, so its path can be printed but never found.
    this.columns.begin(this.#names.append(root, path.bytes, path.from, path.to), inode);
    this.#aufsLinks.add(textOf(path), inode);
  }

  #aufsTarget(path: BytePath): number | null {
    return this.#aufsLinks.isEmpty ? null : this.#aufsLinks.follow(textOf(path));
  }
}
