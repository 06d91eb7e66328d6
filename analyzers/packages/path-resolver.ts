import { resolvePath } from "../../src/filesystem/resolve-path.ts";
import type { FileNode, FileTree } from "../../src/filesystem/file-tree.ts";

/** Longer ones no kernel opens (Linux's PATH_MAX); what lists them must not take the time of all their bytes. */
const mostPathBytes = 4096;

/** Resolves many paths of which most lie in the directory of the one before, or of some one before. */
export class PathResolver {
  readonly #tree: FileTree;
  readonly #directories = new Map<string, FileNode | null>();

  constructor(tree: FileTree) {
    this.#tree = tree;
  }

  /** As `resolvePath` from the root: symlinked parents are followed, a symlink at the end is not. */
  resolve(path: string): FileNode | null {
    if (path.length > mostPathBytes) return null;
    const slash = path.lastIndexOf("/");
    const name = path.slice(slash + 1);
    if (name === "" || name === "." || name === "..") return resolvePath(this.#tree, path, { followLast: false });
    const child = this.#directory(path.slice(0, Math.max(0, slash)))?.children?.get(name);
    return child === undefined || child.inode === null ? null : child;
  }

  #directory(path: string): FileNode | null {
    const known = this.#directories.get(path);
    if (known !== undefined) return known;
    const found = resolvePath(this.#tree, path);
    this.#directories.set(path, found);
    return found;
  }
}
