/** Makes identical files one file with several names, where that makes no difference to anyone. */
import type { Analysis } from "../../../../analyzers/analysis.ts";
import { sortedXattrs } from "../../../filesystem/compare.ts";
import { liveNodes } from "../../../filesystem/live-files.ts";
import type { FileTree, Inode } from "../../../filesystem/file-tree.ts";
import { displayPath } from "../../../filesystem/paths.ts";
import { formatBytes, plural } from "../../../terminal/format-bytes.ts";
import { storedEntry } from "../../../filesystem/stored-entry.ts";
import { KeptByUse } from "../kept-by-use.ts";
import { KeptPaths } from "./kept-paths.ts";
import { isNeverWritten, loadedFrom } from "./linkable-files.ts";
import type { OptimizeOptions } from "../plan.ts";
import { step } from "../squash.ts";
import type { PlanGroup, PlanStep } from "../plan.ts";

const specialBits = 0o7000;
/** ext4 allows 65,000 names per file, some file systems fewer. */
const mostNames = 30_000;

export function hardLinkStep({ tree, duplicates }: Analysis, options: OptimizeOptions, enabled: boolean): PlanStep {
  const keep = new KeptPaths(options.keep);
  const wanted = new Set(duplicates.flatMap(({ paths }) => paths));
  const inodes = new Map<string, Inode>();
  const kept = new KeptByUse([]);
  if (wanted.size > 0) {
    for (const node of liveNodes(tree)) {
      const path = node.path;
      const shown = displayPath(path);
      if (!wanted.has(shown) || node.inode.layer < options.keepLayers || keep.has(node)) continue;
      if (!isNeverWritten(shown, storedEntry(tree, node.inode).mode)) continue;
      const why = options.uses.untouchable(node);
      if (!kept.add(why === null ? null : { node, why }, node)) inodes.set(shown, node.inode);
    }
  }
  const groups: PlanGroup[] = [];
  for (const { bytes, paths } of duplicates) {
    const alike = new Map<string, string[]>();
    for (const path of paths) {
      const inode = inodes.get(path);
      const key = inode === undefined ? null : likeness(tree, inode, path);
      if (key === null) continue;
      const group = alike.get(key);
      if (group === undefined) alike.set(key, [path]);
      else group.push(path);
    }
    for (const group of alike.values()) for (const names of linkable(group)) groups.push({ bytes, paths: names });
  }
  const saved = groups.reduce((sum, { bytes, paths }) => sum + bytes * (paths.length - 1), 0);
  const detail = `${plural(groups.length, "group")} of identical files with the same owner, mode, time and xattrs that nobody writes in place: code, media, archives and what packages brought, outside /etc, /var, home directories and volumes, ${formatBytes(saved)}${kept.detail}`;
  return step("hard-link", "store identical files once, as hard links", detail, enabled, { groups, kept: kept.list });
}

/** Names of equal files, in groups small enough to be one file each. */
export function linkable(names: readonly string[], most = mostNames): string[][] {
  const groups: string[][] = [];
  for (let at = 0; at + 1 < names.length; at += most) groups.push(names.slice(at, at + most));
  return groups;
}

/** Equal for files that may be linked; null for files that must not be. */
function likeness(tree: FileTree, inode: Inode, path: string): string | null {
  const { mode, uid, gid, mtimeSeconds, mtimeNanos, xattrs } = storedEntry(tree, inode);
  if ((mode & specialBits) !== 0) return null;
  return JSON.stringify([mode, uid, gid, mtimeSeconds, mtimeNanos, sortedXattrs(xattrs), loadedFrom(path)]);
}
