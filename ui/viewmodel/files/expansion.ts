/**
 * Which directories are open: all or none by default, those that the person opened or closed, and those opened automatically to fill the
 * pane. Also knows whether there is any exception below a directory.
 */
import type { FileNode } from "../../../src/filesystem/file-tree.ts";

/** A directory opened as `changed` lists only what the view changed. */
export type OpenedAs = "all" | "changed";

export class Expansion {
  #open: boolean;
  readonly #chosen = new Map<FileNode, boolean>();
  #byItself: ReadonlyMap<FileNode, OpenedAs> = new Map();
  readonly #below = new Map<FileNode, number>();

  constructor(open: boolean) {
    this.#open = open;
  }

  /** Whether directories are open that neither the person nor filling the pane has touched. */
  get openByDefault(): boolean {
    return this.#open;
  }

  isOpen(node: FileNode): boolean {
    return node.parent === null || (this.#chosen.get(node) ?? (this.#byItself.has(node) || this.#open));
  }

  /** True when an open directory leaves out what the view did not change. */
  isPartial(node: FileNode): boolean {
    return !this.#chosen.has(node) && this.#byItself.get(node) === "changed";
  }

  set(node: FileNode, open: boolean): void {
    if (node.parent === null) return;
    if (!this.#chosen.has(node)) this.#count(node, 1);
    this.#chosen.set(node, open);
  }

  setAll(open: boolean): void {
    this.#open = open;
    this.#chosen.clear();
    this.#byItself = new Map();
    this.#below.clear();
  }

  /** Replaces the automatically opened directories. */
  setByItself(opened: ReadonlyMap<FileNode, OpenedAs>): void {
    for (const node of this.#byItself.keys()) this.#count(node, -1);
    this.#byItself = opened;
    for (const node of opened.keys()) this.#count(node, 1);
  }

  /** True when everything below the directory follows `openByDefault`. */
  isUniformBelow(directory: FileNode): boolean {
    return !this.#below.has(directory);
  }

  #count(node: FileNode, step: 1 | -1): void {
    for (let above: FileNode | null = node.parent; above !== null; above = above.parent) {
      const count = (this.#below.get(above) ?? 0) + step;
      if (count === 0) this.#below.delete(above);
      else this.#below.set(above, count);
    }
  }
}
