/**
 * Which directories are open: all or none, what the person opened or closed, and what was opened by itself to fill the pane. Knows for
 * every directory whether anything special lies below it.
 */
import type { FileNode } from "../../../src/filesystem/file-tree.ts";

/** `changed` lists only what the view changed. */
export type OpenedAs = "all" | "changed";

export class Expansion {
  #open: boolean;
  readonly #chosen = new Map<FileNode, boolean>();
  #byItself: ReadonlyMap<FileNode, OpenedAs> = new Map();
  readonly #below = new Map<FileNode, number>();

  constructor(open: boolean) {
    this.#open = open;
  }

  /** What directories are that nobody touched. */
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

  /** Replaces what is open without anybody's doing. */
  setByItself(opened: ReadonlyMap<FileNode, OpenedAs>): void {
    for (const node of this.#byItself.keys()) this.#count(node, -1);
    this.#byItself = opened;
    for (const node of opened.keys()) this.#count(node, 1);
  }

  /** True when everything below the directory is as `openByDefault` says. */
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
