import { resolvePath } from "../../src/filesystem/resolve-path.ts";
import type { FileNode, FileTree } from "../../src/filesystem/file-tree.ts";
import { EntryType } from "../../src/tar/entry.ts";

/** Longer ones no kernel opens (Linux's PATH_MAX); what lists them must not take the time of all their bytes. */
const mostPathBytes = 4096;

/** No name that a directory holds. */
function isDots(name: string): boolean {
  return name === "" || name === "." || name === "..";
}

/** Resolves many paths of which most lie in the directory of the one before, or of some one before. */
export class PathResolver {
  readonly #tree: FileTree;
  readonly #directories = new Map<string, FileNode | null>();
  #last: { readonly path: string; readonly node: FileNode | null };

  constructor(tree: FileTree) {
    this.#tree = tree;
    this.#last = { path: "", node: tree.root };
  }

  /** As `resolvePath` from the root: symlinked parents are followed, a symlink at the end is not. */
  resolve(path: string): FileNode | null {
    if (path.length > mostPathBytes) return null;
    const slash = path.lastIndexOf("/");
    const name = path.slice(slash + 1);
    if (isDots(name)) return resolvePath(this.#tree, path, { followLast: false });
    const child = this.#directory(path, Math.max(0, slash))?.children?.get(name);
    return child === undefined || child.inode === null ? null : child;
  }

  /** As `resolve`, by the node's number. */
  resolveId(path: string): number | null {
    return this.resolve(path)?.id ?? null;
  }

  /** The directory that the first `length` characters name. */
  #directory(path: string, length: number): FileNode | null {
    if (length === this.#last.path.length && path.startsWith(this.#last.path)) return this.#last.node;
    const directory = path.slice(0, length);
    this.#last = { path: directory, node: this.#resolved(directory) };
    return this.#last.node;
  }

  #resolved(directory: string): FileNode | null {
    let node = this.#directories.get(directory);
    if (node !== undefined) return node;
    // Most directories lie right in one that is known.
    const slash = directory.lastIndexOf("/");
    const name = directory.slice(slash + 1);
    const child = slash > 0 && !isDots(name) ? this.#directories.get(directory.slice(0, slash))?.children?.get(name) : undefined;
    node = child?.inode?.type === EntryType.directory ? child : resolvePath(this.#tree, directory);
    this.#directories.set(directory, node);
    return node;
  }
}
