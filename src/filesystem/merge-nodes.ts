/** Making nodes and inodes, and small questions about them, for the merge. */
import { EntryType } from "../tar/entry.ts";
import type { Catalog } from "./catalog.ts";
import { FileNode } from "./file-tree.ts";
import type { Inode } from "./file-tree.ts";

export function newRoot(): FileNode {
  const inode = newInode(0, -1, EntryType.directory, 0, undefined);
  const root = new FileNode("", null, { layer: 0, entry: -1, inode });
  inode.storedAt = root;
  inode.links = 1;
  return root;
}

export function newInode(layer: number, entry: number, type: EntryType, bytes: number, storedAt: FileNode | undefined): Inode {
  return { layer, entry, type, bytes, storedAt: storedAt!, links: 0 };
}

/** True when an entry of `layer` (not just a path below it) stands at the node. */
export function statedBy(node: FileNode, layer: number): boolean {
  const last = node.versions[node.versions.length - 1]!;
  return last.layer === layer && last.entry >= 0 && last.inode !== null;
}

/** True when the directory was made by `layer`: lower layers showed nothing there, or no directory. */
export function isNewIn(node: FileNode, layer: number): boolean {
  for (let i = node.versions.length - 1; i >= 0; i -= 1) {
    const version = node.versions[i]!;
    if (version.layer < layer) return version.inode?.type !== EntryType.directory;
  }
  return node.parent !== null;
}

export function sameMetadata(catalog: Catalog, a: number, b: number): boolean {
  const { modes, uids, gids, mtimeSeconds } = catalog.columns;
  return modes[a] === modes[b] && uids[a] === uids[b] && gids[a] === gids[b] && mtimeSeconds[a] === mtimeSeconds[b];
}
