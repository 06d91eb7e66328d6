/** Content is hashed only where a decision needs it. */
import { duplicateCandidates } from "../analyzers/duplicates.ts";
import type { LiveFile } from "../analyzers/live-files.ts";
import { wasteCandidates } from "../analyzers/waste.ts";
import type { Inode } from "./filesystem/file-tree.ts";
import type { MergedTree } from "./filesystem/merged-tree.ts";
import type { Image } from "./image/image.ts";
import type { Scanner } from "./scan/scanner.ts";

/** Hashes what the waste's causes and duplicates among `files` depend on, and nothing else. */
export async function hashContent(
  image: Image,
  tree: MergedTree,
  scanner: Scanner,
  files: readonly LiveFile[],
): Promise<(inode: Inode) => string | null> {
  const wanted = new Set(wasteCandidates(tree));
  for (const inode of await withEqualPrefix(image, tree, scanner, duplicateCandidates(files))) wanted.add(inode);
  await Promise.all(
    [...byLayer(wanted)].map(([layer, inodes]) => {
      const entries = inodes.map(({ entry }) => entry);
      return scanner.hashEntries(image.layers[layer]!, tree.catalogs[layer]!, entries);
    }),
  );
  return ({ layer, entry }) => tree.catalogs[layer]!.hash(entry);
}

/** Of files of equal size, those that may also be equal: reading a few bytes of each spares hashing most of them. */
async function withEqualPrefix(image: Image, tree: MergedTree, scanner: Scanner, candidates: readonly Inode[]): Promise<readonly Inode[]> {
  const groups = new Map<string, Inode[]>();
  const unknown = new Set<number>();
  await Promise.all(
    [...byLayer(candidates)].map(async ([layer, inodes]) => {
      const entries = inodes.map(({ entry }) => entry);
      const prefixes = await scanner.prefixesOf(image.layers[layer]!, tree.catalogs[layer]!, entries);
      for (const [index, inode] of inodes.entries()) {
        const prefix = prefixes?.[index] ?? 0;
        // Nothing is known of the content: it may equal any of its size.
        if (prefix === 0) unknown.add(inode.bytes);
        const key = `${inode.bytes} ${prefix}`;
        const group = groups.get(key);
        if (group === undefined) groups.set(key, [inode]);
        else group.push(inode);
      }
    }),
  );
  return [...groups.values()].filter((group) => group.length > 1 || unknown.has(group[0]!.bytes)).flat();
}

function byLayer(inodes: Iterable<Inode>): Map<number, Inode[]> {
  const layers = new Map<number, Inode[]>();
  for (const inode of inodes) {
    const found = layers.get(inode.layer);
    if (found === undefined) layers.set(inode.layer, [inode]);
    else found.push(inode);
  }
  return layers;
}
