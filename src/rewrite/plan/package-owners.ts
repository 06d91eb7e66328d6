/** Which package installed which file, from the package managers' own lists inside the image (dpkg, apk). */
import type { FileNode, FileTree } from "../../filesystem/file-tree.ts";
import { cleanPath } from "../../filesystem/paths.ts";
import type { Image } from "../../image/image.ts";
import { readEntries, readEntry } from "../../scan/content/content.ts";
import { EntryType } from "../../tar/entry.ts";

/** Nodes by package name; what no package installed is missing. */
export type PackageOwners = ReadonlyMap<FileNode, string>;

const dpkgLists = "var/lib/dpkg/info";
const apkDatabase = "lib/apk/db/installed";
/** A database larger than this is not one. */
const mostDatabaseBytes = 256 * 1024 * 1024;
const mostSymlinks = 40;

export async function packageOwners(image: Image, tree: FileTree): Promise<PackageOwners> {
  const owners = new Map<FileNode, string>();
  await addDpkg(image, tree, owners);
  await addApk(image, tree, owners);
  return owners;
}

async function addDpkg(image: Image, tree: FileTree, owners: Map<FileNode, string>): Promise<void> {
  const byLayer = new Map<number, Map<number, string>>();
  for (const node of tree.lookup(dpkgLists)?.children?.values() ?? []) {
    const { inode } = node;
    if (inode === null || inode.type !== EntryType.file || !node.name.endsWith(".list")) continue;
    const lists = byLayer.get(inode.layer) ?? new Map<number, string>();
    byLayer.set(inode.layer, lists.set(inode.entry, node.name.slice(0, -".list".length).replace(/:[^:]+$/, "")));
  }
  for (const [layer, lists] of byLayer) {
    await readEntries(image.layers[layer]!, tree.catalogs[layer]!, [...lists.keys()], async (entry, content) => {
      const pieces: Buffer[] = [];
      for await (const piece of content) pieces.push(Buffer.from(piece));
      for (const path of Buffer.concat(pieces).toString("latin1").split("\n")) own(tree, path, lists.get(entry)!, owners);
    });
  }
}

/** Lines `P:name`, then for each directory `F:path` and its files `R:name`; an empty line ends a package. */
async function addApk(image: Image, tree: FileTree, owners: Map<FileNode, string>): Promise<void> {
  const inode = tree.lookup(apkDatabase)?.inode;
  if (inode === undefined || inode === null || inode.type !== EntryType.file) return;
  const text = await readEntry(image.layers[inode.layer]!, tree.catalogs[inode.layer]!, inode.entry, mostDatabaseBytes);
  let name = "";
  let directory = "";
  for (const line of text.toString("latin1").split("\n")) {
    if (line.startsWith("P:")) name = line.slice(2);
    else if (line.startsWith("F:")) directory = line.slice(2);
    else if (line.startsWith("R:")) own(tree, `${directory}/${line.slice(2)}`, name, owners);
  }
}

function own(tree: FileTree, path: string, name: string, owners: Map<FileNode, string>): void {
  const node = resolve(tree.root, cleanPath(path).path, tree, { hops: 0 });
  if (node !== null && node.inode !== null && node.inode.type !== EntryType.directory) owners.set(node, name);
}

/** Follows symlinked parents (`/bin` → `usr/bin`), not the path itself. */
function resolve(from: FileNode, path: string, tree: FileTree, walked: { hops: number }): FileNode | null {
  const names = path.split("/");
  let node = from;
  for (const [at, name] of names.entries()) {
    if (name === "" || name === ".") continue;
    if (name === "..") {
      node = node.parent ?? node;
      continue;
    }
    const child = node.children?.get(name);
    if (child === undefined || child.inode === null) return null;
    if (child.inode.type === EntryType.symlink && at < names.length - 1) {
      walked.hops += 1;
      if (walked.hops > mostSymlinks) return null;
      const target = tree.catalogs[child.inode.layer]!.link(child.inode.entry);
      // The target may end in a symlink itself: a trailing "." makes it a parent.
      const directory = resolve(target.startsWith("/") ? tree.root : node, `${target}/.`, tree, walked);
      if (directory === null) return null;
      node = directory;
    } else node = child;
  }
  return node;
}
