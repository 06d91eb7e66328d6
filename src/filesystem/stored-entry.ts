import { EntryType } from "../tar/entry.ts";
import type { TarEntry } from "../tar/entry.ts";
import type { FileTree, Inode } from "./file-tree.ts";
import { whiteoutPath } from "./whiteouts.ts";

/** A directory that no layer states: engines make it root's, 0755. They choose its time, so any constant one will do. */
export const impliedDirectory: TarEntry = {
  path: "",
  type: EntryType.directory,
  typeflag: "5",
  mode: 0o755,
  uid: 0,
  gid: 0,
  mtimeSeconds: 0,
  mtimeNanos: 0,
  size: 0,
  link: "",
  devMajor: 0,
  devMinor: 0,
  xattrs: [],
  sparse: null,
  headerOffset: 0,
  dataOffset: 0,
  storedSize: 0,
};

/** A whiteout: an empty regular file named after what it removes. */
export function whiteoutEntry(path: string): TarEntry {
  return { ...impliedDirectory, path: whiteoutPath(path), type: EntryType.file, typeflag: "0", mode: 0 };
}

/** The inode's own entry, as stored. */
export function storedEntry(tree: FileTree, inode: Inode): TarEntry {
  return inode.entry < 0 ? impliedDirectory : tree.catalogs[inode.layer]!.entry(inode.entry);
}
