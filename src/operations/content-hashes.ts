/** Content is hashed only where a decision needs it. */
import { duplicateCandidates } from "../../analyzers/duplicates.ts";
import { groupBy } from "../base/group-by.ts";
import type { LiveFile } from "../filesystem/live-files.ts";
import { wasteCandidates } from "../../analyzers/waste/waste.ts";
import type { Inode } from "../filesystem/file-tree.ts";
import type { MergedTree } from "../filesystem/merged-tree.ts";
import type { Image } from "../image/image.ts";
import type { Checksums } from "../scan/content/content-hasher.ts";
import type { Scanner } from "../scan/scanner.ts";

/** Hashes what the waste's causes and duplicates among `files` depend on, and nothing else. */
export async function hashContent(
  image: Image,
  tree: MergedTree,
  scanner: Scanner,
  files: readonly LiveFile[],
): Promise<(inode: Inode) => string | null> {
  const candidates = new Set([...wasteCandidates(tree), ...duplicateCandidates(files)]);
  const isHashed = ({ layer, entry }: Inode): boolean => tree.catalogs[layer]!.hasHash(entry);
  const open = [...groupBy(candidates, ({ bytes }) => bytes).values()].filter((inodes) => !inodes.every(isHashed));
  const groups = possiblyEqual(open, await checksums(image, tree, scanner, open.flat()));
  // Of files that are known to be equal one tells the hash of all.
  const wanted = groups.flatMap(({ inodes, areEqual }) => (areEqual ? [representative(tree, inodes)] : inodes));
  await Promise.all(
    [...byLayer(wanted)].map(([layer, inodes]) => {
      const entries = inodes.map(({ entry }) => entry);
      return scanner.hashEntries(image.layers[layer]!, tree.catalogs[layer]!, entries);
    }),
  );
  for (const { inodes, areEqual } of groups) if (areEqual) shareHash(tree, inodes);
  return ({ layer, entry }) => tree.catalogs[layer]!.hash(entry);
}

interface Group {
  readonly inodes: readonly Inode[];
  /** Their content is known to be the same; else it may be. */
  readonly areEqual: boolean;
}

/** Best first. */
const kinds = ["fingerprint", "hash", "prefix"] as const;

/** Groups of at least two files that nothing tells apart, out of groups of one size: by what is known of all in it. */
function possiblyEqual(sizes: readonly (readonly Inode[])[], checksumsOf: ReadonlyMap<Inode, Checksums>): Group[] {
  const groups: Group[] = [];
  for (const inodes of sizes) {
    const kind = kinds.find((candidate) => inodes.every((inode) => checksumsOf.get(inode)![candidate] !== null));
    const alike = kind === undefined ? [inodes] : groupBy(inodes, (inode) => checksumsOf.get(inode)![kind]).values();
    for (const group of alike) groups.push({ inodes: group, areEqual: kind !== undefined && kind !== "prefix" });
  }
  return groups.filter(({ inodes }) => inodes.length > 1);
}

async function checksums(
  image: Image,
  tree: MergedTree,
  scanner: Scanner,
  candidates: Iterable<Inode>,
): Promise<ReadonlyMap<Inode, Checksums>> {
  const found = new Map<Inode, Checksums>();
  await Promise.all(
    [...byLayer(candidates)].map(async ([layer, inodes]) => {
      const entries = inodes.map(({ entry }) => entry);
      const known = await scanner.checksumsOf(image.layers[layer]!, tree.catalogs[layer]!, entries);
      for (const [index, inode] of inodes.entries()) found.set(inode, known[index]!);
    }),
  );
  return found;
}

function representative(tree: MergedTree, inodes: readonly Inode[]): Inode {
  return inodes.find(({ layer, entry }) => tree.catalogs[layer]!.hasHash(entry)) ?? inodes[0]!;
}

function shareHash(tree: MergedTree, inodes: readonly Inode[]): void {
  const { layer, entry } = representative(tree, inodes);
  const hash = Buffer.from(tree.catalogs[layer]!.hash(entry)!, "hex");
  for (const inode of inodes) tree.catalogs[inode.layer]!.setHash(inode.entry, hash);
}

function byLayer(inodes: Iterable<Inode>): Map<number, Inode[]> {
  return groupBy(inodes, ({ layer }) => layer);
}
