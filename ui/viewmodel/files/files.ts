/** The files pane: one view of the tree as rows, with a cursor that stays on its node whatever else changes. */
import type { FileNode, FileTree, Inode } from "../../../src/filesystem/file-tree.ts";
import { displayBytes } from "../../../src/filesystem/paths.ts";
import { EntryType } from "../../../src/tar/entry.ts";
import { Expansion } from "./expansion.ts";
import { directoriesToOpen } from "./fill-pane.ts";
import { ListCursor } from "../list-cursor.ts";
import type { PatternMode } from "../pattern.ts";
import type { Rollups } from "./rollups.ts";
import { TreeRows } from "./tree-rows.ts";
import type { SortOrder, TreeRow } from "./tree-rows.ts";
import { differences, inodeAt } from "../../../src/filesystem/compare.ts";
import { shownInode } from "../view.ts";
import type { Difference, SameContent } from "../../../src/filesystem/compare.ts";
import type { Change, View } from "../view.ts";
import { Visibility } from "./visibility.ts";
import type { Matches } from "./visibility.ts";

const keptViews = 8;

export interface Filter {
  readonly text: string;
  readonly mode: PatternMode;
  readonly matches: Matches;
}

export class FilesModel {
  readonly cursor = new ListCursor();
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
  #expansion = new Expansion(false);
  #filterExpansion = new Expansion(true);
  #visibility: Visibility | null = null;
  #rows: TreeRows | null = null;
  readonly #visibilities = new Map<string, Visibility>();
  /** Of the filter that is about to be set. */
  #counted: { readonly filter: Filter; readonly key: string; readonly visibility: Visibility } | null = null;
  #node: FileNode | null = null;
  /** False when what is open by itself belongs to another view or another height. */
  #isFilled = false;

