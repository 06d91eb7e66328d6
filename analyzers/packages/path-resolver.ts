import { resolvePath } from "../../src/filesystem/resolve-path.ts";
import type { FileNode, FileTree } from "../../src/filesystem/file-tree.ts";
import { EntryType } from "../../src/tar/entry.ts";

/** No kernel opens longer paths (Linux's PATH_MAX), so their bytes are not worked through. */
const mostPathBytes = 4096;

/** True for components that no directory has as an entry. */
function isDots(name: string): boolean {
  return name === "" || name === "." || name === "..";
}

/** Resolves many paths, most of which lie in the same directory as an earlier one. */
export class PathResolver {
  readonly #tree: FileTree;
  readonly #directories = new Map<string, FileNode | null>();
  #last: { readonly path: string; readonly node: FileNode | null };

  constructor(tree: FileTree) {
    this.#tree = tree;
    this.#last = { path: "", node: tree.root };
  }

  /** Like `resolvePath` from the root: symlinks among the parents are followed, one at the end is not. */
  resolve(path: string): FileNode | null {
    if (path.length > mostPathBytes) return null;
    const slash = path.lastIndexOf("/");
    const name = path.slice(slash + 1);
    if (isDots(name)) return resolvePath(this.#tree, path, { followLast: false });
    const child = this.#directory(path, Math.max(0, slash))?.children?.get(name);
    return child === undefined || child.inode === null ? null : child;
  }

  /** Like `resolve`, but returns the node's number. */
  resolveId(path: string): number | null {
    return this.resolve(path)?.id ?? null;
  }

  /** The directory named by the first `length` characters. */
  #directory(path: string, length: number): FileNode | null {
    if (length === this.#last.path.length && path.startsWith(this.#last.path)) return this.#last.node;
    const directory = path.slice(0, length);
    this.#last = { path: directory, node: this.#resolved(directory) };
    return this.#last.node;
  }

  #resolved(directory: string): FileNode | null {
    let node = this.#directories.get(directory);
    if (node !== undefined) return node;
    // The parent of most directories is known already.
    const slash = directory.lastIndexOf("/");
    const name = directory.slice(slash + 1);
    const child = slash > 0 && !isDots(name) ? this.#directories.get(directory.slice(0, slash))?.children?.get(name) : undefined;
    node = child?.inode?.type === EntryType.directory ? child : resolvePath(this.#tree, directory);
    this.#directories.set(directory, node);
    return node;
  }
}
