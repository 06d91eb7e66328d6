/** What the rules ask about an image's tree. Paths are absolute; `layer` is an index from the bottom. */
import { posix } from "node:path";

import type { FileNode, FileTree, Inode } from "../../../../src/filesystem/file-tree.ts";
import { liveNodes } from "../../../../src/filesystem/live-files.ts";
import { EntryType } from "../../../../src/tar/entry.ts";

export class ImagePaths {
  readonly #tree: FileTree;
  #links: readonly { readonly from: string; readonly to: string }[] | null = null;

  constructor(tree: FileTree) {
    this.#tree = tree;
  }

  /** Whether any of a layer's files in a directory is still visible. */
  holdsLayer(directory: string, layer: number): boolean {
    return this.layersIn(directory).has(layer);
  }

  /** Layers with visible files at a path or below it. */
  layersIn(path: string): ReadonlySet<number> {
    const layers = new Set<number>();
    for (const { type, layer } of this.#inodesIn(path)) if (type !== EntryType.directory) layers.add(layer);
    return layers;
  }

  *#inodesIn(path: string): Generator<Inode> {
    const waiting = [this.#node(path)];
    for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
      if (node.inode === null) continue;
      yield node.inode;
      waiting.push(...(node.children?.values() ?? []));
    }
  }

  isFile(path: string): boolean {
    return this.#node(path)?.inode?.type === EntryType.file;
  }

  /** Whether a file of this name lies deeper in the directory, apart from dependencies. */
  holdsAnother(directory: string, name: string): boolean {
    const waiting = [...(this.#node(directory)?.children?.values() ?? [])];
    for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
      if (node.inode === null || node.name === "node_modules" || node.name === "vendor") continue;
      if (node.children?.get(name)?.inode?.type === EntryType.file) return true;
      waiting.push(...(node.children?.values() ?? []));
    }
    return false;
  }

  /** Whether a symlink elsewhere points to one of these paths, or into it. */
  isLinkedTo(roots: readonly string[]): boolean {
    this.#links ??= this.#symlinks();
    const isIn = (path: string): boolean => roots.some((root) => path === root || path.startsWith(`${root}/`));
    return this.#links.some(({ from, to }) => isIn(to) && !isIn(from));
  }

  #symlinks(): readonly { readonly from: string; readonly to: string }[] {
    const found: { from: string; to: string }[] = [];
    for (const { inode, path } of liveNodes(this.#tree)) {
      if (inode.type !== EntryType.symlink || inode.entry < 0) continue;
      const from = `/${path}`;
      found.push({ from, to: posix.resolve(posix.dirname(from), this.#tree.catalogs[inode.layer]!.entry(inode.entry).link) });
    }
    return found;
  }

  /** Whether a visible file anywhere has a matching name. */
  holdsName(test: RegExp): boolean {
    for (const { name } of liveNodes(this.#tree)) if (test.test(name)) return true;
    return false;
  }

  /** Absolute paths of everything that a layer changed, except whiteouts. */
  changedBy(layer: number): readonly string[] {
    const catalog = this.#tree.catalogs[layer];
    if (catalog === undefined) return [];
    return Array.from({ length: catalog.length }, (_, entry) => posix.normalize(`/${catalog.path(entry)}`).replace(/(?<=.)\/$/, "")).filter(
      // A parent directory is in a layer just because something in it changed.
      (path) => !posix.basename(path).startsWith(".wh.") && this.#changes(path, layer),
    );
  }

  /** Whether a layer changed a path, rather than just containing it as the parent of another. */
  #changes(path: string, layer: number): boolean {
    const node = this.#node(path);
    const version = node?.at(layer);
    const before = node?.at(layer - 1);
    if (version?.inode?.type !== EntryType.directory || before?.inode?.type !== EntryType.directory) return true;
    const [now, then] = [version, before].map(({ inode }) =>
      inode === null || inode.entry < 0 ? null : this.#tree.catalogs[inode.layer]!.entry(inode.entry),
    );
    return (now?.uid ?? 0) !== (then?.uid ?? 0) || (now?.gid ?? 0) !== (then?.gid ?? 0) || (now?.mode ?? 0o755) !== (then?.mode ?? 0o755);
  }

  /** The layer in which a path was last written before this one; null if none. */
  layerBefore(path: string, layer: number): number | null {
    return this.#node(path)?.at(layer - 1)?.layer ?? null;
  }

  /** The layer of a path in the final tree; null if it does not exist. */
  layerNow(path: string): number | null {
    return this.#node(path)?.inode?.layer ?? null;
  }

  /** Content bytes of a file in the final tree that this layer stored; 0 if it did not, or the file is gone. */
  liveBytes(path: string, layer: number): number {
    const inode = this.#node(path)?.inode;
    return inode === null || inode === undefined || inode.layer !== layer || inode.type !== EntryType.file ? 0 : inode.bytes;
  }

  /**
   * Content bytes freed by removing these directories, and bytes in them that stay because of hard links elsewhere: package stores are
   * linked into what is installed.
   */
  freedBy(roots: readonly string[]): { readonly bytes: number; readonly staying: number } {
    const names = new Map<Inode, number>();
    for (const root of roots) {
      for (const inode of this.#inodesIn(root)) if (inode.type === EntryType.file) names.set(inode, (names.get(inode) ?? 0) + 1);
    }
    let [bytes, staying] = [0, 0];
    for (const [inode, count] of names) {
      if (count >= inode.links) bytes += inode.bytes;
      else staying += inode.bytes;
    }
    return { bytes, staying };
  }

  #node(path: string): FileNode | undefined {
    let node: FileNode | undefined = this.#tree.root;
    for (const name of path.split("/")) if (name !== "") node = node?.children?.get(name);
    return node;
  }
}
