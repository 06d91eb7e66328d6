import { resolvePath } from "../../../src/filesystem/resolve-path.ts";
import type { FileNode, FileTree, Inode } from "../../../src/filesystem/file-tree.ts";
import { EntryType } from "../../../src/tar/entry.ts";

/**
 * Files whose first live name differs from the one they were stored under, with that first name (a byte string). A rewritten image stores a
 * hard-linked file under it, so rules that depend on the path judge the file the same in both images.
 */
export function linkedNames(tree: FileTree): ReadonlyMap<Inode, string> {
  const names = new Map<Inode, string[]>();
  for (const catalog of tree.catalogs) {
    for (let entry = 0; entry < catalog.length; entry += 1) {
      if (catalog.type(entry) !== EntryType.hardlink) continue;
      const node = resolvePath(tree, catalog.path(entry), { followLast: false });
      const inode = node?.inode ?? null;
      if (inode === null || inode.type !== EntryType.file || inode.storedAt === node) continue;
      const known = names.get(inode);
      if (known === undefined) names.set(inode, [node!.path]);
      else known.push(node!.path);
    }
  }
  const first = new Map<Inode, string>();
  for (const [inode, links] of names) {
    const home: FileNode = inode.storedAt;
    const live = home.inode === inode ? [home.path, ...links] : links;
    const [name] = live.sort((a, b) => compareAsWalked(a, b));
    if (name !== home.path) first.set(inode, name!);
  }
  return first;
}

/** Orders paths as a walk does: the files of a directory before siblings whose name continues the directory's (`a/b` before `a-c`). */
function compareAsWalked(a: string, b: string): number {
  const [first, second] = [a.replaceAll("/", "\0"), b.replaceAll("/", "\0")];
  return first < second ? -1 : Number(first > second);
}
