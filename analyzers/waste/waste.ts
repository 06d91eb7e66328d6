/**
 * Which stored bytes are not in the final tree, why, and which layers are to blame. The bytes of all layers minus those of the final tree
 * are exactly the bytes of the waste.
 */
import { compareTexts } from "../../src/base/text/compare-texts.ts";
import { inodeDifferences } from "../../src/filesystem/compare.ts";
import type { TreeColumns } from "../../src/filesystem/columns/tree-columns.ts";
import { none } from "../../src/filesystem/columns/version-columns.ts";
import type { FileTree } from "../../src/filesystem/file-tree.ts";
import { displayBytes } from "../../src/filesystem/paths.ts";
import { EntryType } from "../../src/tar/entry.ts";
import type { Waste, WasteCause } from "../analysis.ts";

/** The content hash of an inode, by its number: SHA-256 in hex, null while unknown. */
export type ContentHash = (inode: number) => string | null;

/** Inodes that must be hashed before `findWaste` can tell causes apart: those replaced by a file of the same size, and the replacements. */
export function wasteCandidates({ columns }: FileTree): Set<number> {
  const { inodes, replacements } = columns.deaths;
  const wanted = new Set<number>();
  for (const [at, inode] of inodes.entries()) {
    if (!mayBeSameContent(columns, inode, replacements[at]!)) continue;
    wanted.add(inode);
    wanted.add(replacements[at]!);
  }
  return wanted;
}

/** Every superseded inode that held bytes, largest first; then by path and layer. */
export function findWaste({ columns }: FileTree, contentHash: ContentHash): Waste[] {
  const { names, versions } = columns;
  const { inodes, layers, replacements } = columns.deaths;
  const waste: Waste[] = [];
  for (const [at, inode] of inodes.entries()) {
    const bytes = columns.bytes(inode);
    if (bytes === 0) continue;
    waste.push({
      path: displayBytes(names.absolutePath(versions.home(inode))),
      bytes,
      cause: causeOf(columns, inode, replacements[at]!, contentHash),
      layer: versions.layer(inode),
      supersededBy: layers[at]!,
    });
  }
  return waste.sort((a, b) => b.bytes - a.bytes || compareTexts(a.path, b.path) || a.layer - b.layer);
}

function causeOf(columns: TreeColumns, inode: number, replacement: number, contentHash: ContentHash): WasteCause {
  const { catalogs, versions } = columns;
  if (replacement === none || versions.type(replacement) !== EntryType.file) return "removed";
  if (!mayBeSameContent(columns, inode, replacement)) return "overwritten";
  const hash = contentHash(inode);
  if (hash === null || hash !== contentHash(replacement)) return "overwritten";
  return inodeDifferences(catalogs, columns.stored(inode), catalogs, columns.stored(replacement)) === 0 ? "identical" : "metadata";
}

function mayBeSameContent(columns: TreeColumns, inode: number, replacement: number): boolean {
  if (replacement === none || columns.versions.type(replacement) !== EntryType.file) return false;
  const bytes = columns.bytes(inode);
  return bytes > 0 && columns.bytes(replacement) === bytes;
}
