/** An inode as an entry to be written: its stored header, cleaned up by the rules for written layers. */
import { anyTime, inodeDifferences } from "../../filesystem/compare.ts";
import type { FileTree, Inode } from "../../filesystem/file-tree.ts";
import { storedEntry } from "../../filesystem/stored-entry.ts";
import { EntryType } from "../../tar/entry.ts";
import type { TarEntry, Xattr } from "../../tar/entry.ts";

/** Overlayfs bookkeeping that leaked into a layer; in an image it would change how the next overlayfs reads it. */
const overlayXattr = /^(?:trusted|user)\.overlay\./;

export function keptXattrs(xattrs: readonly Xattr[]): readonly Xattr[] {
  return xattrs.some((xattr) => overlayXattr.test(xattr.name)) ? xattrs.filter((xattr) => !overlayXattr.test(xattr.name)) : xattrs;
}

/** Character device 0:0 means "removed" in overlayfs: no engine can show one from a layer. */
export function isOverlayDevice(tree: FileTree, inode: Inode): boolean {
  if (inode.type !== EntryType.charDevice) return false;
  const { devMajor, devMinor } = storedEntry(tree, inode);
  return devMajor === 0 && devMinor === 0;
}

/** The entry as written under `path`: sparse files expanded, type flags normalized, times clamped. */
export function writtenEntry(tree: FileTree, inode: Inode, path: string, clampTime: number | null): TarEntry {
  const stored = storedEntry(tree, inode);
  const clamped = clampTime !== null && stored.mtimeSeconds >= clampTime;
  return {
    ...stored,
    path,
    typeflag: String(inode.type),
    mtimeSeconds: clamped ? clampTime : stored.mtimeSeconds,
    mtimeNanos: clamped ? 0 : stored.mtimeNanos,
    xattrs: keptXattrs(stored.xattrs),
    size: inode.bytes,
    storedSize: inode.bytes,
    sparse: null,
  };
}

export type MetadataDifference = "none" | "mtime" | "other";

/** How the metadata of two inodes of one tree differ. Different sizes are "other"; content is not compared. */
export function metadataDifference({ catalogs }: FileTree, a: Inode, b: Inode): MetadataDifference {
  const found = inodeDifferences(catalogs, a, catalogs, b);
  if (found === 0) return "none";
  return (found & ~anyTime) === 0 ? "mtime" : "other";
}
