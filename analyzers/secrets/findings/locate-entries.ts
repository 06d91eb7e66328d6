import type { FileNode, FileTree, Inode } from "../../../src/filesystem/file-tree.ts";

export interface LocatedEntry {
  /** Its path in the image, a byte string without leading slash, with symlinks on the way resolved; for a live file, its first name. */
  readonly path: string;
  readonly node: FileNode;
  readonly inode: Inode;
}

/** Finds the tree's nodes of some catalog entries, given as `layer:entry`, in one walk. @param linked see `linkedNames` */
export function locateEntries(tree: FileTree, wanted: ReadonlySet<string>, linked: ReadonlyMap<Inode, string>): Map<string, LocatedEntry> {
  const found = new Map<string, LocatedEntry>();
  if (wanted.size === 0) return found;
  const stack: FileNode[] = [tree.root];
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    for (const { inode, entry, layer } of node.versions) {
      if (inode === null || inode.entry < 0 || inode.entry !== entry || inode.layer !== layer) continue;
      const id = `${layer}:${entry}`;
      if (wanted.has(id)) found.set(id, { path: linked.get(inode) ?? node.path, node, inode });
    }
    if (node.children !== null) for (const child of node.children.values()) stack.push(child);
  }
  return found;
}
