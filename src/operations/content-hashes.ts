/** Content is hashed only where a decision needs it. */
import type { SameSize } from "../../analyzers/duplicates.ts";
import { groupBy } from "../base/group-by.ts";
import { wasteCandidates } from "../../analyzers/waste/waste.ts";
import type { Catalog } from "../filesystem/catalog.ts";
import type { Inode } from "../filesystem/file-tree.ts";
import type { MergedTree } from "../filesystem/merged-tree.ts";
import type { Image } from "../image/image.ts";
import type { Scanner } from "../scan/scanner.ts";

/** Hashes what the waste's causes and duplicates among `sizes` depend on, and nothing else. */
export async function hashContent(
  image: Image,
  tree: MergedTree,
  scanner: Scanner,
  sizes: SameSize,
): Promise<(inode: Inode) => string | null> {
  const candidates = new Set(wasteCandidates(tree));
  for (const alike of sizes.values()) for (const { inode } of alike) candidates.add(inode);
  const isHashed = ({ layer, entry }: Inode): boolean => tree.catalogs[layer]!.hasHash(entry);
  const open = [...groupBy(candidates, ({ bytes }) => bytes).values()].filter((inodes) => !inodes.every(isHashed));
  await forEachLayer(open.flat(), (layer, entries) => scanner.learnPrefixes(image.layers[layer]!, tree.catalogs[layer]!, entries));
  const groups = possiblyEqual(open, tree);
  // Of files that are known to be equal one tells the hash of all.
  const wanted = groups.flatMap(({ inodes, areEqual }) => (areEqual ? [representative(tree, inodes)] : inodes));
  await forEachLayer(wanted, (layer, entries) => scanner.learnHashes(image.layers[layer]!, tree.catalogs[layer]!, entries));
  for (const { inodes, areEqual } of groups) if (areEqual) shareHash(tree, inodes);
  return ({ layer, entry }) => tree.catalogs[layer]!.hash(entry);
}

interface Group {
  readonly inodes: readonly Inode[];
  /** Their content is known to be the same; else it may be. */
  readonly areEqual: boolean;
}

/** What tells files of one size apart, best first; null where it is not known. Equal content has equal ones; a prefix alone proves nothing. */
const checksums: readonly { readonly of: (catalog: Catalog, entry: number) => string | number | null; readonly isProof: boolean }[] = [
  { of: (catalog, entry) => catalog.fingerprint(entry), isProof: true },
  { of: (catalog, entry) => catalog.hash(entry), isProof: true },
  { of: (catalog, entry) => catalog.prefix(entry) || null, isProof: false },
];

/** Groups of at least two files that nothing tells apart, out of groups of one size: by what is known of all in it. */
function possiblyEqual(sizes: readonly (readonly Inode[])[], { catalogs }: MergedTree): Group[] {
  const groups: Group[] = [];
  for (const inodes of sizes) {
    const known = checksums.find(({ of }) => inodes.every(({ layer, entry }) => of(catalogs[layer]!, entry) !== null));
    const alike = known === undefined ? [inodes] : groupBy(inodes, ({ layer, entry }) => known.of(catalogs[layer]!, entry)).values();
    for (const group of alike) if (group.length > 1) groups.push({ inodes: group, areEqual: known?.isProof === true });
  }
  return groups;
}

function representative(tree: MergedTree, inodes: readonly Inode[]): Inode {
  return inodes.find(({ layer, entry }) => tree.catalogs[layer]!.hasHash(entry)) ?? inodes[0]!;
}

function shareHash(tree: MergedTree, inodes: readonly Inode[]): void {
  const { layer, entry } = representative(tree, inodes);
  const hash = Buffer.from(tree.catalogs[layer]!.hash(entry)!, "hex");
  for (const inode of inodes) tree.catalogs[inode.layer]!.setHash(inode.entry, hash);
}

/** Side by side for all layers. */
async function forEachLayer(inodes: Iterable<Inode>, learn: (layer: number, entries: readonly number[]) => Promise<void>): Promise<void> {
  const byLayer = new Map<number, number[]>();
  for (const { layer, entry } of inodes) {
    const entries = byLayer.get(layer);
    if (entries === undefined) byLayer.set(layer, [entry]);
    else entries.push(entry);
  }
  await Promise.all([...byLayer].map(([layer, entries]) => learn(layer, entries)));
}
