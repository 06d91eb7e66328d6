/** Small questions about nodes and entries, for the merge. */
import { EntryType } from "../../tar/entry.ts";
import type { Catalog } from "../catalog.ts";
import { root } from "../columns/name-columns.ts";
import type { TreeColumns } from "../columns/tree-columns.ts";
import { none } from "../columns/version-columns.ts";
import { Differs, entryDifferences } from "../compare.ts";

/** True when an entry of `layer` (not just a path below it) stands at the node. */
export function statedBy(columns: TreeColumns, node: number, layer: number): boolean {
  const { versions } = columns;
  const last = columns.last(node);
  return versions.layer(last) === layer && versions.entry(last) >= 0 && versions.inode(last) !== none;
}

/** True when the directory was made by `layer`: lower layers showed nothing there, or no directory. */
export function isNewIn(columns: TreeColumns, node: number, layer: number): boolean {
  const below = columns.lastUpTo(node, layer - 1);
  if (below === none) return node !== root;
  const inode = columns.versions.inode(below);
  return inode === none || columns.versions.type(inode) !== EntryType.directory;
}

/** Whether a hard link's header agrees with its target's. Extended attributes that it leaves out are those of the target. */
export function linkAgrees(catalog: Catalog, link: number, target: number): boolean {
  return (entryDifferences(catalog, link, catalog, target) & (Differs.mode | Differs.owner | Differs.time)) === 0;
}
