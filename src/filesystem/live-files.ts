import type { FileNode, FileTree, Inode } from "./file-tree.ts";
import { EntryType } from "../tar/entry.ts";

/** Every path alive after the top layer below `from` (and `from` itself unless it is the root), parents first, siblings by name (byte order). */
export function* liveNodes(tree: FileTree, from: FileNode = tree.root): Generator<FileNode & { readonly inode: Inode }> {
  const stack: FileNode[] = from === tree.root ? liveChildren(from) : [from];
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    yield node as FileNode & { readonly inode: Inode };
    if (node.liveChildren > 0) for (const child of liveChildren(node)) stack.push(child);
  }
}

/** Last name first, so that popping gives the first. */
function liveChildren(node: FileNode): FileNode[] {
  if (node.liveChildren === 0) return [];
  return [...node.children!.values()].filter((child) => child.inode !== null).sort((a, b) => (a.name < b.name ? 1 : -1));
}

export interface LiveFile {
  readonly node: FileNode;
  readonly inode: Inode;
  /** A byte string without leading slash. */
  readonly path: string;
}

/** The live regular files that hold content, a hard-linked one at each of its names, in the order of `liveNodes`: walked once, for many to read. */
export function liveFiles(tree: FileTree): LiveFile[] {
  const files: LiveFile[] = [];
  const prefixes = new Map<FileNode, string>([[tree.root, ""]]);
  const stack = liveChildren(tree.root);
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    const path = prefixes.get(node.parent!)! + node.name;
    const inode = node.inode!;
    if (inode.type === EntryType.file && inode.bytes > 0) files.push({ node, inode, path });
    if (node.liveChildren === 0) continue;
    prefixes.set(node, `${path}/`);
    for (const child of liveChildren(node)) stack.push(child);
  }
  return files;
}
