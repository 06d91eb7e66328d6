/**
 * The one comparison of two inodes. It says what differs; the caller decides which differences count. Waste, diff and verification ask it
 * about every path, so it allocates nothing for inodes without extended attributes.
 */
import { compareTexts } from "../base/text/compare-texts.ts";
import type { Catalog } from "./catalog.ts";
import { impliedDirectory } from "./stored-entry.ts";
import type { StoredInode } from "./columns/tree-columns.ts";
import type { FileNode, FileTree, Inode } from "./file-tree.ts";
import { EntryType } from "../tar/entry.ts";
import type { Xattr } from "../tar/entry.ts";

/** Bits of what two inodes state differently. */
export const Differs = {
  type: 1,
  /** The size of a regular file. Only hashes tell whether the content of files of the same size differs. */
  size: 2,
  /** What a symlink points at. */
  target: 4,
  /** The number of a device. */
  device: 8,
  /** Permissions, setuid, setgid and sticky bit. */
  mode: 16,
  owner: 32,
  /** The modification time: its seconds, or its nanoseconds where both state them (a header without PAX records states none). */
  time: 64,
  /** One states nanoseconds and the other none, at the same second. */
  fraction: 128,
  /** Names and values of extended attributes, in whatever order. */
  xattr: 256,
} as const;

/** The modification time, to the nanosecond. */
export const anyTime: number = Differs.time | Differs.fraction;

/** The bits of `Differs` of two inodes, each with the catalogs of its tree. Where their types differ, only what all types have is compared. */
export function inodeDifferences(catalogsA: readonly Catalog[], a: StoredInode, catalogsB: readonly Catalog[], b: StoredInode): number {
  const found = entryDifferences(catalogsA[a.layer]!, a.entry, catalogsB[b.layer]!, b.entry);
  if (a.type !== b.type) return found | Differs.type;
  if (a.type === EntryType.file) return a.bytes === b.bytes ? found : found | Differs.size;
  if (a.type === EntryType.symlink) return linkOf(catalogsA, a) === linkOf(catalogsB, b) ? found : found | Differs.target;
  if (a.type !== EntryType.charDevice && a.type !== EntryType.blockDevice) return found;
  const one = catalogsA[a.layer]!.columns.extras.get(a.entry);
  const two = catalogsB[b.layer]!.columns.extras.get(b.entry);
  const sameDevice = (one?.devMajor ?? 0) === (two?.devMajor ?? 0) && (one?.devMinor ?? 0) === (two?.devMinor ?? 0);
  return sameDevice ? found : found | Differs.device;
}

/** Mode, owner, time and extended attributes of two entries; index -1 is a directory that no layer states: root's, 0755, time 0. */
export function entryDifferences(one: Catalog, a: number, two: Catalog, b: number): number {
  const x = one.columns;
  const y = two.columns;
  const owner = (a < 0 ? 0 : x.uids[a]) !== (b < 0 ? 0 : y.uids[b]) || (a < 0 ? 0 : x.gids[a]) !== (b < 0 ? 0 : y.gids[b]);
  let found = owner ? Differs.owner : 0;
  if ((a < 0 ? impliedDirectory.mode : x.modes[a]) !== (b < 0 ? impliedDirectory.mode : y.modes[b])) found |= Differs.mode;
  if ((a < 0 ? 0 : x.mtimeSeconds[a]) !== (b < 0 ? 0 : y.mtimeSeconds[b])) found |= Differs.time;
  else {
    const nanosA = a < 0 ? 0 : x.mtimeNanos[a]!;
    const nanosB = b < 0 ? 0 : y.mtimeNanos[b]!;
    if (nanosA !== nanosB) found |= nanosA === 0 || nanosB === 0 ? Differs.fraction : Differs.time;
  }
  return sameXattrs(one.xattrs(a), two.xattrs(b)) ? found : found | Differs.xattr;
}

/** Whether both are the same set of names and values; their order does not matter. */
export function sameXattrs(a: readonly Xattr[], b: readonly Xattr[]): boolean {
  if (a.length !== b.length) return false;
  if (a.every(({ name, value }, index) => name === b[index]!.name && value === b[index]!.value)) return true;
  const sorted = sortedXattrs(b);
  return sortedXattrs(a).every(({ name, value }, index) => name === sorted[index]!.name && value === sorted[index]!.value);
}

/** Sorted by name, then value, so that equal sets come in the same order. */
export function sortedXattrs(xattrs: readonly Xattr[]): readonly Xattr[] {
  return xattrs.toSorted((a, b) => compareTexts(a.name, b.name) || compareTexts(a.value, b.value));
}

/** What differs between two versions of a path; `stored again` when nothing does. */
export type Difference = "type" | "content" | "target" | "device" | "mode" | "owner" | "time" | "xattr" | "stored again";

/** Whether two regular files of the same size hold the same bytes; null while nobody has looked. */
export type SameContent = (a: Inode, b: Inode) => boolean | null;

/** Compares hashes, where the scan or the analysis has computed them; what was told apart by less has none. */
export function sameContentByHash(tree: FileTree): SameContent {
  return (a, b) => {
    const one = tree.catalogs[a.layer];
    const two = tree.catalogs[b.layer];
    if (one === undefined || two === undefined) return null;
    if (one.hasHash(a.entry) && two.hasHash(b.entry)) return one.sameHash(a.entry, two, b.entry);
    return one.tellsApart(a.entry, two, b.entry) ? false : null;
  };
}

export function inodeAt(node: FileNode, layer: number): Inode | null {
  return node.lastVersion(layer)?.inode ?? null;
}

export interface Metadata {
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly mtimeSeconds: number;
  readonly mtimeNanos: number;
}

export function metadataOf(catalogs: readonly Catalog[], inode: StoredInode): Metadata {
  const columns = catalogs[inode.layer]?.columns;
  const i = inode.entry;
  if (columns === undefined || i < 0) return impliedDirectory;
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
  const bits = inodeDifferences(catalogs, before, catalogs, after);
  if ((bits & Differs.type) !== 0) return ["type"];
  const found: Difference[] = [];
  const sameTime = (bits & anyTime) === 0;
  if (after.type === EntryType.file && !sameBytes(before, after, sameTime, sameContent)) found.push("content");
  if ((bits & Differs.target) !== 0) found.push("target");
  if ((bits & Differs.device) !== 0) found.push("device");
  if ((bits & Differs.mode) !== 0) found.push("mode");
  if ((bits & Differs.owner) !== 0) found.push("owner");
  if (!sameTime && after.type !== EntryType.directory) found.push("time");
  if ((bits & Differs.xattr) !== 0) found.push("xattr");
  if (found.length === 0 && after.type !== EntryType.directory) found.push("stored again");
  return found;
}

/** Unhashed files of the same size count as equal when their times are, as for tar, rsync and make. Hashes correct this once they are known. */
function sameBytes(a: Inode, b: Inode, sameTime: boolean, sameContent: SameContent): boolean {
  if (a.bytes !== b.bytes) return false;
  if (a.bytes === 0) return true;
  return sameContent(a, b) ?? sameTime;
}

export function xattrsOf(catalogs: readonly Catalog[], inode: Inode): readonly Xattr[] {
  return inode.entry < 0 ? [] : (catalogs[inode.layer]?.xattrs(inode.entry) ?? []);
}

export function linkOf(catalogs: readonly Catalog[], inode: StoredInode): string {
  return inode.entry < 0 ? "" : (catalogs[inode.layer]?.link(inode.entry) ?? "");
}
