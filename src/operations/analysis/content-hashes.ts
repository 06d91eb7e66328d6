/** Content is hashed only where a decision needs it. */
import type { SameSize } from "../../../analyzers/duplicates.ts";
import { wasteCandidates } from "../../../analyzers/waste/waste.ts";
import type { ContentHash } from "../../../analyzers/waste/waste.ts";
import { groupBy, groupsOfSeveral } from "../../base/group-by.ts";
import type { Catalog } from "../../filesystem/catalog.ts";
import type { TreeColumns } from "../../filesystem/columns/tree-columns.ts";
import type { MergedTree } from "../../filesystem/merged-tree.ts";
import type { Image } from "../../image/image.ts";
import type { Scanner } from "../../scan/scanner.ts";

/** Hashes the files that causes of waste and duplicates among `sizes` depend on, and no others. */
export async function hashContent(image: Image, tree: MergedTree, scanner: Scanner, sizes: SameSize): Promise<ContentHash> {
  const { columns, catalogs } = tree;
  const hash = toldBy(columns, (catalog, entry) => catalog.hash(entry));
  const isHashed = toldBy(columns, (catalog, entry) => catalog.hasHash(entry));
  const open = candidatesBySize(tree, sizes).filter((inodes) => !inodes.every(isHashed));
  await forEachLayer(columns, open, (layer, entries) => scanner.learnPrefixes(image.layers[layer]!, catalogs[layer]!, entries));
  const groups = possiblyEqual(open, columns);
  // Files that are known to be equal need only one hash.
  const representative = (inodes: readonly number[]): number => inodes.find(isHashed) ?? inodes[0]!;
  const wanted = groups.map(({ inodes, areEqual }) => (areEqual ? [representative(inodes)] : inodes));
  await forEachLayer(columns, wanted, (layer, entries) => scanner.learnHashes(image.layers[layer]!, catalogs[layer]!, entries));
  for (const { inodes, areEqual } of groups) if (areEqual) shareHash(columns, inodes, hash(representative(inodes))!);
  return hash;
}

/** Inodes that causes of waste and duplicates depend on, grouped by size. */
function candidatesBySize(tree: MergedTree, { files, places }: SameSize): number[][] {
  const ofWaste = wasteCandidates(tree);
  const sizes = groupBy(ofWaste, (inode) => tree.columns.bytes(inode));
  for (const [bytes, alike] of places) {
    const inodes = sizes.get(bytes);
    if (inodes === undefined)
      sizes.set(
        bytes,
        alike.map((place) => files.inodeId(place)),
      );
    else for (const place of alike) if (!ofWaste.has(files.inodeId(place))) inodes.push(files.inodeId(place));
  }
  return [...sizes.values()];
}

/** What a catalog knows about an inode's own entry. */
function toldBy<T>({ catalogs, versions }: TreeColumns, tell: (catalog: Catalog, entry: number) => T): (inode: number) => T {
  return (inode) => tell(catalogs[versions.layer(inode)]!, versions.entry(inode));
}

interface Group {
  readonly inodes: readonly number[];
  /** True when their content is known to be the same, false when it may be. */
  readonly areEqual: boolean;
}

/** What tells files of the same size apart, best first; null where unknown. They are the same for equal content; an equal prefix proves nothing. */
const checksums: readonly { readonly of: (catalog: Catalog, entry: number) => string | number | null; readonly isProof: boolean }[] = [
  { of: (catalog, entry) => catalog.fingerprint(entry), isProof: true },
  { of: (catalog, entry) => catalog.hash(entry), isProof: true },
  { of: (catalog, entry) => catalog.prefix(entry) || null, isProof: false },
];

/** Splits groups of files of the same size by what is known about all of a group, and keeps those of two or more files. */
function possiblyEqual(sizes: readonly (readonly number[])[], columns: TreeColumns): Group[] {
  const tellers = checksums.map(({ of, isProof }) => ({ of: toldBy(columns, of), isProof }));
  const groups: Group[] = [];
  for (const inodes of sizes) {
    const known = tellers.find(({ of }) => inodes.every((inode) => of(inode) !== null));
    const alike = known === undefined ? [inodes] : groupsOfSeveral(inodes, known.of);
    for (const group of alike) groups.push({ inodes: group, areEqual: known?.isProof === true });
  }
  return groups;
}

function shareHash({ catalogs, versions }: TreeColumns, inodes: readonly number[], hex: string): void {
  const hash = Buffer.from(hex, "hex");
  for (const inode of inodes) catalogs[versions.layer(inode)]!.setHash(versions.entry(inode), hash);
}

/** Side by side for all layers. */
async function forEachLayer(
  { catalogs, versions }: TreeColumns,
  groups: readonly (readonly number[])[],
  learn: (layer: number, entries: Uint32Array) => Promise<void>,
): Promise<void> {
  const counts = catalogs.map(() => 0);
  for (const inodes of groups) for (const inode of inodes) counts[versions.layer(inode)]! += 1;
  const layers = counts.map((count) => new Uint32Array(count));
  for (const inodes of groups) {
    for (const inode of inodes) {
      const layer = versions.layer(inode);
      counts[layer]! -= 1;
      layers[layer]![counts[layer]!] = versions.entry(inode);
    }
  }
  await Promise.all([...layers.entries()].filter(([, entries]) => entries.length > 0).map(([layer, entries]) => learn(layer, entries)));
}
