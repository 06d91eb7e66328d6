/** Bytes that following several pieces of advice would save, each counted once, for the first that claims it. */
import type { FileNode, Inode } from "../../../src/filesystem/file-tree.ts";
import type { OwnedFile } from "../model.ts";

/** A file, or part of a file, that advice would remove. */
export interface Saved {
  /** One of its names; its bytes are freed with the last of them. */
  readonly file: OwnedFile;
  /** All of its bytes, or those of some sections. */
  readonly bytes: number;
}

export interface Claimed {
  readonly bytes: number;
  readonly aloneBytes: number;
  readonly files: number;
}

export class Claims {
  /** Claimed bytes of each inode; a claim on a whole file gets what is left. */
  readonly #claimed = new Map<Inode, number>();
  /** Claimed names of hard-linked files. */
  readonly #names = new Map<Inode, Set<FileNode>>();

  /** @param taken inodes that are already reported elsewhere as worth removing */
  constructor(taken: Iterable<Inode>) {
    for (const inode of taken) this.#claimed.set(inode, inode.bytes);
  }

  /** Advice that saves no bytes claims none, because it is not shown. */
  claim(saved: readonly Saved[]): Claimed {
    let [bytes, aloneBytes, files] = [0, 0, 0];
    const named = new Map<Inode, Set<FileNode>>();
    /** How many of those names nobody claimed before. */
    const fresh = new Map<Inode, number>();
    const parts = new Set<Inode>();
    for (const { file, bytes: wanted } of saved) {
      const { inode, node } = file;
      const before = this.#names.get(inode);
      if (inode.links > 1 && wanted === inode.bytes) {
        const names = named.get(inode) ?? new Set();
        named.set(inode, names.add(node));
        fresh.set(inode, (fresh.get(inode) ?? 0) + (before?.has(node) === true ? 0 : 1));
        if (names.size === inode.links) [aloneBytes, files] = [aloneBytes + wanted, files + 1];
        if ((before?.size ?? 0) + fresh.get(inode)! < inode.links) continue;
      } else {
        // Sections are removed from a file once, however many names it has.
        if (parts.has(inode)) continue;
        parts.add(inode);
        [aloneBytes, files] = [aloneBytes + wanted, files + 1];
      }
      const claimed = this.#claimed.get(inode) ?? 0;
      const after = Math.min(inode.bytes, Math.max(claimed, wanted));
      bytes += after - claimed;
      this.#claimed.set(inode, after);
    }
    if (bytes > 0) this.#remember(named);
    return { bytes, aloneBytes, files };
  }

  #remember(named: ReadonlyMap<Inode, ReadonlySet<FileNode>>): void {
    for (const [inode, names] of named) {
      const all = this.#names.get(inode) ?? new Set();
      for (const node of names) all.add(node);
      this.#names.set(inode, all);
    }
  }
}
