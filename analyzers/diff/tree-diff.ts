/** Compares two views of filesystems path by path: two images, or two layers of one. */
import { compareTexts } from "../../src/base/text/compare-texts.ts";
import { Differs, inodeDifferences, linkOf, metadataOf } from "../../src/filesystem/compare.ts";
import type { FileNode, FileTree, Inode } from "../../src/filesystem/file-tree.ts";
import { displayBytes, displayPath } from "../../src/filesystem/paths.ts";
import type { Digest } from "../../src/image/digest.ts";
import { EntryType, entryTypeNames } from "../../src/tar/entry.ts";
import { changeOf } from "./change.ts";
import type { Change } from "./change.ts";

/** A filesystem as the layers up to and including `layer` show it. */
export interface TreeView {
  readonly tree: FileTree;
  /** -1 for an empty filesystem. */
  readonly layer: number;
  /** Of every layer, bottom first. */
  readonly diffIds: readonly Digest[];
}

export type Aspect = "type" | "content" | "mode" | "owner" | "link" | "device" | "xattr" | "hard-link";

/** What a path is on one side. */
export interface PathFacts {
  readonly type: string;
  readonly bytes: number;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly link: string | null;
  /** Layer that states it. */
  readonly layer: number;
}

export interface PathChange {
  /** Absolute, ready to print after sanitising. */
  readonly path: string;
  readonly change: Change;
  /** What differs; empty for added and removed paths. */
  readonly what: readonly Aspect[];
  readonly before: PathFacts | null;
  readonly after: PathFacts | null;
}

export interface DirectoryChange {
  readonly path: string;
  readonly bytesBefore: number;
  readonly bytesAfter: number;
}

export interface TreeDiff {
  /** By path. */
  readonly changes: readonly PathChange[];
  /** Paths that differ in their modification time alone. */
  readonly timeOnly: number;
  /** Content bytes of each side, every inode once. */
  readonly bytesBefore: number;
  readonly bytesAfter: number;
  /** Directories two levels deep whose bytes differ, largest difference first. Their differences add up to that of the whole. */
  readonly directories: readonly DirectoryChange[];
}

/** One path on both sides. */
export interface Pair {
  /** Byte string without leading slash. */
  readonly path: string;
  readonly before: Inode | null;
  readonly after: Inode | null;
}

/** Every path of either side, parents first, by name (byte order). */
export function* pathPairs(before: TreeView, after: TreeView): Generator<Pair> {
  const rootBefore = before.layer < 0 ? null : before.tree.root;
  const rootAfter = after.layer < 0 ? null : after.tree.root;
  const stack = childPairs("", rootBefore, before.layer, rootAfter, after.layer);
  for (let top = stack.pop(); top !== undefined; top = stack.pop()) {
    yield { path: top.path, before: inodeOf(top.before, before.layer), after: inodeOf(top.after, after.layer) };
    stack.push(...childPairs(top.path, top.before, before.layer, top.after, after.layer));
  }
}

interface NodePair {
  readonly path: string;
  readonly before: FileNode | null;
  readonly after: FileNode | null;
}

/** Last name first, so that popping gives the first. */
function childPairs(path: string, before: FileNode | null, layerBefore: number, after: FileNode | null, layerAfter: number): NodePair[] {
  const names = new Set<string>();
  for (const [name, child] of before?.children ?? []) if (child.at(layerBefore) !== null) names.add(name);
  for (const [name, child] of after?.children ?? []) if (child.at(layerAfter) !== null) names.add(name);
  if (names.size === 0) return [];
  return [...names]
    .sort((a, b) => (a < b ? 1 : -1))
    .map((name) => ({
      path: path === "" ? name : `${path}/${name}`,
      before: before?.children?.get(name) ?? null,
      after: after?.children?.get(name) ?? null,
    }));
}

function inodeOf(node: FileNode | null, layer: number): Inode | null {
  return node?.at(layer)?.inode ?? null;
}

/** True when both sides read the very same entry of the very same layer. */
function isSameEntry(a: Inode, viewA: TreeView, b: Inode, viewB: TreeView): boolean {
  return a.entry === b.entry && viewA.diffIds[a.layer] === viewB.diffIds[b.layer];
}

/** Files of which only the content can tell whether they differ: their hashes must be in the catalogs before `diffTrees`. */
export function contentCandidates(before: TreeView, after: TreeView): Pair[] {
  return [...pathPairs(before, after)].filter(
    ({ before: a, after: b }) =>
      a !== null &&
      b !== null &&
      a.type === EntryType.file &&
      b.type === EntryType.file &&
      a.bytes === b.bytes &&
      a.bytes > 0 &&
      !isSameEntry(a, before, b, after),
  );
}

