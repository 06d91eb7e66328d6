/**
 * Verification: compares two trees path by path. Knows nothing about how the layers were rewritten; it only sees the original tree, what
 * the plan was allowed to change, and the tree that was read back.
 */
import { BallastError } from "../base/errors.ts";
import { groupBy } from "../base/group-by.ts";
import { anyTime, Differs, inodeDifferences, metadataOf, sameXattrs, xattrsOf } from "../filesystem/compare.ts";
import type { FileNode, FileTree, Inode } from "../filesystem/file-tree.ts";
import { displayPath } from "../filesystem/paths.ts";
import { isUnsayable } from "../filesystem/whiteouts.ts";
import type { Image } from "../image/image.ts";
import { EntryType } from "../tar/entry.ts";
import { writtenEntry } from "./layers/entry-state.ts";
import { editedView, viewAt } from "./layers/views.ts";
import type { TreeEdits, View } from "./layers/views.ts";

export interface Side {
  readonly image: Image;
  readonly tree: FileTree;
  readonly scanner: ContentHasher;
}

/** The part of the scanner that verification needs. */
export interface ContentHasher {
  hashEntries(
    layer: Image["layers"][number],
    catalog: FileTree["catalogs"][number],
    entries: readonly number[],
  ): Promise<ReadonlyMap<number, string>>;
}

export interface Comparison {
  readonly edits: TreeEdits;
  /** Number of layers from the bottom that both images share byte for byte. */
  readonly keptLayers: number;
  readonly clampTime: number | null;
}

const aspects: readonly (readonly [bits: number, name: string])[] = [
  [Differs.size, "size"],
  [Differs.mode, "mode"],
  [Differs.owner, "owner"],
  [anyTime, "time"],
  [Differs.xattr, "xattrs"],
  [Differs.target, "link target"],
  [Differs.device, "device"],
];

/** At most this many differences are named in the message. */
const mostNamed = 3;

/**
 * Returns the number of paths, all equal in type, mode, owner, time, xattrs, link target, link group, device and content.
 * @throws {BallastError} verification-failed
 */
export async function verifyTrees(before: Side, after: Side, comparison: Comparison): Promise<number> {
  const comparer = new Comparer(before, after, comparison);
  const paths = comparer.compare();
  await comparer.compareContent();
  const { differences } = comparer;
  if (differences.length === 0) return paths;
  const named = differences.slice(0, mostNamed).map(({ path, what }) => `${displayPath(path)} (${what})`);
  const more = differences.length > mostNamed ? ` and ${differences.length - mostNamed} more` : "";
  throw new BallastError("verification-failed", `the rewritten image differs from the original: ${named.join(", ")}${more}`);
}

class Comparer {
  readonly differences: { readonly path: string; readonly what: string }[] = [];
  readonly #before: Side;
  readonly #after: Side;
  readonly #comparison: Comparison;
  readonly #expected: View;
  readonly #found: View;
  /** Corresponding inodes, in both directions: names linked on one side must be linked on the other. */
  readonly #partner = new Map<Inode, Inode>();
  readonly #content: { readonly path: string; readonly expected: Inode; readonly found: Inode }[] = [];
  #paths = 0;

  constructor(before: Side, after: Side, comparison: Comparison) {
    this.#before = before;
    this.#after = after;
    this.#comparison = comparison;
    this.#expected = editedView(before.tree, before.tree.catalogs.length - 1, comparison.edits);
    this.#found = viewAt(after.tree.catalogs.length - 1);
  }

  compare(): number {
    const { root } = this.#before.tree;
    const expected = this.#expected(root);
    if (expected !== null && expected.entry >= 0) this.#metadata("", expected, this.#found(this.#after.tree.root)!);
    this.#directory(root, this.#after.tree.root, "");
    return this.#paths;
  }

