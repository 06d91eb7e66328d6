/** The same content at several live paths that are not hard links of each other. */
import type { Inode } from "../src/filesystem/file-tree.ts";
import { displayPath } from "../src/filesystem/paths.ts";
import type { Digest } from "../src/image/digest.ts";
import type { Duplicate } from "./analysis.ts";
import type { LiveFile } from "../src/filesystem/live-files.ts";
import type { ContentHash } from "./waste/waste.ts";

/**
 * Live regular files that share their size with another, by size, each inode with the first of its paths: the only ones that can be duplicates.
 * Empty files are none.
 */
export type SameSize = ReadonlyMap<number, readonly LiveFile[]>;

export function filesOfSameSize(files: readonly LiveFile[]): SameSize {
  const linked = new Set<Inode>();
  const sizes = new Map<number, LiveFile[]>();
  for (const file of files) {
    const { inode } = file;
    if (inode.links > 1) {
      if (linked.has(inode)) continue;
      linked.add(inode);
    }
    const alike = sizes.get(inode.bytes);
    if (alike === undefined) sizes.set(inode.bytes, [file]);
    else alike.push(file);
  }
  for (const [bytes, alike] of sizes) if (alike.length < 2) sizes.delete(bytes);
  return sizes;
}

/** Most reclaimable bytes first; paths sorted. Inodes without a hash are left out. */
export function findDuplicates(sizes: SameSize, contentHash: ContentHash): Duplicate[] {
  const duplicates: Duplicate[] = [];
  for (const [bytes, alike] of sizes) {
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
