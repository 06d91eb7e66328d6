/**
 * What an image's layers mean, by OCI image-spec layer.md § Applying Changesets, in the plainest way there is: a map of paths, changed
 * layer by layer. Slow and without any of the program's code, so that the two can be compared.
 */
import { toBuffer } from "../tar/bytes.ts";
import type { FixtureEntry, FixtureType } from "../tar/entry.ts";

/** One stored file; names joined by hard links share it. */
export interface NaiveInode {
  readonly type: Exclude<FixtureType, "hardlink" | "contiguous">;
  readonly layer: number;
  readonly content: Buffer;
  readonly link: string;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly mtime: number;
  readonly xattrs: Readonly<Record<string, string>>;
}

/** Path without leading slash → what stands there. The root is not in it. */
export type NaiveTree = Map<string, NaiveInode>;

/** The tree with one more layer on top. Whiteouts only hide what lower layers stated, wherever in the layer they stand. */
export function naiveApply(lower: NaiveTree, entries: readonly FixtureEntry[], layer: number): NaiveTree {
  const tree: NaiveTree = new Map(lower);
  for (const entry of entries) hide(tree, lower, nameOf(entry));
  for (const entry of entries) if (!baseOf(nameOf(entry)).startsWith(".wh.")) add(tree, entry, layer);
  return tree;
}

/** Content bytes of the regular files, each inode once. */
export function naiveBytes(tree: NaiveTree): number {
  let bytes = 0;
  for (const inode of new Set(tree.values())) bytes += inode.content.length;
  return bytes;
}

/** Content bytes all layers store. */
export function naiveStoredBytes(layers: readonly (readonly FixtureEntry[])[]): number {
  const stored = layers.flat().filter((entry) => entry.type === "file" && !baseOf(nameOf(entry)).startsWith(".wh."));
  return stored.reduce((sum, entry) => sum + toBuffer(entry.content ?? "").length, 0);
}

/**
 * Where `path` really lies once the symlinks in its parents are followed; null when a parent is neither directory nor missing.
 * `visited` collects every path on the way, symlinks included.
 */
export function realPath(tree: NaiveTree, path: string, visited = new Set<string>(), hops = 0): string | null {
  const rest = path.split("/").filter((part) => part !== "" && part !== ".");
  let real = "";
  while (rest.length > 1) {
    const part = rest.shift()!;
    if (part === "..") {
      real = parentOf(real);
      continue;
    }
    const next = join(real, part);
    visited.add(next);
    const inode = tree.get(next);
    if (inode?.type === "symlink") {
      if (hops > 40) return null;
      const target = inode.link.startsWith("/") ? inode.link : join(real, inode.link);
      return realPath(tree, `${target}/${rest.join("/")}`, visited, hops + 1);
    }
    if (inode !== undefined && inode.type !== "directory") return null;
    real = next;
  }
  return rest.length === 0 || rest[0] === ".." ? null : join(real, rest[0]!);
}

export function nameOf(entry: FixtureEntry): string {
  return toBuffer(entry.name).toString("latin1").replace(/\/+$/, "");
}

export function parentOf(path: string): string {
  return path.includes("/") ? path.slice(0, path.lastIndexOf("/")) : "";
}

export function baseOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

function join(directory: string, name: string): string {
  return directory === "" ? name : `${directory}/${name}`;
}

function hide(tree: NaiveTree, lower: NaiveTree, name: string): void {
  const base = baseOf(name);
  if (base === ".wh..wh..opq") {
    const directory = parentOf(name) === "" ? "" : realDirectory(lower, parentOf(name));
    if (directory !== null) removeBelow(tree, directory);
  } else if (base.startsWith(".wh.")) {
    const path = realPath(lower, join(parentOf(name), base.slice(4)));
    if (path !== null) remove(tree, path);
  }
}

function realDirectory(tree: NaiveTree, path: string): string | null {
  const inside = realPath(tree, `${path}/child`);
  return inside === null ? null : parentOf(inside);
}

function add(tree: NaiveTree, entry: FixtureEntry, layer: number): void {
  const path = realPath(tree, nameOf(entry));
  if (path === null) throw new Error(`${nameOf(entry)} lies below something that is not a directory`);
  addParents(tree, path, layer);
  const inode = entry.type === "hardlink" ? linkTarget(tree, entry) : inodeOf(entry, layer);
  const keepsChildren = inode.type === "directory" && tree.get(path)?.type === "directory";
  if (!keepsChildren) remove(tree, path);
  tree.set(path, inode);
}

function addParents(tree: NaiveTree, path: string, layer: number): void {
  const parent = parentOf(path);
  if (parent === "" || tree.has(parent)) return;
  addParents(tree, parent, layer);
  tree.set(parent, { ...inodeOf({ name: parent, type: "directory", mtime: Number.NaN }, layer) });
}

function linkTarget(tree: NaiveTree, entry: FixtureEntry): NaiveInode {
  const target = realPath(tree, toBuffer(entry.link ?? "").toString("latin1"));
  const inode = target === null ? undefined : tree.get(target);
  if (inode === undefined) throw new Error(`the hard link ${nameOf(entry)} points to nothing`);
  return inode;
}

function inodeOf(entry: FixtureEntry, layer: number): NaiveInode {
  if (entry.type === "hardlink" || entry.type === "contiguous") throw new Error(`no inode of its own: ${entry.type}`);
  return {
    type: entry.type,
    layer,
    content: entry.type === "file" ? toBuffer(entry.content ?? "") : Buffer.alloc(0),
    link: entry.type === "symlink" ? toBuffer(entry.link ?? "").toString("latin1") : "",
    mode: entry.mode ?? (entry.type === "directory" ? 0o755 : 0o644),
    uid: entry.uid ?? 0,
    gid: entry.gid ?? 0,
    mtime: entry.mtime ?? 1_000_000_000,
    xattrs: Object.fromEntries(Object.entries(entry.xattrs ?? {}).map(([key, value]) => [key, toBuffer(value).toString("latin1")])),
  };
}

function remove(tree: NaiveTree, path: string): void {
  tree.delete(path);
  removeBelow(tree, path);
}

function removeBelow(tree: NaiveTree, directory: string): void {
  const prefix = directory === "" ? "" : `${directory}/`;
  for (const path of [...tree.keys()]) if (path.startsWith(prefix)) tree.delete(path);
}