/** `before` and `after` must hold the hashes that `contentCandidates` asks for. */
export function diffTrees(before: TreeView, after: TreeView): TreeDiff {
  const changes: PathChange[] = [];
  const directories = new Map<string, { before: number; after: number }>();
  const [seenBefore, seenAfter] = [new Set<Inode>(), new Set<Inode>()];
  const links = new LinkGroups();
  let [timeOnly, bytesBefore, bytesAfter] = [0, 0, 0];
  for (const pair of pathPairs(before, after)) {
    const [had, has] = [newBytes(pair.before, seenBefore), newBytes(pair.after, seenAfter)];
    bytesBefore += had;
    bytesAfter += has;
    if (had !== has) addTo(directories, groupOf(pair.path), had, has);
    const what = links.isParted(pair) ? withLink(aspects(pair, before, after)) : aspects(pair, before, after);
    if (what === "time") timeOnly += 1;
    else if (what !== null) changes.push(pathChange(pair, what, before, after));
  }
  const rows = [...directories].map(([path, bytes]) => ({ path, bytesBefore: bytes.before, bytesAfter: bytes.after }));
  return {
    changes,
    timeOnly,
    bytesBefore,
    bytesAfter,
    directories: rows
      .filter((row) => row.bytesBefore !== row.bytesAfter)
      .sort((a, b) => Math.abs(b.bytesAfter - b.bytesBefore) - Math.abs(a.bytesAfter - a.bytesBefore) || compareTexts(a.path, b.path)),
  };
}

/** Finds names that share a file on one side only: there, writing to one of them changes the other. */
class LinkGroups {
  /** The first name of each file, among those that both sides have. */
  readonly #before = new Map<Inode, string>();
  readonly #after = new Map<Inode, string>();

  /** Called for every path, in order. */
  isParted({ path, before, after }: Pair): boolean {
    if (before?.type !== EntryType.file || after?.type !== EntryType.file || (before.links < 2 && after.links < 2)) return false;
    return firstName(this.#before, before, path) !== firstName(this.#after, after, path);
  }
}

function firstName(names: Map<Inode, string>, inode: Inode, path: string): string {
  const known = names.get(inode);
  if (known === undefined) names.set(inode, path);
  return known ?? path;
}

function withLink(what: readonly Aspect[] | "time" | null): readonly Aspect[] {
  return what === null || what === "time" ? ["hard-link"] : [...what, "hard-link"];
}

function newBytes(inode: Inode | null, seen: Set<Inode>): number {
  if (inode === null || inode.bytes === 0 || seen.has(inode)) return 0;
  seen.add(inode);
  return inode.bytes;
}

function addTo(directories: Map<string, { before: number; after: number }>, path: string, before: number, after: number): void {
  const row = directories.get(path) ?? { before: 0, after: 0 };
  row.before += before;
  row.after += after;
  directories.set(path, row);
}

/** The two uppermost directories of a path. */
function groupOf(path: string): string {
  return displayPath(path.split("/").slice(0, -1).slice(0, 2).join("/"));
}

function pathChange({ path, before, after }: Pair, what: readonly Aspect[], viewBefore: TreeView, viewAfter: TreeView): PathChange {
  return {
    path: displayPath(path),
    change: changeOf(before !== null, after !== null),
    what,
    before: before === null ? null : factsOf(before, viewBefore),
    after: after === null ? null : factsOf(after, viewAfter),
  };
}

/** What differs; "time" when only that does, null when nothing does. */
function aspects({ before: a, after: b }: Pair, viewA: TreeView, viewB: TreeView): readonly Aspect[] | "time" | null {
  if (a === null || b === null) return [];
  if (a === b || isSameEntry(a, viewA, b, viewB)) return null;
  const bits = inodeDifferences(viewA.tree.catalogs, a, viewB.tree.catalogs, b);
  const what: Aspect[] = [];
  if ((bits & Differs.type) !== 0) what.push("type");
  else if (a.type === EntryType.file && ((bits & Differs.size) !== 0 || (a.bytes > 0 && hashOf(a, viewA) !== hashOf(b, viewB)))) {
    what.push("content");
  }
  // Symlinks have no mode of their own, and builders write different ones.
  if ((bits & Differs.mode) !== 0 && a.type !== EntryType.symlink) what.push("mode");
  if ((bits & Differs.owner) !== 0) what.push("owner");
  if ((bits & Differs.target) !== 0) what.push("link");
  if ((bits & Differs.device) !== 0) what.push("device");
  if ((bits & Differs.xattr) !== 0) what.push("xattr");
  if (what.length > 0) return what;
  // Fractions of a second do not count, because not every builder keeps them.
  return (bits & Differs.time) === 0 ? null : "time";
}

function hashOf(inode: Inode, { tree }: TreeView): string {
  const hash = tree.catalogs[inode.layer]!.hash(inode.entry);
  if (hash === null) throw new Error("a file that must be compared was not hashed");
  return hash;
}

function factsOf(inode: Inode, { tree }: TreeView): PathFacts {
  const { mode, uid, gid } = metadataOf(tree.catalogs, inode);
  return {
    type: entryTypeNames[inode.type],
    bytes: inode.bytes,
    mode,
    uid,
    gid,
    link: inode.type === EntryType.symlink ? displayBytes(linkOf(tree.catalogs, inode)) : null,
    layer: inode.layer,
  };
}
