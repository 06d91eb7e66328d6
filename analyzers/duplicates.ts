/** The same content at several live paths that are not hard links of each other. */
import { groupsOfSeveral } from "../src/base/group-by.ts";
import { displayBytes } from "../src/filesystem/paths.ts";
import type { Digest } from "../src/image/digest.ts";
import type { Duplicate } from "./analysis.ts";
import type { LiveFiles } from "../src/filesystem/live-files.ts";
import type { ContentHash } from "./waste/waste.ts";

/**
 * Live regular files that share their size with another, by size, each inode under its first path. Only these can be duplicates. Empty
 * files are excluded.
 */
export interface SameSize {
  readonly files: LiveFiles;
  /** Places in `files`, by bytes. */
  readonly places: ReadonlyMap<number, readonly number[]>;
}

export function filesOfSameSize(files: LiveFiles): SameSize {
  const { columns } = files.tree;
  const bytesAt = (place: number): number => columns.bytes(files.inodeId(place));
  const groups = groupsOfSeveral(firstNames(files), bytesAt);
  return { files, places: new Map(groups.map((alike) => [bytesAt(alike[0]!), alike])) };
}

/** The place of each file; for hard-linked ones, only the first. */
function* firstNames(files: LiveFiles): Generator<number> {
  const { versions } = files.tree.columns;
  const linked = new Set<number>();
  for (let place = 0; place < files.length; place += 1) {
    const inode = files.inodeId(place);
    if (versions.links(inode) > 1) {
      if (linked.has(inode)) continue;
      linked.add(inode);
    }
    yield place;
  }
}

/** Most reclaimable bytes first; paths sorted. Inodes without a hash are left out. */
export function findDuplicates({ files, places }: SameSize, contentHash: ContentHash): Duplicate[] {
  const { names } = files.tree.columns;
  const duplicates: Duplicate[] = [];
  for (const [bytes, alike] of places) {
    for (const same of groupsOfSeveral(alike, (place) => contentHash(files.inodeId(place)))) {
      const hash = contentHash(files.inodeId(same[0]!));
      if (hash === null) continue;
      const digest: Digest = `sha256:${hash}`;
      duplicates.push({ bytes, digest, paths: same.map((place) => displayBytes(names.absolutePath(files.nodeId(place)))).sort() });
    }
  }
  const reclaimable = ({ bytes, paths }: Duplicate): number => bytes * (paths.length - 1);
  return duplicates.sort((a, b) => reclaimable(b) - reclaimable(a) || (a.paths[0]! < b.paths[0]! ? -1 : 1));
}