  #directory(expected: FileNode, found: FileNode, prefix: string): void {
    for (const child of expected.children?.values() ?? []) {
      const inode = this.#expected(child);
      if (inode === null) continue;
      const other = found.children?.get(child.name);
      const otherInode = other === undefined ? null : this.#found(other);
      const path = prefix + child.name;
      if (other === undefined || otherInode === null) {
        if (!isUnsaid(child, this.#expected)) this.#differ(path, "missing");
      } else this.#node(child, inode, other, otherInode, path);
    }
    for (const child of found.children?.values() ?? []) {
      if (this.#found(child) === null) continue;
      const other = expected.children?.get(child.name);
      if (other !== undefined && this.#expected(other) !== null) continue;
      if (!this.#isKeptDevice(other, child) && !isUnsaid(child, this.#found)) this.#differ(prefix + child.name, "not in the original");
    }
  }

  /** Overlay's device 0:0 is not compared if its layer was kept. */
  #isKeptDevice(expected: FileNode | undefined, found: FileNode): boolean {
    const inode = this.#found(found)!;
    return (
      expected?.inode?.type === EntryType.charDevice && inode.type === EntryType.charDevice && inode.layer < this.#comparison.keptLayers
    );
  }

  #node(expectedNode: FileNode, expected: Inode, foundNode: FileNode, found: Inode, path: string): void {
    this.#paths += 1;
    if (expected.type !== found.type) {
      this.#differ(path, "type");
      return;
    }
    this.#metadata(path, expected, found);
    this.#own(expectedNode, expected, found, path);
    if (expected.type === EntryType.directory) {
      this.#directory(expectedNode, foundNode, `${path}/`);
      return;
    }
    const known = this.#partner.get(expected);
    if (known === undefined && !this.#partner.has(found)) {
      this.#partner.set(expected, found).set(found, expected);
      if (expected.type === EntryType.file && expected.bytes > 0 && !this.#isSameEntry(expected, found))
        this.#content.push({ path, expected, found });
    } else if (known !== found) this.#differ(path, "hard links");
  }

  /** If the plan replaces a file by another, that one must be equal except for what the step may change. */
  #own(node: FileNode, expected: Inode, found: Inode, path: string): void {
    const { edits } = this.#comparison;
    const { inode } = node;
    if (inode === null || inode === expected) return;
    this.#metadata(path, inode, found, edits.restored.has(node) ? anyTime : 0);
    if (inode.type === EntryType.file && inode.bytes > 0) this.#content.push({ path, expected: inode, found });
  }

  #isSameEntry(expected: Inode, found: Inode): boolean {
    return found.layer < this.#comparison.keptLayers && expected.layer === found.layer && expected.entry === found.entry;
  }

  /** `ignored`: bits of `Differs` that may differ. */
  #metadata(path: string, expected: Inode, found: Inode, ignored = 0): void {
    if (this.#isSameEntry(expected, found)) return;
    const { catalogs } = this.#after.tree;
    let differing = inodeDifferences(this.#before.tree.catalogs, expected, catalogs, found) & ~ignored;
    // Written entries are cleaned; a kept layer may have the same path uncleaned.
    if ((differing & (anyTime | Differs.xattr)) !== 0) {
      const wanted = writtenEntry(this.#before.tree, expected, path, this.#comparison.clampTime);
      const { mtimeSeconds, mtimeNanos } = metadataOf(catalogs, found);
      differing &= ~(anyTime | Differs.xattr);
      const sameTime = wanted.mtimeSeconds === mtimeSeconds && wanted.mtimeNanos === mtimeNanos;
      if (!sameTime && (ignored & anyTime) === 0) differing |= Differs.time;
      if (!sameXattrs(wanted.xattrs, xattrsOf(catalogs, found))) differing |= Differs.xattr;
    }
    if (differing !== 0) this.#differ(path, aspects.flatMap(([bits, name]) => ((differing & bits) === 0 ? [] : [name])).join(", "));
  }

  async compareContent(): Promise<void> {
    const hashes = await Promise.all([
      hashAll(
        this.#before,
        this.#content.map(({ expected }) => expected),
      ),
      hashAll(
        this.#after,
        this.#content.map(({ found }) => found),
      ),
    ]);
    for (const { path, expected, found } of this.#content)
      if (hashes[0].get(expected) !== hashes[1].get(found)) this.#differ(path, "content");
  }

  #differ(path: string, what: string): void {
    this.differences.push({ path, what });
  }
}

/** An empty directory called `.wh.x`: no layer can add or remove one, so it is ignored on both sides. */
function isUnsaid(node: FileNode, view: View): boolean {
  if (!isUnsayable(node.name) || view(node)?.type !== EntryType.directory) return false;
  for (const child of node.children?.values() ?? []) if (view(child) !== null && !isUnsaid(child, view)) return false;
  return true;
}

/** SHA-256 of regular files, layer by layer. */
export async function hashAll({ image, tree, scanner }: Side, inodes: readonly Inode[]): Promise<Map<Inode, string>> {
  const byLayer = groupBy(inodes, ({ layer }) => layer);
  const hashes = new Map<Inode, string>();
  await Promise.all(
    [...byLayer].map(async ([layer, group]) => {
      const entries = [...new Set(group.map((inode) => inode.entry))];
      const found = await scanner.hashEntries(image.layers[layer]!, tree.catalogs[layer]!, entries);
      for (const inode of group) hashes.set(inode, found.get(inode.entry)!);
    }),
  );
  return hashes;
}
