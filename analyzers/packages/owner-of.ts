/** Looks up owners, given the analysis and a tree of the same layers. */
import { compareTexts } from "../../src/base/text/compare-texts.ts";
import type { StoredInode } from "../../src/filesystem/columns/tree-columns.ts";
import type { FileTree, Inode } from "../../src/filesystem/file-tree.ts";
import { liveFiles } from "../../src/filesystem/live-files.ts";
import type { OwnedFile, PackageAnalysis } from "./model.ts";

/** The owner, as an index into `owners`, of what lies at a live path; null for directories, and for empty files that no package lists. */
export function ownerOf(
  { entryOwners }: Pick<PackageAnalysis, "entryOwners">,
  { inode }: { readonly inode: Pick<StoredInode, "layer" | "entry"> | null },
): number | null {
  if (inode === null || inode.entry < 0) return null;
  const owner = entryOwners[inode.layer]?.[inode.entry] ?? -1;
  return owner < 0 ? null : owner;
}

/** The live files of every owner, each inode once, largest first, found in one walk. */
export function filesByOwner(tree: FileTree, analysis: Pick<PackageAnalysis, "entryOwners">): ReadonlyMap<number, readonly OwnedFile[]> {
  const byOwner = new Map<number, OwnedFile[]>();
  const seen = new Set<Inode>();
  for (const file of liveFiles(tree)) {
    const owner = ownerOf(analysis, file.node);
    if (owner === null || seen.has(file.inode)) continue;
    if (file.inode.links > 1) seen.add(file.inode);
    const files = byOwner.get(owner);
    if (files === undefined) byOwner.set(owner, [file]);
    else files.push(file);
  }
  for (const files of byOwner.values()) files.sort((a, b) => b.inode.bytes - a.inode.bytes || compareTexts(a.path, b.path));
  return byOwner;
}
