/** What stands at each name while layers are merged. Versions are placed and removed here; links, live names and deaths are counted. */
import { EntryType } from "../../tar/entry.ts";
import type { BytePath, FoundDirectory } from "../columns/byte-path.ts";
import type { TreeColumns } from "../columns/tree-columns.ts";
import { none } from "../columns/version-columns.ts";

export class Standing {
  /** Names that are alive. */
  liveCount = 0;
  /** The directory of the last entry, since most entries lie beside the one before. Null when a name on the way may have changed since. */
  lastParent: FoundDirectory | null = null;
  readonly #columns: TreeColumns;

  constructor(columns: TreeColumns) {
    this.#columns = columns;
  }

  /** Puts a version at a name, removing what stood there unless both are directories. Returns the node. */
  place(parent: number, { bytes, base, to }: Pick<BytePath, "bytes" | "base" | "to">, version: number): number {
    const columns = this.#columns;
    const { versions, names } = columns;
    const inode = versions.inode(version);
    versions.addLinks(inode, 1);
    const found = names.find(parent, bytes, base, to);
    if (found < 0) {
      const created = names.add(parent, bytes, base, to, found);
      columns.begin(created, version);
      this.#countLive(parent, 1);
      return created;
    }
    const before = columns.inode(found);
    if (before === none) this.#countLive(parent, 1);
    else {
      const type = versions.type(before);
      if (type === EntryType.directory && versions.type(inode) !== EntryType.directory) {
        this.#removeChildren(found, versions.layer(version), none);
      }
      if (type === EntryType.directory || type === EntryType.symlink) this.lastParent = null;
      this.#unlink(before, versions.layer(version), inode);
    }
    columns.state(found, version);
    return found;
  }

  /** Leaves nothing at a name. `entry` is the layer's entry that says so; `none` when something else takes its place. */
  remove(node: number, inode: number, layer: number, entry: number): void {
    const columns = this.#columns;
    const type = columns.versions.type(inode);
    this.#unlink(inode, layer, none);
    columns.state(node, columns.versions.point(layer, entry, none));
    this.#countLive(columns.names.parent(node), -1);
    if (type === EntryType.directory || type === EntryType.symlink) this.lastParent = null;
  }

  /** The content of an inode that no name shows any more. `replacement` is the inode that took its place, or `none`. */
  die(inode: number, layer: number, replacement: number): void {
    const { inodes, layers, replacements } = this.#columns.deaths;
    inodes.push(inode);
    layers.push(layer);
    replacements.push(replacement);
  }

  /** Everything below a directory that something else replaces, whoever stated it. */
  #removeChildren(node: number, layer: number, entry: number): void {
    const columns = this.#columns;
    if (columns.liveChildren(node) === 0) return;
    for (const child of columns.names.children(node)) {
      const inode = columns.inode(child);
      if (inode === none) continue;
      if (columns.versions.type(inode) === EntryType.directory) this.#removeChildren(child, layer, entry);
      this.remove(child, inode, layer, entry);
    }
  }

  #countLive(parent: number, nodes: 1 | -1): void {
    this.#columns.addLiveChildren(parent, nodes);
    this.liveCount += nodes;
  }

  #unlink(inode: number, layer: number, replacement: number): void {
    const { versions } = this.#columns;
    if (versions.addLinks(inode, -1) > 0 || versions.type(inode) !== EntryType.file) return;
    const isReplaced = replacement !== none && versions.type(replacement) !== EntryType.directory;
    this.die(inode, layer, isReplaced ? replacement : none);
  }
}
