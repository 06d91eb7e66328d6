/**
 * Merges catalogs bottom-up by the rules of OCI image-spec, layer.md § Applying Changesets. Every layer is one pass over its entries in
 * stored order; a whiteout costs the lower names it removes, so nothing is quadratic in files, layers or whiteouts.
 */
import { BallastError } from "../base/errors.ts";
import type { Warning } from "../image/warning.ts";
import { EntryType } from "../tar/entry.ts";
import type { Catalog } from "./catalog.ts";
import { DivergenceLog } from "./divergence.ts";
import { FileNode, Inode } from "./file-tree.ts";
import type { Death, FileTree, Version } from "./file-tree.ts";
import { isNewIn, linkAgrees, newRoot, statedBy } from "./merge-nodes.ts";
import { baseName, cleanPath, displayPath, parentPath } from "./paths.ts";
import { impliedDirectory } from "./stored-entry.ts";
import { classifyWhiteout, isAufsLinkTarget } from "./whiteouts.ts";

/** Linux' PATH_MAX: no engine can create a longer path. */
const longestPath = 4096;
/** As many symlinks as Linux follows in one path. */
const mostSymlinks = 40;

export class MergedTree implements FileTree {
  readonly root: FileNode = newRoot();
  readonly catalogs: Catalog[] = [];
  readonly deaths: Death[] = [];
  readonly layerBytes: number[] = [];
  liveCount = 0;
  /** Layers that are merged whole. */
  layers = 0;

  readonly #divergence = new DivergenceLog();
  /** Of the layer being merged: entries merged so far. */
  #entries = 0;
  /** Directories whose lower names the current layer has already removed. */
  #cleared = new Set<FileNode>();
  /** Directories that a whiteout of the current layer names. */
  #whitedOut = new Set<FileNode>();
  /** Directories the current layer put entries into without stating them, already warned of. */
  #impliedParents = new Set<FileNode>();
  /** Files below AUFS's `.wh..wh.plnk/`, which only hard links of the same layer can reach. */
  #aufsLinkTargets = new Map<string, { readonly inode: Inode; linked: boolean }>();
  /** The parent of the last entry: most entries lie beside the one before. */
  #lastParentPath: string | null = null;
  #lastParent: FileNode = this.root;

  get warnings(): readonly Warning[] {
    return this.#divergence.warnings();
  }

  lookup(path: string): FileNode | null {
    let node = this.root;
    if (path === "") return node;
    for (const name of path.split("/")) {
      const child = node.children?.get(name);
      if (child === undefined) return null;
      node = child;
    }
    return node;
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
    for (; this.#entries < end; this.#entries += 1) this.#addEntry(catalog, layer, this.#entries);
  }

  /** Says that the layer being merged has no more entries than this catalog, which all have been added. */
  endLayer(catalog: Catalog): void {
    for (const { inode, linked } of this.#aufsLinkTargets.values())
      if (!linked) this.deaths.push({ inode, layer: this.layers, replacement: null });
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
    this.#forgetParent();
  }

  #addEntry(catalog: Catalog, layer: number, entry: number): void {
    const { path, problem } = cleanPath(catalog.path(entry));
    if (path.length >= longestPath) {
      throw new BallastError("layer-invalid", `layer ${layer} holds a path of ${path.length} bytes, longer than any system can create`);
    }
    if (problem === "parent-reference") this.#divergence.add("parent-reference", layer, path);
    const base = baseName(path);
    const whiteout = classifyWhiteout(base);
    switch (whiteout.kind) {
      case "none":
        if (isAufsLinkTarget(path)) this.#addAufsLinkTarget(catalog, layer, entry, path);
        else this.#apply(catalog, layer, entry, path, base);
        return;
      case "file":
        this.#whiteout(layer, entry, parentPath(path), whiteout.name);
        return;
      case "opaque":
        this.#opaque(layer, entry, parentPath(path));
        return;
      case "metadata":
        return;
      case "invalid":
        throw new BallastError(
          "layer-invalid",
          `layer ${layer}: the whiteout ${displayPath(path)} names no file but the directory it lies in or that one's parent`,
        );
    }
  }

  // ---- entries

  #apply(catalog: Catalog, layer: number, entry: number, path: string, base: string): void {
    const type = catalog.type(entry);
    this.#warnOfEncoding(catalog, layer, entry, path, type);
    if (path === "") {
      if (type === EntryType.directory) this.root.state(this.#stored(layer, entry, type, 0, this.root));
      return;
    }
    const parent = this.#parentFor(layer, parentPath(path));
    const existing = parent.children?.get(base);
    const before = existing?.inode ?? null;
    if (existing !== undefined && this.#whitedOut.has(existing) && type === EntryType.directory) {
      this.#divergence.add("whiteout-and-directory", layer, path);
    }
    if (existing !== undefined && statedBy(existing, layer) && !(type === EntryType.directory && before?.type === type)) {
      this.#divergence.add("duplicate-path", layer, path);
    }

    if (type === EntryType.hardlink) {
      this.#link(catalog, layer, entry, path, parent, base);
      return;
    }
    const bytes = type === EntryType.file ? catalog.size(entry) : 0;
    this.layerBytes[layer]! += bytes;
    const inode = new Inode(layer, entry, type, bytes);
    inode.storedAt = this.#place(parent, base, inode);
    if (type === EntryType.directory) {
      this.#lastParentPath = path;
      this.#lastParent = inode.storedAt;
    }
  }

  #link(catalog: Catalog, layer: number, entry: number, path: string, parent: FileNode, base: string): void {
    const targetPath = cleanPath(catalog.link(entry)).path;
    const inode = this.#aufsLinkTarget(targetPath) ?? this.#linkTarget(targetPath, parent, base);
    if (inode === null || inode.type === EntryType.directory) {
      const problem = inode === null ? "which does not exist at that point" : "which is a directory";
      throw new BallastError(
        "layer-invalid",
        `layer ${layer}: the hard link ${displayPath(path)} points to ${displayPath(targetPath)}, ${problem}`,
      );
    }
    if (inode.layer < layer) this.#divergence.add("hard-link-to-lower-layer", layer, path);
    else if (!linkAgrees(catalog, entry, inode.entry)) this.#divergence.add("hard-link-metadata", layer, path);
    this.#place(parent, base, { layer, entry, inode });
  }

