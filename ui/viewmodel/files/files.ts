/** The files pane: one view of the tree as rows, with a cursor that stays on its node when other things change. */
import type { FileNode, FileTree, Inode } from "../../../src/filesystem/file-tree.ts";
import { EntryType } from "../../../src/tar/entry.ts";
import { Expansion } from "./expansion.ts";
import { directoriesToOpen } from "./fill-pane.ts";
import type { Rollups } from "./rollups.ts";
import { TreeRows } from "./tree-rows.ts";
import type { SortOrder, TreeRow } from "./tree-rows.ts";
import { differences, inodeAt } from "../../../src/filesystem/compare.ts";
import { shownInode } from "../view.ts";
import type { Difference, SameContent } from "../../../src/filesystem/compare.ts";
import type { Change, View } from "../view.ts";
import { CountedViews } from "./counted-views.ts";
import { isBelow } from "./locate.ts";
import { NodeCursor } from "./node-cursor.ts";
import type { Filter, Visibility, VisibilityOptions } from "./visibility.ts";

export class FilesModel {
  readonly cursor = new NodeCursor();
  sort: SortOrder = "size";
  showAttributes = true;
  wrap = false;
  readonly hidden = new Set<Change>();
  leastBytes = 0;
  filter: Filter | null = null;

  /** The directory whose content is shown; null for the whole image. */
  root: FileNode | null = null;

  #tree: FileTree | null = null;
  #rollups: Rollups | null = null;
  #view: View = { base: -1, top: 0 };
  #sameContent: SameContent = () => null;
  readonly #expansion = new Expansion(false);
  #filterExpansion = new Expansion(true);
  #visibility: Visibility | null = null;
  readonly #views = new CountedViews();
  /** False when the automatically opened directories belong to another view or height. */
  #isFilled = false;

  /** Null until the first layer has been merged. */
  get tree(): FileTree | null {
    return this.#tree;
  }

  get view(): View {
    return this.#view;
  }

  /** True when the view's layers have all been read. */
  get isReady(): boolean {
    return this.#rollups !== null && this.#view.top < this.#rollups.layerCount;
  }

  get count(): number {
    return this.cursor.count;
  }

  get rows(): TreeRows | null {
    return this.cursor.rows;
  }

  /** The node under the cursor. */
  get selected(): FileNode | null {
    return this.cursor.node;
  }

  /** All bytes in the view. */
  get totalBytes(): number {
    return this.#tree === null || this.#rollups === null ? 0 : this.#rollups.bytesAt(this.#tree.root, this.#view.top);
  }

  /** The top-level directories after the last layer, largest first. */
  directories(): readonly { readonly name: string; readonly bytes: number }[] {
    return this.#tree === null || this.#rollups === null ? [] : this.#rollups.largestDirectories(this.#tree.root);
  }

  load(tree: FileTree, rollups: Rollups, sameContent: SameContent): void {
    this.#tree = tree;
    this.#rollups = rollups;
    this.#sameContent = sameContent;
    this.#views.clear();
    this.#isFilled = false;
    this.refresh();
  }

  /** Called when more contents can be compared than when the tree was loaded. */
  setSameContent(sameContent: SameContent): void {
    this.#sameContent = sameContent;
    this.#views.clear();
    this.refresh();
  }

