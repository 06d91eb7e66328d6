/** Questions about owners that are answered from the analysis and a tree of the same layers. */
import type { FileNode } from "../../src/filesystem/file-tree.ts";
import type { PackageAnalysis } from "./model.ts";

/** Index into `owners` of whoever owns what stands at a live path; null for directories, and for what holds no byte and nobody lists. */
export function ownerOf({ entryOwners }: Pick<PackageAnalysis, "entryOwners">, { inode }: Pick<FileNode, "inode">): number | null {
  if (inode === null || inode.entry < 0) return null;
  const owner = entryOwners[inode.layer]?.[inode.entry] ?? -1;
  return owner < 0 ? null : owner;
}
