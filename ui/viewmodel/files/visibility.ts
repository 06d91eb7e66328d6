/**
 * Which names a view shows, and how many of them are below a directory. Counts come from the roll-ups where possible; other directories
 * are walked, each at most once.
 */
import type { Catalog } from "../../../src/filesystem/catalog.ts";
import type { FileNode } from "../../../src/filesystem/file-tree.ts";
import { EntryType } from "../../../src/tar/entry.ts";
import type { PatternMode } from "../pattern.ts";
import type { Rollups } from "./rollups.ts";
import { inodeAt } from "../../../src/filesystem/compare.ts";
import { ownChange, shownInode } from "../view.ts";
import type { SameContent } from "../../../src/filesystem/compare.ts";
import type { Change, View } from "../view.ts";

/** What a pattern matches, independent of the view: the nodes, and for each directory above them how many are below it. */
export interface Matches {
  readonly nodes: ReadonlySet<FileNode>;
  readonly below: ReadonlyMap<FileNode, number>;
}

export interface Filter {
  readonly text: string;
  readonly mode: PatternMode;
  readonly matches: Matches;
}

export interface VisibilityOptions {
  readonly catalogs: readonly Catalog[];
  readonly rollups: Rollups;
  readonly view: View;
  readonly hidden: ReadonlySet<Change>;
  /** Null when no filter is set. */
  readonly matches: Matches | null;
  /** Bytes below which files are hidden; 0 hides none. */
  readonly leastBytes: number;
  readonly sameContent: SameContent;
}

/** Names visited between two yields. */
const sliceLength = 1000;

export class Visibility {
  readonly view: View;
  readonly #options: VisibilityOptions;
  readonly #counts = new Map<FileNode, number>();
  readonly #closedForm: boolean;
  /** The bytes of a hard link may be counted in another directory's roll-up, so a directory that counts few may still show a large file. */
  readonly #hasHardlinks: boolean;

  constructor(options: VisibilityOptions) {
    this.#options = options;
    this.view = options.view;
    const onlyRemovedHidden = options.hidden.size === 0 || (options.hidden.size === 1 && options.hidden.has("removed"));
    this.#closedForm = onlyRemovedHidden && options.matches === null && options.leastBytes === 0;
    this.#hasHardlinks = options.leastBytes > 0 && options.catalogs.some((catalog) => catalog.columns.types.includes(EntryType.hardlink));
  }

  change(node: FileNode): Change {
    const { catalogs, rollups, sameContent } = this.#options;
    const own = ownChange(catalogs, node, this.view, sameContent);
    if (own === "unmodified" || own === "metadata") {
      if (node.children !== null && this.#isDirectory(node) && rollups.changed(node, this.view.base, this.view.top)) return "modified";
    }
    return own;
  }

  /** Bytes of a file, or of everything below a directory; for removed ones, the bytes they had. */
  bytes(node: FileNode): number {
    const inode = inodeAt(node, this.view.top);
    const layer = inode === null ? this.view.base : this.view.top;
    const shown = inode ?? inodeAt(node, layer);
    if (shown === null) return 0;
    return shown.type === EntryType.directory ? this.#options.rollups.bytesAt(node, layer) : shown.bytes;
  }

  isVisible(node: FileNode): boolean {
    const inode = shownInode(node, this.view);
    if (inode === null) return false;
    const { hidden, matches, leastBytes } = this.#options;
    const isDirectory = inode.type === EntryType.directory || (node.children !== null && this.#hadDirectory(node));
    if (isDirectory && !this.#closedForm && this.descendants(node) > 0) return true;
    if (leastBytes > 0 && (isDirectory || inode.bytes < leastBytes)) return false;
    if (matches !== null && !matches.nodes.has(node)) return false;
    return hidden.size === 0 || !hidden.has(this.change(node));
  }

  /** How many names are visible below a directory, at all levels. */
  descendants(directory: FileNode): number {
    if (directory.children === null) return 0;
    const { base, top } = this.view;
    const { rollups, hidden, matches, leastBytes } = this.#options;
    if (this.#closedForm) {
      const live = rollups.nodesAt(directory, top);
      if (hidden.has("removed") || base < 0 || base === top || !rollups.changed(directory, base, top)) return live;
      if (base === top - 1) return live + rollups.removedIn(directory, top);
    }
    if (matches !== null && !matches.below.has(directory)) return 0;
    if (leastBytes > 0 && !this.#hasHardlinks && Math.max(rollups.bytesAt(directory, top), rollups.bytesAt(directory, base)) < leastBytes)
      return 0;
    if (hidden.has("unmodified") && !rollups.changed(directory, base, top)) return 0;
    let count = this.#counts.get(directory);
    if (count === undefined) {
      count = 0;
      for (const child of directory.children.values()) {
        if (child.children === null) count += this.#isLeafVisible(child) ? 1 : 0;
        else count += (this.isVisible(child) ? 1 : 0) + this.descendants(child);
      }
      this.#counts.set(directory, count);
    }
    return count;
  }

  /** Counts, in slices, all that the rows of the tree will ask for. */
  *countSteps(root: FileNode): Generator<undefined, void, undefined> {
    const { matches } = this.#options;
    let visited = 0;
    const stack = [{ node: root, children: (root.children ?? none).values() }];
    while (stack.length > 0) {
      const { node, children } = stack[stack.length - 1]!;
      const next = children.next();
      if (next.done === true) {
        this.descendants(node);
        stack.pop();
        continue;
      }
      const child = next.value;
      if (child.children !== null && matches?.below.has(child) !== false) stack.push({ node: child, children: child.children.values() });
      visited += 1;
      if (visited % sliceLength === 0) yield;
    }
  }

  /** `isVisible` for nodes that never had children, which are most; most of those are unmodified. */
  #isLeafVisible(node: FileNode): boolean {
    const { view } = this;
    const { hidden, matches, leastBytes } = this.#options;
    const after = inodeAt(node, view.top);
    const before = inodeAt(node, view.base);
    if (after === null && before === null) return false;
    if (matches !== null && !matches.nodes.has(node)) return false;
    if (leastBytes > 0 && (after ?? before)!.bytes < leastBytes) return false;
    if (hidden.size === 0) return true;
    return !hidden.has(after === before ? "unmodified" : this.change(node));
  }

  children(directory: FileNode): FileNode[] {
    const shown: FileNode[] = [];
    for (const child of (directory.children ?? none).values()) {
      if (child.children === null ? this.#isLeafVisible(child) : this.isVisible(child)) shown.push(child);
    }
    return shown;
  }

  #isDirectory(node: FileNode): boolean {
    return shownInode(node, this.view)?.type === EntryType.directory;
  }

  /** A directory that a file has replaced still shows its old content, as removed. */
  #hadDirectory(node: FileNode): boolean {
    return inodeAt(node, this.view.base)?.type === EntryType.directory;
  }
}

const none: ReadonlyMap<string, FileNode> = new Map();