  setView(view: View): void {
    if (view.base === this.#view.base && view.top === this.#view.top) return;
    this.#view = view;
    this.#isFilled = false;
    this.refresh();
  }

  /** Shows only the directory under the cursor, or the whole image again. */
  toggleRoot(): void {
    const node = this.selected;
    const directory = node === null || this.isDirectory(node) ? node : node.parent;
    this.setRoot(directory === this.root || directory === null ? null : directory);
  }

  setRoot(directory: FileNode | null): void {
    const [before, stood] = [this.root, this.selected];
    this.root = directory?.parent === null ? null : directory;
    this.#isFilled = false;
    this.refresh();
    // The directory no longer has a row, so the cursor goes to the first row in it.
    if (this.root !== null && stood === this.root) this.cursor.to(0);
    if (this.root === null && before !== null) this.reveal(before);
  }

  toggleSort(): void {
    this.sort = this.sort === "size" ? "name" : "size";
    this.refresh();
  }

  toggleHidden(change: Change): void {
    if (!this.hidden.delete(change)) this.hidden.add(change);
    this.refresh();
  }

  /** Shows only what the view changed, or everything again. */
  toggleOnlyChanged(): void {
    this.toggleHidden("unmodified");
  }

  setLeastBytes(bytes: number): void {
    this.leastBytes = bytes;
    this.#refreshAroundNode();
  }

  /** Counts, in slices, what a filter will show, so that setting it later does not block. */
  *filterSteps(filter: Filter): Generator<undefined, void, undefined> {
    if (this.#tree !== null && this.#rollups !== null)
      yield* this.#views.countSteps(this.#tree.root, this.#viewOptions(this.#tree, this.#rollups, filter));
  }

  setFilter(filter: Filter | null): void {
    this.filter = filter;
    this.#views.setMatches(filter?.matches ?? null);
    this.#filterExpansion = new Expansion(true);
    this.#refreshAroundNode();
  }

  /** A filter opens directories that are closed without it, so the node under the cursor may have to be revealed again. */
  #refreshAroundNode(): void {
    const node = this.selected;
    this.refresh();
    if (node !== null && this.selected !== node) this.reveal(node);
  }

  /** Moves the cursor to the top, where changes are listed, unless it is on a change already. */
  toChanged(): void {
    if (this.selected === null || this.change(this.selected) === "unmodified") this.cursor.to(0);
  }

  fit(height: number): void {
    if (height !== this.cursor.height) this.#isFilled = false;
    this.cursor.height = height;
    if (!this.#isFilled) this.refresh();
    this.cursor.fit(height);
  }

  isOpen(node: FileNode): boolean {
    return this.#currentExpansion().isOpen(node);
  }

  isDirectory(node: FileNode): boolean {
    return shownInode(node, this.#view)?.type === EntryType.directory || (node.children !== null && this.descendants(node) > 0);
  }

  toggle(): void {
    const node = this.selected;
    // A directory that leaves something out is first opened completely.
    if (node !== null && this.isDirectory(node)) this.#setOpen(node, !this.isOpen(node) || this.leftOut(node) > 0);
  }

  /** Children that an open directory does not list because the view did not change them. */
  leftOut(node: FileNode): number {
    return this.cursor.rows?.leftOut(node) ?? 0;
  }

  /** Opens the directory, or steps into it when it is open (vim's `l`, dive's right). */
  enter(): void {
    const node = this.selected;
    if (node === null || !this.isDirectory(node)) return;
    if (!this.isOpen(node)) this.#setOpen(node, true);
    else if (this.descendants(node) > 0) this.cursor.move(1);
  }

  /** Moves to the parent; an open directory is closed first. */
  leave(): void {
    const node = this.selected;
    if (node === null) return;
    if (this.isDirectory(node) && this.isOpen(node) && this.descendants(node) > 0) this.#setOpen(node, false);
    else if (node.parent !== null && node.parent.parent !== null) this.reveal(node.parent);
  }

  toggleAll(): void {
    const expansion = this.#currentExpansion();
    // A request before the layer has been read takes effect once it has.
    if (this.cursor.rows === null) expansion.setAll(!expansion.openByDefault);
    else this.cursor.rows.setAllOpen(!expansion.openByDefault);
    this.#findNode();
  }

  /** Opens the directories above a node and moves the cursor to it; false when the view does not show it. */
  reveal(node: FileNode): boolean {
    if (this.cursor.rows === null || this.#visibility === null) return false;
    for (let at: FileNode = node; at.parent !== null; at = at.parent) if (!this.#visibility.isVisible(at)) return false;
    if (this.root !== null && !isBelow(node, this.root)) {
      this.root = null;
      this.refresh();
    }
    for (let at = node; at.parent !== null && at !== this.root; at = at.parent) this.cursor.rows.show(at);
    this.cursor.node = node;
    this.#findNode();
    return true;
  }

  row(index: number): TreeRow | null {
    return this.cursor.rows?.at(index) ?? null;
  }

  change(node: FileNode): Change {
    return this.#visibility?.change(node) ?? "unmodified";
  }

  bytes(node: FileNode): number {
    return this.#visibility?.bytes(node) ?? 0;
  }

  descendants(node: FileNode): number {
    return this.#visibility?.descendants(node) ?? 0;
  }

  /** What the view changed about a node's own entry. */
  differences(node: FileNode): readonly Difference[] {
    const before = inodeAt(node, this.#view.base);
    const after = inodeAt(node, this.#view.top);
    return before === null || after === null || this.#tree === null
      ? []
      : differences(this.#tree.catalogs, before, after, this.#sameContent);
  }

  inode(node: FileNode): Inode | null {
    return shownInode(node, this.#view);
  }

  /** Rebuilds the rows from the tree; the cursor stays on its node, or as near to it as possible. */
  refresh(): void {
    if (this.#tree === null || this.#rollups === null || !this.isReady) {
      this.cursor.rows = null;
      this.#visibility = null;
      return;
    }
    this.#visibility = this.#views.of(this.#viewOptions(this.#tree, this.#rollups, this.filter));
    const root = this.root ?? this.#tree.root;
    if (!this.#isFilled) {
      this.#isFilled = true;
      this.#expansion.setByItself(
        this.#expansion.openByDefault ? new Map() : directoriesToOpen(root, this.#visibility, this.cursor.height),
      );
    }
    this.cursor.rows = new TreeRows(root, this.#visibility, this.#currentExpansion(), this.sort);
    this.#findNode();
  }

  #viewOptions({ catalogs }: FileTree, rollups: Rollups, filter: Filter | null): VisibilityOptions {
    return {
      catalogs,
      rollups,
      view: this.#view,
      hidden: new Set(this.hidden),
      matches: filter?.matches ?? null,
      leastBytes: this.leastBytes,
      sameContent: this.#sameContent,
    };
  }

  #currentExpansion(): Expansion {
    return this.filter === null && this.leastBytes === 0 ? this.#expansion : this.#filterExpansion;
  }

  #setOpen(node: FileNode, open: boolean): void {
    this.cursor.rows?.setOpen(node, open);
    this.#findNode();
  }

  #findNode(): void {
    this.cursor.find((node) => this.#visibility?.isVisible(node) === true);
  }
}
