/** The same content at several live paths that are not hard links of each other. */
import type { Inode } from "../src/filesystem/file-tree.ts";
import { displayPath } from "../src/filesystem/paths.ts";
import type { Digest } from "../src/image/digest.ts";
import type { Duplicate } from "./analysis.ts";
import type { LiveFile } from "../src/filesystem/live-files.ts";
import type { ContentHash } from "./waste/waste.ts";

/** Live regular files that share their size with another: the only ones that can be duplicates. Empty files are none. */
export function duplicateCandidates(files: readonly LiveFile[]): Inode[] {
  return [...bySize(files).values()].filter((inodes) => inodes.size > 1).flatMap((inodes) => [...inodes.keys()]);
}

/** Most reclaimable bytes first; paths sorted. Inodes without a hash are left out. */
export function findDuplicates(files: readonly LiveFile[], contentHash: ContentHash): Duplicate[] {
  const duplicates: Duplicate[] = [];
  for (const [bytes, inodes] of bySize(files)) {
    if (inodes.size < 2) continue;
    const byHash = new Map<string, string[]>();
    for (const [inode, path] of inodes) {
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

/** Size → inodes of that size, each with the first of its paths. */
function bySize(files: readonly LiveFile[]): Map<number, Map<Inode, string>> {
  const sizes = new Map<number, Map<Inode, string>>();
  for (const { inode, path } of files) {
    let inodes = sizes.get(inode.bytes);
    if (inodes === undefined) sizes.set(inode.bytes, (inodes = new Map()));
    if (!inodes.has(inode)) inodes.set(inode, path);
  }
  return sizes;
}
