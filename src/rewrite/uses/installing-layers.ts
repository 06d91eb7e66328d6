/** In which layers a distribution's package manager ran: files of other layers are the author's, even if a package first installed them. */
import type { FileNode, FileTree } from "../../filesystem/file-tree.ts";

/** Where package managers record what they install. */
const databases = [
  "var/lib/dpkg",
  "lib/apk/db",
  "usr/lib/apk/db",
  "var/lib/rpm",
  "usr/lib/sysimage/rpm",
  "usr/share/rpm",
  "var/lib/pacman",
];

export function installingLayers(tree: FileTree): ReadonlySet<number> {
  const layers = new Set<number>();
  const visit = (node: FileNode): void => {
    for (const { inode } of node.versions) if (inode !== null) layers.add(inode.layer);
    for (const child of node.children?.values() ?? []) visit(child);
  };
  for (const path of databases) {
    const node = tree.lookup(path);
    if (node !== null) for (const child of node.children?.values() ?? []) visit(child);
  }
  return layers;
}
