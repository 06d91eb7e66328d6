/** The one comparison of two inodes: what differs between two versions of a path. */
import type { Catalog } from "./catalog.ts";
import type { FileNode, FileTree, Inode } from "./file-tree.ts";
import { EntryType } from "../tar/entry.ts";

/** What differs between two versions of a path; `stored again` when nothing does. */
export type Difference = "type" | "content" | "target" | "device" | "mode" | "owner" | "time" | "xattr" | "stored again";

/** Whether two regular files of one size hold the same bytes; null when nobody has looked yet. */
export type SameContent = (a: Inode, b: Inode) => boolean | null;

/** By hashes, where the scan or the analysis has computed them. */
export function sameContentByHash(tree: FileTree): SameContent {
  return (a, b) => {
    const first = tree.catalogs[a.layer]?.hash(a.entry) ?? null;
    const second = tree.catalogs[b.layer]?.hash(b.entry) ?? null;
    return first === null || second === null || isZero(first) || isZero(second) ? null : first === second;
  };
}

/** A hash column is zeros for the entries nobody hashed. */
function isZero(hash: string): boolean {
  return /^0+$/.test(hash);
}

export function inodeAt(node: FileNode, layer: number): Inode | null {
  const { versions } = node;
  for (let i = versions.length - 1; i >= 0; i -= 1) if (versions[i]!.layer <= layer) return versions[i]!.inode;
  return null;
}

export interface Metadata {
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly mtimeSeconds: number;
  readonly mtimeNanos: number;
}

const implied: Metadata = { mode: 0o755, uid: 0, gid: 0, mtimeSeconds: 0, mtimeNanos: 0 };

export function metadataOf(catalogs: readonly Catalog[], inode: Inode): Metadata {
  const columns = catalogs[inode.layer]?.columns;
  const i = inode.entry;
  if (columns === undefined || i < 0) return implied;
  return {
    mode: columns.modes[i]!,
    uid: columns.uids[i]!,
    gid: columns.gids[i]!,
    mtimeSeconds: columns.mtimeSeconds[i]!,
    mtimeNanos: columns.mtimeNanos[i]!,
  };
}

/** How `after` differs from `before`, both at one path. */
export function differences(catalogs: readonly Catalog[], before: Inode, after: Inode, sameContent: SameContent): Difference[] {
  if (before === after) return [];
  if (before.type !== after.type) return ["type"];
  const found: Difference[] = [];
  const a = metadataOf(catalogs, before);
  const b = metadataOf(catalogs, after);
  const sameTime = a.mtimeSeconds === b.mtimeSeconds && a.mtimeNanos === b.mtimeNanos;
  if (after.type === EntryType.file && !sameBytes(before, after, sameTime, sameContent)) found.push("content");
  if (after.type === EntryType.symlink && linkOf(catalogs, before) !== linkOf(catalogs, after)) found.push("target");
  if (after.type === EntryType.charDevice || after.type === EntryType.blockDevice) {
    if (deviceOf(catalogs, before) !== deviceOf(catalogs, after)) found.push("device");
  }
  if (a.mode !== b.mode) found.push("mode");
  if (a.uid !== b.uid || a.gid !== b.gid) found.push("owner");
  if (!sameTime && after.type !== EntryType.directory) found.push("time");
  if (xattrsOf(catalogs, before) !== xattrsOf(catalogs, after)) found.push("xattr");
  if (found.length === 0 && after.type !== EntryType.directory) found.push("stored again");
  return found;
}

/** Unhashed files of one size count as equal when their times are: what tar, rsync and make go by. Hashes correct it once they are there. */
function sameBytes(a: Inode, b: Inode, sameTime: boolean, sameContent: SameContent): boolean {
  if (a.bytes !== b.bytes) return false;
  if (a.bytes === 0) return true;
  return sameContent(a, b) ?? sameTime;
}

export function linkOf(catalogs: readonly Catalog[], inode: Inode): string {
  return inode.entry < 0 ? "" : (catalogs[inode.layer]?.link(inode.entry) ?? "");
}

function deviceOf(catalogs: readonly Catalog[], inode: Inode): string {
  const extra = catalogs[inode.layer]?.columns.extras.get(inode.entry);
  return `${extra?.devMajor ?? 0},${extra?.devMinor ?? 0}`;
}

function xattrsOf(catalogs: readonly Catalog[], inode: Inode): string {
  if (inode.entry < 0) return "";
  const xattrs = catalogs[inode.layer]?.xattrs(inode.entry) ?? [];
  if (xattrs.length === 0) return "";
  return xattrs
    .map(({ name, value }) => `${name}\0${value.length}\0${value}`)
    .sort()
    .join("\0");
}
