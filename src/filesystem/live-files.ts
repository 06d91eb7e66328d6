import { EntryType } from "../tar/entry.ts";
import { root } from "./columns/name-columns.ts";
import type { TreeColumns } from "./columns/tree-columns.ts";
import { none } from "./columns/version-columns.ts";
import type { FileNode, FileTree, Inode } from "./file-tree.ts";

/** A node that is alive after the top layer. */
export type LiveNode = FileNode & { readonly inode: Inode };

/** Every path alive after the top layer below `from` (and `from` itself unless it is the root), parents first, siblings by name (byte order). */
export function* liveNodes(tree: FileTree, from: FileNode = tree.root): Generator<LiveNode> {
  for (const id of liveIds(tree, from.id)) yield tree.nodes.node(id) as LiveNode;
}

/** As `liveNodes`, by number. */
export function* liveIds({ columns }: FileTree, from: number = root): Generator<number> {
  const stack: number[] = from === root ? liveChildren(columns, from) : [from];
  for (let id = stack.pop(); id !== undefined; id = stack.pop()) {
    yield id;
    for (const child of liveChildren(columns, id)) stack.push(child);
  }
}

/** Last name first, so that popping gives the first. */
function liveChildren(columns: TreeColumns, directory: number): number[] {
  if (columns.liveChildren(directory) === 0) return [];
  const children = [...columns.names.children(directory)].filter((child) => columns.inode(child) !== none);
  return columns.names.inOrder(children).reverse();
}

/** A live regular file that holds content, at one of its names: a view of its place among `LiveFiles`. */
export class LiveFile {
  readonly #files: LiveFiles;
  readonly #place: number;

  constructor(files: LiveFiles, place: number) {
    this.#files = files;
    this.#place = place;
  }

  get node(): FileNode {
    return this.#files.tree.nodes.node(this.nodeId);
  }

  get inode(): Inode {
    return this.#files.tree.nodes.inode(this.inodeId)!;
  }

  get nodeId(): number {
    return this.#files.nodeId(this.#place);
  }

  get inodeId(): number {
    return this.#files.inodeId(this.#place);
  }

  /** Bytes of its content. */
  get bytes(): number {
    return this.#files.tree.columns.bytes(this.inodeId);
  }

  /** Its live names, this one included. */
  get links(): number {
    return this.#files.tree.columns.versions.links(this.inodeId);
  }

  /** Layer that stored it. */
  get layer(): number {
    return this.#files.tree.columns.versions.layer(this.inodeId);
  }

  /** Index in that layer's catalog. */
  get entry(): number {
    return this.#files.tree.columns.versions.entry(this.inodeId);
  }

  /** Last path component, a byte string. */
  get name(): string {
    return this.#files.tree.columns.names.name(this.nodeId);
  }

  /** What comes before the name, with its slash; "" for the root. All files of one directory share the string. */
  get directory(): string {
    return this.#files.directory(this.#place);
  }

  /** A byte string without leading slash. */
  get path(): string {
    return this.directory + this.name;
  }
}

/** The live regular files that hold content, a hard-linked one once for each name, in the order of `liveNodes`. Walked once, read by many. */
export class LiveFiles {
  readonly tree: FileTree;
  #length = 0;
  readonly #nodes: Int32Array;
  /** Which of the directories a file lies in. */
  readonly #directories: Int32Array;
  readonly #directoryPaths: string[] = [];

  constructor(tree: FileTree) {
    this.tree = tree;
    this.#nodes = new Int32Array(tree.liveCount);
    this.#directories = new Int32Array(tree.liveCount);
    this.#walk(tree.columns);
  }

  get length(): number {
    return this.#length;
  }

  nodeId(place: number): number {
    return this.#nodes[place]!;
  }

  inodeId(place: number): number {
    return this.tree.columns.inode(this.#nodes[place]!);
  }

  /** See `LiveFile.directory`. */
  directory(place: number): string {
    return this.#directoryPaths[this.#directories[place]!]!;
  }

  at(place: number): LiveFile {
    return new LiveFile(this, place);
  }

  *[Symbol.iterator](): Generator<LiveFile> {
    for (let place = 0; place < this.#length; place += 1) yield this.at(place);
  }

  #walk(columns: TreeColumns): void {
    const { names, versions } = columns;
    const stack: { readonly directory: number; readonly children: number[] }[] = [];
    const enter = (directory: number, path: string): void => {
      stack.push({ directory: this.#directoryPaths.length, children: liveChildren(columns, directory) });
      this.#directoryPaths.push(path);
    };
    enter(root, "");
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const child = top.children.pop();
      if (child === undefined) {
        stack.pop();
        continue;
      }
      const inode = columns.inode(child);
      if (versions.type(inode) === EntryType.file && columns.bytes(inode) > 0) {
        this.#nodes[this.#length] = child;
        this.#directories[this.#length] = top.directory;
        this.#length += 1;
      }
      if (columns.liveChildren(child) > 0) enter(child, `${this.#directoryPaths[top.directory]!}${names.name(child)}/`);
    }
  }
}

export function liveFiles(tree: FileTree): LiveFiles {
  return new LiveFiles(tree);
}
