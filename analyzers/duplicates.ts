/** The same content at several live paths that are not hard links of each other. */
import { groupBy } from "../src/base/group-by.ts";
import type { Inode } from "../src/filesystem/file-tree.ts";
import { displayPath } from "../src/filesystem/paths.ts";
import type { Digest } from "../src/image/digest.ts";
import type { Duplicate } from "./analysis.ts";
import type { LiveFile } from "../src/filesystem/live-files.ts";
import type { ContentHash } from "./waste/waste.ts";

/** Live regular files that share their size with another: the only ones that can be duplicates. Empty files are none. */
export function duplicateCandidates(files: readonly LiveFile[]): Inode[] {
  const candidates: Inode[] = [];
  for (const alike of bySize(files).values()) if (alike.length > 1) for (const { inode } of alike) candidates.push(inode);
  return candidates;
}

/** Most reclaimable bytes first; paths sorted. Inodes without a hash are left out. */
export function findDuplicates(files: readonly LiveFile[], contentHash: ContentHash): Duplicate[] {
  const duplicates: Duplicate[] = [];
  for (const [bytes, alike] of bySize(files)) {
    if (alike.length < 2) continue;
    const byHash = new Map<string, string[]>();
    for (const { inode, path } of alike) {
      const hash = contentHash(inode);
      if (hash === null) continue;
      const paths = byHash.get(hash);
      if (paths === undefined) byHash.set(hash, [path]);
      else paths.push(path);
    }
    for (const [hash, paths] of byHash) {
      if (paths.length < 2) continue;
      const digest: Digest = `sha256:${hash}`;
      duplicates.push({ bytes, digest, paths: paths.map(displayPath).sort() });
    }
  }
  const reclaimable = ({ bytes, paths }: Duplicate): number => bytes * (paths.length - 1);
  return duplicates.sort((a, b) => reclaimable(b) - reclaimable(a) || (a.paths[0]! < b.paths[0]! ? -1 : 1));
}

/** Size → files of that size, each inode with the first of its paths. */
function bySize(files: readonly LiveFile[]): Map<number, LiveFile[]> {
  const linked = new Set<Inode>();
  const first = files.filter(({ inode }) => {
    if (inode.links < 2) return true;
    if (linked.has(inode)) return false;
    linked.add(inode);
    return true;
  });
  return groupBy(first, ({ inode }) => inode.bytes);
}
