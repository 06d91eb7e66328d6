/**
 * The visible rows of the tree by index, without listing them: each open directory knows how many rows are below each child, so a row is
 * found by one binary search per level. Directories are sorted when the window first reaches them.
 */
import { compareTexts } from "../../../src/base/text/compare-texts.ts";
import type { FileNode } from "../../../src/filesystem/file-tree.ts";
import type { Expansion } from "./expansion.ts";
import type { Visibility } from "./visibility.ts";

export type SortOrder = "size" | "name";

export interface TreeRow {
  readonly node: FileNode;
  /** For each level from the top down to the row itself: whether it is the last of its siblings (decides `├` or `└`, `│` or blank). */
  readonly last: readonly boolean[];
}

interface Layout {
  readonly order: readonly FileNode[];
  /** Rows before each child, and all rows at the end; null when the rows below some child changed. */
  offsets: Uint32Array | null;
}

/** A node with its sort key. */
interface Keyed {
  readonly node: FileNode;
  readonly bytes: number;
  readonly rank: number;
}

export class TreeRows {
  readonly #root: FileNode;
  readonly #visibility: Visibility;
  readonly #expansion: Expansion;
  readonly #sort: SortOrder;
  readonly #layouts = new Map<FileNode, Layout>();
  readonly #totals = new Map<FileNode, number>();
  readonly #leftOut = new Map<FileNode, number>();

  constructor(root: FileNode, visibility: Visibility, expansion: Expansion, sort: SortOrder) {
    this.#root = root;
    this.#visibility = visibility;
    this.#expansion = expansion;
    this.#sort = sort;
  }

  get count(): number {
    return this.#rowsBelow(this.#root);
  }

  /** The row at an index; null past the end. */
  at(index: number): TreeRow | null {
    if (index < 0 || index >= this.count) return null;
    let node = this.#root;
    let rest = index;
    const last: boolean[] = [];
    for (;;) {
      const { order, offsets } = this.#layout(node);
      const child = childAt(offsets, rest);
      rest -= offsets[child]!;
      node = order[child]!;
      last.push(child === order.length - 1);
      if (rest === 0) return { node, last };
      rest -= 1;
    }
  }

