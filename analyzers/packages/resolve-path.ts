import { EntryType } from "../../src/tar/entry.ts";
import type { FileNode, FileTree } from "../../src/filesystem/file-tree.ts";

/** As many as Linux follows. */
const mostSymlinks = 40;

/**
 * The live node that a path leads to, symlinked parents followed inside the image and the path's own last name not (a trailing `/.` makes
 * it a parent); null when there is none. Never leaves the image: `..` of the root is the root.
 */
export function resolvePath(tree: FileTree, path: string, from: FileNode = tree.root): FileNode | null {
  return walk(tree, from, path, { symlinks: 0 });
}

function walk(tree: FileTree, from: FileNode, path: string, seen: { symlinks: number }): FileNode | null {
  const names = path.split("/");
  let node = path.startsWith("/") ? tree.root : from;
  for (const [at, name] of names.entries()) {
    if (name === "" || name === ".") continue;
    if (name === "..") {
      node = node.parent ?? node;
      continue;
    }
    const child = node.children?.get(name);
    if (child === undefined || child.inode === null) return null;
    if (child.inode.type !== EntryType.symlink || at === names.length - 1) {
      node = child;
      continue;
    }
    seen.symlinks += 1;
    if (seen.symlinks > mostSymlinks) return null;
    const directory = walk(tree, node, `${tree.catalogs[child.inode.layer]!.link(child.inode.entry)}/.`, seen);
    if (directory === null) return null;
    node = directory;
  }
  return node;
}

/** Resolves many paths of which most lie in the directory of the one before, or of some one before. */
export class PathResolver {
  readonly #tree: FileTree;
  readonly #directories = new Map<string, FileNode | null>();

  constructor(tree: FileTree) {
    this.#tree = tree;
  }

  /** As `resolvePath`, from the root. */
  resolve(path: string): FileNode | null {
    const slash = path.lastIndexOf("/");
    const name = path.slice(slash + 1);
    if (name === "" || name === "." || name === "..") return resolvePath(this.#tree, path);
    const child = this.#directory(path.slice(0, Math.max(0, slash)))?.children?.get(name);
    return child === undefined || child.inode === null ? null : child;
  }

  #directory(path: string): FileNode | null {
    const known = this.#directories.get(path);
    if (known !== undefined) return known;
    const found = resolvePath(this.#tree, `${path}/.`);
    this.#directories.set(path, found);
    return found;
  }
}
