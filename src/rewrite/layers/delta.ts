/**
 * The layer that turns one tree into another: everything whose state differs, and whiteouts for what is gone. Built from the merged tree,
 * bottom-up, so that no order of entries in the source layers can lose or resurrect a file.
 *
 * Rules for a written layer (OCI image-spec, layer.md, and how overlay engines treat layers that stretch it): parents are always written,
 * with their merged metadata; whiteouts come before their siblings, only for names that the lower layers have, at the highest removed
 * directory, never together with an entry of the same name; hard links stay inside the layer.
 */
import { compareTexts } from "../../base/text/compare-texts.ts";
import type { FileNode, FileTree, Inode } from "../../filesystem/file-tree.ts";
import { isUnsayable } from "../../filesystem/whiteouts.ts";
import { EntryType } from "../../tar/entry.ts";
import { metadataDifference } from "./entry-state.ts";
import { namesOfInodes } from "./views.ts";
import type { View } from "./views.ts";

export type LayerEntry =
  /** Anything written with its own header (and content, for files). The root's path is "". */
  | {
      readonly kind: "node";
      readonly path: string;
      readonly inode: Inode;
      /** Written with time 0, because a layer above has an entry for the directory again. */
      readonly timeless?: true;
    }
  | { readonly kind: "hard-link"; readonly path: string; readonly inode: Inode; readonly target: string }
  /** `path` is the path to remove. */
  | { readonly kind: "whiteout"; readonly path: string };

/** Whether two regular files of the same size hold the same bytes. */
export type SameContent = (a: Inode, b: Inode) => boolean;

/**
 * Entries of the layer in path order, parents first, link targets before their links.
 * `lower` is null for a layer that stands alone.
 */
export function layerBetween(tree: FileTree, lower: View | null, upper: View, sameContent: SameContent): LayerEntry[] {
  return new LayerBuilder(tree, lower, upper, sameContent).build();
}

class LayerBuilder {
  readonly #tree: FileTree;
  readonly #lower: View | null;
  readonly #upper: View;
  readonly #sameContent: SameContent;
  readonly #entries: LayerEntry[] = [];
  /** Inodes of the upper tree that the lower layers already show under the same names. */
  readonly #unchanged = new Set<Inode>();
  /** Where the content of an inode has been written. */
  readonly #writtenAt = new Map<Inode, string>();

  constructor(tree: FileTree, lower: View | null, upper: View, sameContent: SameContent) {
    this.#tree = tree;
    this.#lower = lower;
    this.#upper = upper;
    this.#sameContent = sameContent;
  }

  build(): LayerEntry[] {
    const { root } = this.#tree;
    if (this.#lower !== null) this.#findUnchanged(this.#lower);
    const inode = this.#upper(root);
    const before = this.#lower?.(root) ?? null;
    // The root gets an entry only if a layer has one: engines create the root themselves.
    if (inode !== null && inode.entry >= 0 && (before === null || this.#directoryChanged(before, inode))) {
      this.#entries.push({ kind: "node", path: "", inode });
    }
    this.#children(root, "", this.#lower !== null);
    return this.#entries;
  }

  /**
   * A file is left out if the lower layers have it under all its names, nothing about it differs, and no other name stays linked to it
   * there. A single new or different name brings all names of the file into the layer, since a link cannot reach into another layer.
   */
  #findUnchanged(lower: View): void {
    const lowerNames = namesOfInodes(this.#tree.root, lower);
    for (const [inode, names] of namesOfInodes(this.#tree.root, this.#upper)) {
      const below = lower(names[0]!);
      if (below === null || !names.every((node) => this.#shownBelow(lower, node) === below)) continue;
      if (below === inode) this.#unchanged.add(inode);
      else if (this.#sameState(below, inode) && lowerNames.get(below)!.every((node) => names.includes(node) || this.#isGone(node))) {
        this.#unchanged.add(inode);
      }
    }
  }

  /** What the lower layers show at a node; also null when one of its parents is missing or not a directory there. */
  #shownBelow(lower: View, node: FileNode): Inode | null {
    for (let parent = node.parent; parent !== null && parent.parent !== null; parent = parent.parent) {
      if (lower(parent)?.type !== EntryType.directory) return null;
    }
    return lower(node);
  }

  #isGone(node: FileNode): boolean {
    for (let at: FileNode | null = node; at !== null; at = at.parent) if (this.#upper(at) === null) return true;
    return false;
  }

  #sameState(a: Inode, b: Inode): boolean {
    if (metadataDifference(this.#tree, a, b) !== "none") return false;
    return a.type !== EntryType.file || a.bytes === 0 || this.#sameContent(a, b);
  }

  #directoryChanged(before: Inode, after: Inode): boolean {
    return before !== after && metadataDifference(this.#tree, before, after) !== "none";
  }

  /** `below`: the directory exists in the lower layers, as a directory. */
  #children(directory: FileNode, prefix: string, below: boolean): void {
    if (directory.children === null) return;
    const children = [...directory.children.values()].sort(byName);
    if (below) for (const child of children) this.#whiteout(child, prefix);
    for (const child of children) this.#node(child, prefix + child.name, below);
  }

  #whiteout(node: FileNode, prefix: string): void {
    const before = this.#lower!(node);
    if (before === null || this.#upper(node) !== null) return;
    // Not shown and yet not removed: overlay's device, which stays in the kept layer.
    if (before.type === EntryType.charDevice && node.inode === before) return;
    this.#remove(node, prefix + node.name);
  }

  /** A whiteout of a directory called `.wh.x` would be another marker, so its children are removed instead. */
  #remove(node: FileNode, path: string): void {
    if (!isUnsayable(node.name)) {
      this.#entries.push({ kind: "whiteout", path });
      return;
    }
    const children = [...(node.children?.values() ?? [])].filter((child) => this.#lower!(child) !== null);
    for (const child of children.sort(byName)) this.#remove(child, `${path}/${child.name}`);
  }

  #node(node: FileNode, path: string, parentBelow: boolean): void {
    const inode = this.#upper(node);
    if (inode === null) return;
    const before = parentBelow ? this.#lower!(node) : null;
    if (inode.type === EntryType.directory) this.#directory(node, path, inode, before);
    else if (!this.#unchanged.has(inode)) this.#file(path, inode);
  }

  #directory(node: FileNode, path: string, inode: Inode, before: Inode | null): void {
    const below = before !== null && before.type === EntryType.directory;
    const at = this.#entries.length;
    const changed = !below || this.#directoryChanged(before, inode);
    // An entry for a directory called `.wh.x` would be a whiteout; its children create it, as in the source.
    const writable = !isUnsayable(node.name);
    if (writable) this.#entries.push({ kind: "node", path, inode });
    this.#children(node, `${path}/`, below);
    if (writable && !changed && this.#entries.length === at + 1) this.#entries.pop();
  }

  #file(path: string, inode: Inode): void {
    const target = this.#writtenAt.get(inode);
    if (target !== undefined) {
      this.#entries.push({ kind: "hard-link", path, inode, target });
      return;
    }
    this.#writtenAt.set(inode, path);
    this.#entries.push({ kind: "node", path, inode });
  }
}

function byName(a: FileNode, b: FileNode): number {
  return compareTexts(a.name, b.name);
}
