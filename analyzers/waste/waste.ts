/**
 * Which stored bytes no final path shows, why, and which layers are to blame. The bytes of all layers, less those of the final tree, are the
 * bytes of the waste exactly.
 */
import { compareTexts } from "../../src/base/text/compare-texts.ts";
import { inodeDifferences } from "../../src/filesystem/compare.ts";
import type { Death, FileNode, FileTree, Inode } from "../../src/filesystem/file-tree.ts";
import { displayPath } from "../../src/filesystem/paths.ts";
import { EntryType } from "../../src/tar/entry.ts";
import type { Waste, WasteCause } from "../analysis.ts";

/** Tells the content of an inode: SHA-256 in hex, null while unknown. */
export type ContentHash = (inode: Inode) => string | null;

/** Inodes whose content must be hashed before `findWaste` can tell causes apart: replaced by a file of the same size. */
export function wasteCandidates(tree: FileTree): Inode[] {
  const wanted = new Set<Inode>();
  for (const death of tree.deaths) {
    if (!mayBeSameContent(death)) continue;
    wanted.add(death.inode);
    wanted.add(death.replacement);
  }
  return [...wanted];
}

/** Every superseded inode that held bytes, largest first; then by path and layer. */
export function findWaste(tree: FileTree, contentHash: ContentHash): Waste[] {
  const waste: Waste[] = [];
  const directories = new Map<FileNode | null, string>();
  for (const death of tree.deaths) {
    const { inode, layer } = death;
    if (inode.bytes === 0) continue;
    const cause = causeOf(tree, death, contentHash);
    waste.push({
      path: displayPath(pathOf(inode.storedAt, directories)),
      bytes: inode.bytes,
      cause,
      layer: inode.layer,
      supersededBy: layer,
    });
  }
  return waste.sort((a, b) => b.bytes - a.bytes || compareTexts(a.path, b.path) || a.layer - b.layer);
}

/** As `node.path`; many files lie in one directory. */
function pathOf({ name, parent }: FileNode, directories: Map<FileNode | null, string>): string {
  let directory = directories.get(parent);
  if (directory === undefined) directories.set(parent, (directory = parent?.parent ? `${parent.path}/` : ""));
  return `${directory}${name}`;
}

function causeOf(tree: FileTree, death: Death, contentHash: ContentHash): WasteCause {
  const { inode, replacement } = death;
  if (replacement === null || replacement.type !== EntryType.file) return "removed";
  if (!mayBeSameContent(death)) return "overwritten";
  const hash = contentHash(inode);
  if (hash === null || hash !== contentHash(death.replacement)) return "overwritten";
  return inodeDifferences(tree.catalogs, inode, tree.catalogs, death.replacement) === 0 ? "identical" : "metadata";
}

function mayBeSameContent(death: Death): death is Death & { replacement: Inode } {
  const { inode, replacement } = death;
  return inode.bytes > 0 && replacement !== null && replacement.type === EntryType.file && replacement.bytes === inode.bytes;
}
