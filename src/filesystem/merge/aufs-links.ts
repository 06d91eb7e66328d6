/**
 * Files below AUFS's `.wh..wh.plnk/` at the root of a layer: not part of the image, but hard links of the same layer may lead to them.
 * Docker's old AUFS driver stored every file with several names there.
 */

interface LinkTarget {
  readonly inode: number;
  linked: boolean;
}

/** Those of one layer. */
export class AufsLinks {
  readonly #targets = new Map<string, LinkTarget>();

  /** `path` is a byte string. */
  add(path: string, inode: number): void {
    this.#targets.set(path, { inode, linked: false });
  }

  get isEmpty(): boolean {
    return this.#targets.size === 0;
  }

  /** The inode that a hard link to this path shares; null when it leads elsewhere. */
  follow(path: string): number | null {
    const target = this.#targets.get(path);
    if (target === undefined) return null;
    target.linked = true;
    return target.inode;
  }

  /** Inodes that no link has led to. */
  unlinked(): number[] {
    return [...this.#targets.values()].filter(({ linked }) => !linked).map(({ inode }) => inode);
  }
}