  /** What a hard link at `parent`/`base` to `path` would share; null when there is nothing, or only the link's own name. */
  #linkTarget(path: string, parent: FileNode, base: string): Inode | null {
    const directory = this.#findDirectory(parentPath(path));
    const node = directory?.children?.get(baseName(path));
    if (path === "") return this.root.inode;
    if (node === undefined || (directory === parent && node.name === base)) return null;
    return node.inode;
  }

  /** Puts a version at a name, removing what stood there unless both are directories. Returns the node. */
  #place(parent: FileNode, name: string, version: Version & { readonly inode: Inode }): FileNode {
    version.inode.links += 1;
    const node = parent.children?.get(name);
    if (node === undefined) {
      const created = new FileNode(name, parent, version);
      (parent.children ??= new Map()).set(name, created);
      parent.liveChildren += 1;
      this.liveCount += 1;
      return created;
    }
    const before = node.inode;
    if (before === null) {
      parent.liveChildren += 1;
      this.liveCount += 1;
    } else {
      if (before.type === EntryType.directory && version.inode.type !== EntryType.directory) this.#removeChildren(node, version.layer, -1);
      if (before.type === EntryType.directory || before.type === EntryType.symlink) this.#forgetParent();
      this.#unlink(before, version.layer, version.inode);
    }
    node.state(version);
    return node;
  }

  #stored(layer: number, entry: number, type: EntryType, bytes: number, node: FileNode): Inode {
    const inode = new Inode(layer, entry, type, bytes);
    inode.storedAt = node;
    return inode;
  }

  #unlink(inode: Inode, layer: number, replacement: Inode | null): void {
    inode.links -= 1;
    if (inode.links === 0 && inode.type === EntryType.file) {
      this.deaths.push({ inode, layer, replacement: replacement?.type === EntryType.directory ? null : replacement });
    }
  }

  // ---- removals

  #whiteout(layer: number, entry: number, parent: string, name: string): void {
    const directory = this.#findDirectory(parent);
    if (directory !== null && (isNewIn(directory, layer) || this.#cleared.has(directory))) {
      this.#divergence.add("whiteout-in-new-directory", layer, parent === "" ? name : `${parent}/${name}`);
    }
    const node = directory?.children?.get(name);
    if (node === undefined || node.inode === null) return;
    if (node.inode.type === EntryType.directory) this.#whitedOut.add(node);
    if (this.#removeLower(node, layer, entry) && this.#whitedOut.has(node)) {
      this.#divergence.add("whiteout-and-directory", layer, node.path);
    }
  }

  #opaque(layer: number, entry: number, path: string): void {
    const directory = this.#findDirectory(path);
    if (path === "") this.#divergence.add("opaque-root", layer, path);
    if (directory !== null) this.#removeLowerChildren(directory, layer, entry);
  }

  /** Removes what lower layers stated at and below `node`; what this layer stated stays, with its parents. True when the node stays. */
  #removeLower(node: FileNode, layer: number, entry: number): boolean {
    const inode = node.inode;
    if (inode === null) return false;
    const survivors = inode.type === EntryType.directory && this.#removeLowerChildren(node, layer, entry);
    if (node.last.layer === layer) return true;
    if (survivors) {
      // The lower directory is gone with its owner and mode; what is left is a parent this layer implies, wherever its marker stands.
      const implied = this.#stored(layer, -1, EntryType.directory, 0, node);
      implied.links = 1;
      inode.links -= 1;
      node.state(implied);
      return true;
    }
    this.#remove(node, inode, layer, entry);
    return false;
  }

  /** True when children stay. */
  #removeLowerChildren(node: FileNode, layer: number, entry: number): boolean {
    if (!this.#cleared.has(node)) {
      this.#cleared.add(node);
      this.#forgetParent();
      if (node.liveChildren > 0) for (const child of node.children!.values()) this.#removeLower(child, layer, entry);
    }
    return node.liveChildren > 0;
  }

  /** Removes everything below a directory that something else replaces, whoever stated it. */
  #removeChildren(node: FileNode, layer: number, entry: number): void {
    if (node.liveChildren === 0) return;
    for (const child of node.children!.values()) {
      const inode = child.inode;
      if (inode === null) continue;
      if (inode.type === EntryType.directory) this.#removeChildren(child, layer, entry);
      this.#remove(child, inode, layer, entry);
    }
  }

  #remove(node: FileNode, inode: Inode, layer: number, entry: number): void {
    this.#unlink(inode, layer, null);
    node.state({ layer, entry, inode: null });
    node.parent!.liveChildren -= 1;
    this.liveCount -= 1;
    if (inode.type === EntryType.directory || inode.type === EntryType.symlink) this.#forgetParent();
  }

  // ---- directories

  #forgetParent(): void {
    this.#lastParentPath = null;
  }

  /** The directory an entry of this layer lies in, made where missing; symlinks on the way are followed inside the image. */
  #parentFor(layer: number, path: string): FileNode {
    if (path === this.#lastParentPath) return this.#lastParent;
    const node = this.#resolve(this.root, path, layer, { hops: 0 })!;
    this.#lastParentPath = path;
    this.#lastParent = node;
    return node;
  }

  /** As `#parentFor`, but makes and warns of nothing: null when there is no such directory. */
  #findDirectory(path: string): FileNode | null {
    return path === this.#lastParentPath ? this.#lastParent : this.#resolve(this.root, path, null, { hops: 0 });
  }

  /** Walks `path` from a directory. With a layer, missing directories are made in its name; without one the answer may be null. */
  #resolve(from: FileNode, path: string, layer: number | null, walked: { hops: number }): FileNode | null {
    let node = from;
    for (const name of path.split("/")) {
      if (name === "" || name === ".") continue;
      const next: FileNode | null = name === ".." ? (node.parent ?? node) : this.#step(node, name, layer, walked);
      if (next === null) return null;
      node = next;
    }
    return node;
  }

  #step(parent: FileNode, name: string, layer: number | null, walked: { hops: number }): FileNode | null {
    const child = parent.children?.get(name);
    const inode = child?.inode ?? null;
    if (child !== undefined && inode?.type === EntryType.directory) {
      if (layer !== null) this.#warnOfImpliedParent(child, inode, layer);
      return child;
    }
    if (child !== undefined && inode?.type === EntryType.symlink) {
      if (layer !== null && inode.layer < layer) this.#divergence.add("symlinked-parent", layer, child.path);
      walked.hops += 1;
      if (walked.hops <= mostSymlinks) {
        const target = this.catalogs[inode.layer]!.link(inode.entry);
        return this.#resolve(target.startsWith("/") ? this.root : parent, target, layer, walked);
      }
      if (layer === null) return null;
      this.#divergence.add("symlink-loop", layer, child.path);
    } else if (inode !== null && layer !== null) {
      this.#divergence.add("parent-not-directory", layer, child!.path);
    }
    if (layer === null) return null;
    const made = new Inode(layer, -1, EntryType.directory, 0);
    return (made.storedAt = this.#place(parent, name, made));
  }

  // ---- warnings

  #warnOfImpliedParent(node: FileNode, inode: Inode, layer: number): void {
    if (inode.entry < 0 || node.last.layer === layer) return;
    const { modes, uids, gids } = this.catalogs[inode.layer]!.columns;
    const plain = modes[inode.entry] === impliedDirectory.mode && uids[inode.entry] === 0 && gids[inode.entry] === 0;
    if (plain || this.#impliedParents.has(node)) return;
    this.#impliedParents.add(node);
    this.#divergence.add("implied-parent", layer, node.path);
  }

  #warnOfEncoding(catalog: Catalog, layer: number, entry: number, path: string, type: EntryType): void {
    const extra = catalog.columns.extras.get(entry);
    if (type === EntryType.charDevice && extra?.devMajor === undefined && extra?.devMinor === undefined) {
      this.#divergence.add("overlay-device", layer, path);
    }
    if (extra?.typeflag === "7") this.#divergence.add("contiguous-file", layer, path);
    if (extra?.typeflag === "S") this.#divergence.add("gnu-sparse-file", layer, path);
  }

  // ---- AUFS

  #addAufsLinkTarget(catalog: Catalog, layer: number, entry: number, path: string): void {
    if (catalog.type(entry) !== EntryType.file) return;
    const bytes = catalog.size(entry);
    this.layerBytes[layer]! += bytes;
    const inode = new Inode(layer, entry, EntryType.file, bytes);
    // The node is not among the root's children: the path can be printed but never found.
    inode.storedAt = new FileNode(path, this.root, inode);
    this.#aufsLinkTargets.set(path, { inode, linked: false });
  }

  #aufsLinkTarget(path: string): Inode | null {
    const target = this.#aufsLinkTargets.get(path);
    if (target === undefined) return null;
    target.linked = true;
    return target.inode;
  }
}
