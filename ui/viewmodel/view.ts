/**
 * A view of the image: its state after layer `top`, compared with the state after layer `base`. A single layer, the aggregate and any range
 * are such pairs; nothing is copied for them.
 */
import type { Catalog } from "../../src/filesystem/catalog.ts";
import { differences, inodeAt } from "../../src/filesystem/compare.ts";
import type { SameContent } from "../../src/filesystem/compare.ts";
import type { FileNode, Inode } from "../../src/filesystem/file-tree.ts";

export interface View {
  /** Last layer of the state compared with; -1 for none. */
  readonly base: number;
  /** Last layer of the shown state. */
  readonly top: number;
}

export type Change = "added" | "removed" | "modified" | "metadata" | "unmodified";
export const changes: readonly Change[] = ["added", "removed", "modified", "metadata", "unmodified"];

/** The inode that a row shows: the present one, or the previous one of a removed path. */
export function shownInode(node: FileNode, view: View): Inode | null {
  return inodeAt(node, view.top) ?? inodeAt(node, view.base);
}

/** What happened to a path that is not a directory, or to a directory's own entry. */
export function ownChange(catalogs: readonly Catalog[], node: FileNode, view: View, sameContent: SameContent): Change {
  const before = inodeAt(node, view.base);
  const after = inodeAt(node, view.top);
  if (after === null) return before === null ? "unmodified" : "removed";
  if (before === null) return "added";
  if (before === after) return "unmodified";
  const found = differences(catalogs, before, after, sameContent);
  if (found.length === 0) return "unmodified";
  return found.some((what) => what === "type" || what === "content" || what === "target" || what === "device") ? "modified" : "metadata";
}
