/** A cursor on the rows of a tree that stays on its node when rows above it come and go. */
import type { FileNode } from "../../../src/filesystem/file-tree.ts";
import { ListCursor } from "../list-cursor.ts";
import type { TreeRows } from "./tree-rows.ts";

export class NodeCursor extends ListCursor {
  /** The node under the cursor; kept while there are no rows. */
  node: FileNode | null = null;
  rows: TreeRows | null = null;

  get count(): number {
    return this.rows?.count ?? 0;
  }

  override move(rows: number): void {
    super.move(rows, this.count);
  }

  override page(pages: number): void {
    super.page(pages, this.count);
  }

  override to(index: number): void {
    super.to(index, this.count);
    this.#take();
  }

  override scrollBy(rows: number): void {
    super.scrollBy(rows, this.count);
    this.#take();
  }

  override fit(height: number): void {
    super.fit(height, this.count);
  }

  /** Moves to the node's new row, or to the nearest directory above it that is still visible. */
  find(isVisible: (node: FileNode) => boolean): void {
    const { rows } = this;
    if (rows === null) return;
    for (let { node } = this; node !== null && node.parent !== null; node = node.parent) {
      const index = isVisible(node) ? rows.indexOf(node) : -1;
      if (index >= 0) return this.to(index);
    }
    this.node = null;
    this.to(this.index);
  }

  #take(): void {
    this.node = this.rows?.at(this.index)?.node ?? this.node;
  }
}
