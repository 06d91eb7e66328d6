/** Which directories are open: all or none, and the exceptions. Knows for every directory whether exceptions lie below it. */
import type { FileNode } from "../../src/filesystem/file-tree.ts";

export class Expansion {
  #open: boolean;
  readonly #exceptions = new Set<FileNode>();
  readonly #below = new Map<FileNode, number>();

  constructor(open: boolean) {
    this.#open = open;
  }

  /** What directories are that nobody touched. */
  get openByDefault(): boolean {
    return this.#open;
  }

  isOpen(node: FileNode): boolean {
    return node.parent === null || this.#exceptions.has(node) !== this.#open;
  }

  set(node: FileNode, open: boolean): void {
    if (this.isOpen(node) === open || node.parent === null) return;
    const step = this.#exceptions.delete(node) ? -1 : 1;
    if (step === 1) this.#exceptions.add(node);
    for (let above: FileNode | null = node.parent; above !== null; above = above.parent) {
      const count = (this.#below.get(above) ?? 0) + step;
      if (count === 0) this.#below.delete(above);
      else this.#below.set(above, count);
    }
  }

  setAll(open: boolean): void {
    this.#open = open;
    this.#exceptions.clear();
    this.#below.clear();
  }

  /** True when everything below the directory is as `openByDefault` says. */
  isUniformBelow(directory: FileNode): boolean {
    return !this.#below.has(directory);
  }
}
