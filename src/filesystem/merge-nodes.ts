/** Making nodes and inodes, and small questions about them, for the merge. */
import { EntryType } from "../tar/entry.ts";
import type { Catalog } from "./catalog.ts";
import { Differs, entryDifferences } from "./compare.ts";
import { FileNode, Inode } from "./file-tree.ts";

export function newRoot(): FileNode {
  const inode = new Inode(0, -1, EntryType.directory, 0);
  inode.links = 1;
  return (inode.storedAt = new FileNode("", null, inode));
}

/** True when an entry of `layer` (not just a path below it) stands at the node. */
export function statedBy(node: FileNode, layer: number): boolean {
  const { last } = node;
  return last.layer === layer && last.entry >= 0 && last.inode !== null;
}

/** True when the directory was made by `layer`: lower layers showed nothing there, or no directory. */
export function isNewIn(node: FileNode, layer: number): boolean {
  const below = node.lastVersion(layer - 1);
  return below === null ? node.parent !== null : below.inode?.type !== EntryType.directory;
}

/** Whether a hard link's header states what its target's does. Extended attributes that it leaves out stay the target's. */
export function linkAgrees(catalog: Catalog, link: number, target: number): boolean {
  return (entryDifferences(catalog, link, catalog, target) & (Differs.mode | Differs.owner | Differs.time)) === 0;
}
