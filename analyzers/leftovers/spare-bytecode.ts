/** Which compiled Python files can be made again. */
import type { FileNode, FileTree } from "../../src/filesystem/file-tree.ts";
import { storedEntry } from "../../src/filesystem/stored-entry.ts";
import { EntryType } from "../../src/tar/entry.ts";

const readBits = 0o444;

/**
 * True when the source of this compiled Python file lies where Python looks for it, and whoever may read the one may read the other: removing
 * the compiled file then loses nothing. Of a source that is a symlink nobody knows what it leads to at run time.
 */
export function isSpareBytecode(tree: FileTree, node: FileNode): boolean {
  const parent = node.parent!;
  const module = node.name.slice(0, node.name.indexOf("."));
  const directory = parent.name === "__pycache__" ? parent.parent : parent;
  const source = directory?.children?.get(`${module}.py`)?.inode;
  if (source?.type !== EntryType.file || node.inode === null) return false;
  const readers = storedEntry(tree, node.inode).mode & readBits;
  return (storedEntry(tree, source).mode & readers) === readers;
}