  /** Null until the first layer is in. */
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
    return this.#rows?.count ?? 0;
  }

  get rows(): TreeRows | null {
    return this.#rows;
  }

  /** The node under the cursor. */
  get selected(): FileNode | null {
    return this.#node;
  }

  /** Bytes that the view shows in all. */
  get totalBytes(): number {
    return this.#tree === null || this.#rollups === null ? 0 : this.#rollups.bytesAt(this.#tree.root, this.#view.top);
  }

  /** The uppermost directories after the last layer, largest first. */
  directories(): { readonly name: string; readonly bytes: number }[] {
    const rollups = this.#rollups;
    if (this.#tree === null || rollups === null) return [];
    const children = [...(this.#tree.root.children ?? new Map<string, FileNode>()).values()].filter(
      ({ children: below }) => below !== null,
    );
    return children
      .map((node) => ({ name: `/${displayBytes(node.name)}`, bytes: rollups.bytesAt(node, rollups.layerCount - 1) }))
      .filter(({ bytes }) => bytes > 0)
      .sort((a, b) => b.bytes - a.bytes);
  }

  load(tree: FileTree, rollups: Rollups, sameContent: SameContent): void {
    this.#counted = null;
    this.#tree = tree;
    this.#rollups = rollups;
    this.#sameContent = sameContent;
    this.#visibilities.clear();
    this.#isFilled = false;
    this.refresh();
  }

  /** More is known about contents than when the tree was loaded. */
  setSameContent(sameContent: SameContent): void {
    this.#counted = null;
    this.#sameContent = sameContent;
    this.#visibilities.clear();
    this.refresh();
  }

  setView(view: View): void {
    if (view.base === this.#view.base && view.top === this.#view.top) return;
    this.#view = view;
    this.#isFilled = false;
    this.refresh();
  }

  /** Shows the directory under the cursor as if it were the whole image, or the whole image again. */
  toggleRoot(): void {
    const node = this.#node;
    const directory = node === null || this.isDirectory(node) ? node : node.parent;
    this.setRoot(directory === this.root || directory === null ? null : directory);
  }

  setRoot(directory: FileNode | null): void {
    const before = this.root;
    this.root = directory?.parent === null ? null : directory;
    this.#isFilled = false;
    this.refresh();
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

  /** Only what the view changed, or everything again. */
  toggleOnlyChanged(): void {
    this.toggleHidden("unmodified");
  }

  setLeastBytes(bytes: number): void {
    this.leastBytes = bytes;
    this.#refreshAroundNode();
  }

  /** What setting a filter will show, counted in slices: by the time it is set, nobody waits. */
  *filterSteps(filter: Filter): Generator<undefined, void, undefined> {
    if (this.#tree === null || this.#rollups === null) return;
    const visibility = this.#newVisibility(this.#tree, this.#rollups, filter);
    const key = this.#viewKey();
    yield* visibility.countSteps(this.#tree.root);
    this.#counted = { filter, key, visibility };
  }

  setFilter(filter: Filter | null): void {
    this.filter = filter;
    this.#visibilities.clear();
    const counted = this.#counted;
    this.#counted = null;
    if (counted !== null && counted.filter === filter) this.#visibilities.set(counted.key, counted.visibility);
    this.#filterExpansion = new Expansion(true);
    this.#refreshAroundNode();
  }

  /** A filter opens directories that are closed without it: what the cursor stood on is opened for it. */
  #refreshAroundNode(): void {
    const node = this.#node;
    this.refresh();
    if (node !== null && this.#node !== node) this.reveal(node);
  }

  move(rows: number): void {
    this.cursor.move(rows, this.count);
    this.#takeNode();
  }

  /** To the top, where what the view changed stands, unless the cursor is on something that it changed. */
  toChanged(): void {
    if (this.#node === null || this.change(this.#node) === "unmodified") this.moveTo(0);
  }

  page(pages: number): void {
    this.cursor.page(pages, this.count);
    this.#takeNode();
  }

  moveTo(index: number): void {
    this.cursor.to(index, this.count);
    this.#takeNode();
  }

  scrollBy(rows: number): void {
    this.cursor.scrollBy(rows, this.count);
    this.#takeNode();
  }

  fit(height: number): void {
    if (height !== this.cursor.height) this.#isFilled = false;
    this.cursor.height = height;
    if (!this.#isFilled) this.refresh();
    this.cursor.fit(height, this.count);
    this.#takeNode();
  }

  isOpen(node: FileNode): boolean {
    return this.#currentExpansion().isOpen(node);
  }

  isDirectory(node: FileNode): boolean {
    return shownInode(node, this.#view)?.type === EntryType.directory || (node.children !== null && this.descendants(node) > 0);
  }

  toggle(): void {
    const node = this.#node;
    // What leaves something out opens wholly first.
    if (node !== null && this.isDirectory(node)) this.#setOpen(node, !this.isOpen(node) || this.leftOut(node) > 0);
  }

  /** Children that an open directory does not list because the view did not change them. */
  leftOut(node: FileNode): number {
    return this.#rows?.leftOut(node) ?? 0;
  }

  /** Opens the directory, or steps into it when it is open (vim's `l`, dive's right). */
  enter(): void {
    const node = this.#node;
    if (node === null || !this.isDirectory(node)) return;
    if (!this.isOpen(node)) this.#setOpen(node, true);
    else if (this.descendants(node) > 0) this.move(1);
  }

  /** To the parent; an open directory closes first. */
  leave(): void {
    const node = this.#node;
    if (node === null) return;
    if (this.isDirectory(node) && this.isOpen(node) && this.descendants(node) > 0) this.#setOpen(node, false);
    else if (node.parent !== null && node.parent.parent !== null) this.reveal(node.parent);
  }

  toggleAll(): void {
    const expansion = this.#currentExpansion();
    // What is asked for before the layer has been read counts when it has.
    if (this.#rows === null) expansion.setAll(!expansion.openByDefault);
    else this.#rows.setAllOpen(!expansion.openByDefault);
    this.#findNode();
  }

  /** Opens what is closed above a node and puts the cursor on it; false when the view does not show it. */
  reveal(node: FileNode): boolean {
    if (this.#rows === null || this.#visibility === null) return false;
    for (let at: FileNode = node; at.parent !== null; at = at.parent) if (!this.#visibility.isVisible(at)) return false;
    if (this.root !== null && !isBelow(node, this.root)) {
      this.root = null;
      this.refresh();
    }
    for (let at = node; at.parent !== null && at !== this.root; at = at.parent) this.#rows.show(at);
    this.#node = node;
    this.#findNode();
    return true;
  }

  row(index: number): TreeRow | null {
    return this.#rows?.at(index) ?? null;
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

  /** Reads everything off the tree again; the cursor stays on its node, or on what is nearest to it. */
  refresh(): void {
    if (this.#tree === null || this.#rollups === null || !this.isReady) {
      this.#rows = null;
      this.#visibility = null;
      return;
    }
    this.#visibility = this.#visibilityOf(this.#tree, this.#rollups);
    const root = this.root ?? this.#tree.root;
    if (!this.#isFilled) {
      this.#isFilled = true;
      this.#expansion.setByItself(
        this.#expansion.openByDefault ? new Map() : directoriesToOpen(root, this.#visibility, this.cursor.height),
      );
    }
    this.#rows = new TreeRows(root, this.#visibility, this.#currentExpansion(), this.sort);
    this.#findNode();
  }

  /** Views that were looked at lately keep what they counted: going back and forth is free. */
  #visibilityOf(tree: FileTree, rollups: Rollups): Visibility {
    const key = this.#viewKey();
    let visibility = this.#visibilities.get(key);
    if (visibility === undefined) {
      visibility = this.#newVisibility(tree, rollups, this.filter);
      if (this.#visibilities.size >= keptViews) this.#visibilities.clear();
      this.#visibilities.set(key, visibility);
    }
    return visibility;
  }

  /** What a view counts depends on, besides the filter. */
  #viewKey(): string {
    return [this.#view.base, this.#view.top, this.leastBytes, ...this.hidden].join();
  }

  #newVisibility(tree: FileTree, rollups: Rollups, filter: Filter | null): Visibility {
    return new Visibility({
      catalogs: tree.catalogs,
      rollups,
      view: this.#view,
      hidden: new Set(this.hidden),
      matches: filter?.matches ?? null,
      leastBytes: this.leastBytes,
      sameContent: this.#sameContent,
    });
  }

  #currentExpansion(): Expansion {
    return this.filter === null && this.leastBytes === 0 ? this.#expansion : this.#filterExpansion;
  }

  #setOpen(node: FileNode, open: boolean): void {
    this.#rows?.setOpen(node, open);
    this.#findNode();
  }

  #takeNode(): void {
    const row = this.row(this.cursor.index);
    if (row !== null) this.#node = row.node;
  }

  /** Puts the cursor where its node went: to the node, or the directory above it that is still visible. */
  #findNode(): void {
    const rows = this.#rows;
    if (rows === null) return;
    for (let node = this.#node; node !== null && node.parent !== null; node = node.parent) {
      if (this.#visibility?.isVisible(node) !== true) continue;
      const index = rows.indexOf(node);
      if (index < 0) continue;
      this.cursor.to(index, rows.count);
      this.#takeNode();
      return;
    }
    this.cursor.to(this.cursor.index, rows.count);
    this.#node = null;
    this.#takeNode();
  }
}

function isBelow(node: FileNode, directory: FileNode): boolean {
  for (let at: FileNode | null = node.parent; at !== null; at = at.parent) if (at === directory) return true;
  return false;
}
