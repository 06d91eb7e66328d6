/** Bytes that following several pieces of advice would save, each counted once, for the first that claims it. */
import type { Inode } from "../../../src/filesystem/file-tree.ts";
import type { OwnedFile } from "../model.ts";

/** A file, or a part of it, that advice would do away with. */
export interface Saved {
  readonly file: OwnedFile;
  /** All of its bytes, or some of its sections. */
  readonly bytes: number;
}

export interface Claimed {
  readonly bytes: number;
  readonly aloneBytes: number;
  readonly files: number;
}

export class Claims {
  /** Bytes of an inode that were claimed; whoever claims a whole file gets what is left of it. */
  readonly #claimed = new Map<Inode, number>();

  /** What was said elsewhere to be worth removing whole. */
  constructor(taken: Iterable<Inode>) {
    for (const inode of taken) this.#claimed.set(inode, inode.bytes);
  }

  claim(saved: readonly Saved[]): Claimed {
    let [bytes, aloneBytes] = [0, 0];
    const seen = new Set<Inode>();
    for (const { file, bytes: wanted } of saved) {
      if (seen.has(file.inode)) continue;
      seen.add(file.inode);
      const before = this.#claimed.get(file.inode) ?? 0;
      const after = Math.min(file.inode.bytes, Math.max(before, wanted));
      aloneBytes += wanted;
      bytes += after - before;
      this.#claimed.set(file.inode, after);
    }
    return { bytes, aloneBytes, files: seen.size };
  }
}