  /** The index of a node's row; -1 when the node is not visible or in a closed directory. */
  indexOf(node: FileNode): number {
    let index = -1;
    for (let at = node; at !== this.#root; at = at.parent) {
      if (at.parent === null || (at.parent !== this.#root && !this.#expansion.isOpen(at.parent))) return -1;
      const { order, offsets } = this.#layout(at.parent);
      const child = order.indexOf(at);
      if (child < 0) return -1;
      index += offsets[child]! + 1;
    }
    return index;
  }

  /** Whether a visible node comes before another one, even if one is in a closed directory. */
  isBefore(node: FileNode, other: FileNode): boolean {
    const [above, aboveOther] = [lineage(node), lineage(other)];
    let depth = 0;
    while (depth < above.length && above[depth] === aboveOther[depth]) depth += 1;
    // A directory comes before its content.
    if (depth === above.length || depth === aboveOther.length) return above.length < aboveOther.length;
    const [one, two] = [above[depth]!, aboveOther[depth]!];
    return (this.#sort === "name" ? byName(one, two) : bySize(this.#keyed(one), this.#keyed(two))) < 0;
  }

  /** All visible children of a directory in their order, including those that it leaves out. */
  childrenOf(directory: FileNode): readonly FileNode[] {
    return this.#expansion.isPartial(directory) ? this.#sorted(this.#visibility.children(directory)) : this.#orderOf(directory);
  }

  /** How many unchanged children an open directory leaves out. */
  leftOut(directory: FileNode): number {
    if (!this.#expansion.isPartial(directory)) return 0;
    let count = this.#leftOut.get(directory);
    if (count === undefined)
      this.#leftOut.set(directory, (count = this.#visibility.children(directory).length - this.#orderOf(directory).length));
    return count;
  }

  /** Opens the directory of a node, completely if it would otherwise leave the node out. */
  show(node: FileNode): void {
    const directory = node.parent!;
    if (this.#expansion.isOpen(directory) && this.#expansion.isPartial(directory) && this.#orderOf(directory).includes(node)) return;
    this.setOpen(directory, true);
  }

  setOpen(node: FileNode, open: boolean): void {
    if (this.#expansion.isOpen(node) === open && !this.#expansion.isPartial(node)) return;
    this.#expansion.set(node, open);
    this.#totals.delete(node);
    this.#layouts.delete(node);
    for (let above = node.parent; above !== null; above = above.parent) {
      this.#totals.delete(above);
      const layout = this.#layouts.get(above);
      if (layout !== undefined) layout.offsets = null;
    }
  }

  setAllOpen(open: boolean): void {
    this.#expansion.setAll(open);
    this.#totals.clear();
    this.#layouts.clear();
  }

  #rowsBelow(node: FileNode): number {
    if (node.children === null || (node !== this.#root && !this.#expansion.isOpen(node))) return 0;
    if (this.#expansion.openByDefault && this.#expansion.isUniformBelow(node)) return this.#visibility.descendants(node);
    const known = this.#totals.get(node);
    if (known !== undefined) return known;
    let total = 0;
    for (const child of this.#layouts.get(node)?.order ?? this.#listed(node)) total += 1 + this.#rowsBelow(child);
    this.#totals.set(node, total);
    return total;
  }

  #layout(node: FileNode): { readonly order: readonly FileNode[]; readonly offsets: Uint32Array } {
    let layout = this.#layouts.get(node);
    if (layout === undefined) {
      layout = { order: this.#orderOf(node), offsets: null };
      this.#layouts.set(node, layout);
    }
    const { order } = layout;
    if (layout.offsets === null) {
      const offsets = new Uint32Array(order.length + 1);
      let at = 0;
      for (let i = 0; i < order.length; i += 1) {
        offsets[i] = at;
        at += 1 + this.#rowsBelow(order[i]!);
      }
      offsets[order.length] = at;
      layout.offsets = offsets;
    }
    return { order, offsets: layout.offsets };
  }

  #orderOf(node: FileNode): readonly FileNode[] {
    const known = this.#layouts.get(node);
    if (known !== undefined) return known.order;
    return this.#sorted(this.#listed(node));
  }

  /** The children that a directory lists, unordered. */
  #listed(node: FileNode): FileNode[] {
    const children = this.#visibility.children(node);
    return this.#expansion.isPartial(node) ? children.filter((child) => this.#visibility.change(child) !== "unmodified") : children;
  }

  /** When sorted by size, changes come before the rest. */
  #sorted(children: FileNode[]): FileNode[] {
    if (this.#sort === "name") return children.sort(byName);
    return children
      .map((child) => this.#keyed(child))
      .sort(bySize)
      .map(({ node }) => node);
  }

  #keyed(node: FileNode): Keyed {
    const isUnchanged = this.#visibility.view.base >= 0 && this.#visibility.change(node) === "unmodified";
    return { node, bytes: this.#visibility.bytes(node), rank: isUnchanged ? 1 : 0 };
  }
}

/** The last child whose first row is not after `row`. */
function childAt(offsets: Uint32Array, row: number): number {
  let low = 0;
  let high = offsets.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (offsets[middle]! <= row) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** The node and the directories above it, topmost first. */
function lineage(node: FileNode): FileNode[] {
  const nodes: FileNode[] = [];
  for (let at: FileNode | null = node; at !== null && at.parent !== null; at = at.parent) nodes.push(at);
  return nodes.reverse();
}

function bySize(a: Keyed, b: Keyed): number {
  return a.rank - b.rank || b.bytes - a.bytes || byName(a.node, b.node);
}

function byName(a: FileNode, b: FileNode): number {
  return compareTexts(a.name, b.name);
}
