/** Paths as a container sees them: symlinks are followed inside the image, `..` stays at its root. */
import { EntryType } from "../tar/entry.ts";
import type { FileNode, FileTree } from "./file-tree.ts";
import { mostSymlinks } from "./paths.ts";

export interface ResolveOptions {
  /** Where a relative path begins; the root when left out. */
  readonly from?: FileNode;
  /** False leaves a symlink at the path's very end alone, unless a slash comes after it. */
  readonly followLast?: boolean;
}

/** The live node that a path (a byte string) leads to; null when there is none. */
export function resolvePath(tree: FileTree, path: string, { from = tree.root, followLast = true }: ResolveOptions = {}): FileNode | null {
  return walk(tree, path.startsWith("/") ? tree.root : from, path, followLast, { hops: 0 });
}

/** Where a live symlink leads; null when it dangles or leads in a circle. */
export function symlinkTarget(tree: FileTree, link: FileNode): FileNode | null {
  return follow(tree, link, { hops: 0 });
}

/** Whether a path leads nowhere because of symlinks that go in a circle, or of more of them than Linux follows. */
export function leadsInCircle(tree: FileTree, path: string): boolean {
  const walked = { hops: 0 };
  walk(tree, tree.root, path, true, walked);
  return walked.hops > mostSymlinks;
}

function walk(tree: FileTree, from: FileNode, path: string, followLast: boolean, walked: { hops: number }): FileNode | null {
  let node = from;
  const names = path.split("/");
  for (const [at, name] of names.entries()) {
    if (name === "" || name === ".") continue;
    if (name === "..") {
      node = node.parent ?? node;
      continue;
    }
    const child = node.children?.get(name);
    if (child === undefined || child.inode === null) return null;
    if (child.inode.type !== EntryType.symlink || (!followLast && at === names.length - 1)) node = child;
    else {
      const target = follow(tree, child, walked);
      if (target === null) return null;
      node = target;
    }
  }
  return node;
}

function follow(tree: FileTree, link: FileNode, walked: { hops: number }): FileNode | null {
  walked.hops += 1;
  const { inode, parent } = link;
  if (walked.hops > mostSymlinks || inode === null || parent === null) return null;
  const target = tree.catalogs[inode.layer]!.link(inode.entry);
  return target === "" ? null : walk(tree, target.startsWith("/") ? tree.root : parent, target, true, walked);
}
