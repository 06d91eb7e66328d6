/** Files above the kept layers that the kept layers already have, with the same bytes at the same path. */
import type { FileNode, FileTree, Inode } from "../../../filesystem/file-tree.ts";
import { EntryType } from "../../../tar/entry.ts";
import { metadataDifference } from "../../layers/entry-state.ts";
import { hashAll } from "../../verify.ts";
import type { Side } from "../../verify.ts";
import { viewAt, walkView } from "../../layers/views.ts";

export interface StoredAgain {
  /** Nothing differs, so the kept layer's copy can be used. Upper inode to lower inode. */
  readonly same: ReadonlyMap<Inode, Inode>;
  /** Only the time differs. */
  readonly touched: readonly { readonly node: FileNode; readonly above: Inode; readonly below: Inode }[];
}

export const nothingStoredAgain: StoredAgain = { same: new Map(), touched: [] };

interface Candidate {
  readonly node: FileNode;
  readonly above: Inode;
  readonly below: Inode;
  readonly difference: "none" | "mtime";
}

/** Hashes only files whose size and metadata match. */
export async function findStoredAgain(side: Side, keptLayers: number): Promise<StoredAgain> {
  if (keptLayers === 0) return nothingStoredAgain;
  const candidates = storedAgainCandidates(side.tree, keptLayers);
  const hashes = await hashAll(side, [...candidates.map(({ above }) => above), ...candidates.map(({ below }) => below)]);
  const equal = candidates.filter(({ above, below }) => hashes.get(above) === hashes.get(below));
  return {
    same: new Map(equal.filter(({ difference }) => difference === "none").map(({ above, below }) => [above, below])),
    touched: equal.filter(({ difference }) => difference === "mtime"),
  };
}

export function storedAgainCandidates(tree: FileTree, keptLayers: number): Candidate[] {
  const candidates: Candidate[] = [];
  if (keptLayers === 0) return candidates;
  const lower = viewAt(keptLayers - 1);
  walkView(tree.root, viewAt(tree.catalogs.length - 1), (node, above) => {
    if (above.type !== EntryType.file || above.layer < keptLayers || above.bytes === 0) return;
    const below = lower(node);
    if (below === null || below.type !== EntryType.file || below.bytes !== above.bytes) return;
    const difference = metadataDifference(tree, above, below);
    if (difference !== "other") candidates.push({ node, above, below, difference });
  });
  return candidates;
}
