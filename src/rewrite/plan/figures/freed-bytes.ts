import type { FileNode, Inode } from "../../../filesystem/file-tree.ts";
import { EntryType } from "../../../tar/entry.ts";

/** Counts what removing names frees: an inode's bytes when its last name is removed, if a new layer stores them. */
export class FreedBytes {
  readonly #keptLayers: number;
  readonly #removed = new Map<Inode, number>();

  constructor(keptLayers: number) {
    this.#keptLayers = keptLayers;
  }

  /** Bytes that the removal of this one name frees, on top of those removed before. */
  remove(node: FileNode): number {
    const { inode } = node;
    if (inode === null || inode.type !== EntryType.file || inode.layer < this.#keptLayers) return 0;
    const removed = (this.#removed.get(inode) ?? 0) + 1;
    this.#removed.set(inode, removed);
    return removed === inode.links ? inode.bytes : 0;
  }
}
