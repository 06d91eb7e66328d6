/**
 * Gives every live inode one owner: the system package whose list names it; for compiled Python, the owner of its source; the language
 * package that lists it or whose directory holds it; else the directory that a person would name. Each list and each file is read once.
 */
import { noChild, root } from "../../src/filesystem/columns/name-columns.ts";
import type { TreeColumns } from "../../src/filesystem/columns/tree-columns.ts";
import { none } from "../../src/filesystem/columns/version-columns.ts";
import type { FileTree } from "../../src/filesystem/file-tree.ts";
import type { LiveFiles } from "../../src/filesystem/live-files.ts";
import { displayPath } from "../../src/filesystem/paths.ts";
import { EntryType } from "../../src/tar/entry.ts";
import { systemEcosystems } from "./model.ts";
import type { Ecosystem, InstalledPackage } from "./model.ts";
import { PathResolver } from "./path-resolver.ts";
import { unownedGroup } from "./unowned.ts";

export interface Attribution {
  /** By place in the files: index of the package, or `-1 - index` into `groups`. All names of a hard-linked file share one owner. */
  readonly owners: Int32Array;
  /** Names for what belongs to no package, ready to print. */
  readonly groups: readonly string[];
  /** The package that owns the file at a live node (by its number), even an empty one; null if there is none. */
  packageOf(node: number): number | null;
  /** The package that a name belongs to. For a hard-linked file it can differ from the file's owner, because each name counts by itself. */
  namedBy(node: number): number | null;
  /** The system or conda package that installed what this language package lists or holds in its directory; null if there is none. */
  withinOf(index: number): number | null;
}

export function attribute(tree: FileTree, files: LiveFiles, packages: readonly InstalledPackage[]): Attribution {
  const lists = new Lists(tree, packages);
  const { versions } = tree.columns;
  const owners = new Int32Array(files.length);
  const linked = new Map<number, number>();
  const groups = new Map<string, number>();
  // Files come directory by directory, so the group is looked up once for each directory.
  let directory: string | null = null;
  let group = -1;
  for (let place = 0; place < files.length; place += 1) {
    const inode = files.inodeId(place);
    const isLinked = versions.links(inode) > 1;
    let owner = (isLinked ? linked.get(inode) : undefined) ?? lists.ownerOf(files.nodeId(place));
    if (owner === null) {
      if (files.directory(place) !== directory) {
        directory = files.directory(place);
        group = numberOf(groups, unownedGroup(files.at(place).path));
      }
      owner = -1 - group;
    }
    if (isLinked) linked.set(inode, owner);
    owners[place] = owner;
  }
  return {
    owners,
    groups: [...groups.keys()].map(displayPath),
    packageOf: (node) => lists.ownerOf(node),
    namedBy: (node) => lists.namedBy(node),
    withinOf: (index) => lists.withinOf(index),
  };
}

function numberOf(groups: Map<string, number>, name: string): number {
  let number = groups.get(name);
  if (number === undefined) groups.set(name, (number = groups.size));
  return number;
}

/** Their packages can contain packages of other ecosystems. */
const installsOthers: ReadonlySet<Ecosystem> = new Set<Ecosystem>([...systemEcosystems, "conda"]);

class Lists {
  readonly #packages: readonly InstalledPackage[];
  readonly #columns: TreeColumns;
  readonly #resolver: PathResolver;
  /** By inode, so that all names of a hard-linked file share one owner. */
  readonly #system = new Map<number, number>();
  readonly #language = new Map<number, number>();
  readonly #directories = new Map<number, number | null>();
  /** The package that lists each name of a hard-linked file. */
  readonly #names = new Map<number, number>();

  constructor(tree: FileTree, packages: readonly InstalledPackage[]) {
    this.#packages = packages;
    this.#columns = tree.columns;
    this.#resolver = new PathResolver(tree);
    for (const [index, { ecosystem, files, directories }] of packages.entries()) {
      const owners = systemEcosystems.has(ecosystem) ? this.#system : this.#language;
      for (const file of files) this.#list(file, owners, index);
      for (const directory of directories) this.#listDirectory(directory, owners, index);
    }
  }

  #list(path: string, owners: Map<number, number>, index: number): void {
    const { versions } = this.#columns;
    const node = this.#resolver.resolveId(path);
    if (node === null) return;
    const inode = this.#columns.inode(node);
    if (versions.type(inode) === EntryType.directory) return;
    if (!owners.has(inode)) owners.set(inode, index);
    if (versions.links(inode) > 1 && !this.#names.has(node)) this.#names.set(node, index);
  }

  #listDirectory(path: string, owners: Map<number, number>, index: number): void {
    const node = this.#resolver.resolveId(path);
    if (node === null || node === root) return;
    const inode = this.#columns.inode(node);
    const [known, key] = this.#columns.versions.type(inode) === EntryType.directory ? [this.#directories, node] : [owners, inode];
    if (!known.has(key)) known.set(key, index);
  }

  ownerOf(node: number): number | null {
    const inode = this.#columns.inode(node);
    if (this.#columns.versions.type(inode) === EntryType.directory) return null;
    return this.#listed(node, inode) ?? this.#language.get(inode) ?? this.#nearest(this.#columns.names.parent(node));
  }

  namedBy(node: number): number | null {
    return this.#names.get(node) ?? this.#nearest(this.#columns.names.parent(node));
  }

  /** The package whose list names the file itself, or the source it was compiled from. */
  #listed(node: number, inode: number): number | null {
    const own = this.#system.get(inode);
    if (own !== undefined) return own;
    const source = sourceOf(this.#columns, node);
    return source === none ? null : (this.#system.get(source) ?? this.#language.get(source) ?? null);
  }

  #nearest(directory: number): number | null {
    const way: number[] = [];
    let owner: number | null = null;
    for (let node = directory; ; node = this.#columns.names.parent(node)) {
      const known = this.#directories.get(node);
      if (known !== undefined) {
        owner = known;
        break;
      }
      way.push(node);
      if (node === root) break;
    }
    for (const node of way) this.#directories.set(node, owner);
    return owner;
  }

  withinOf(index: number): number | null {
    const { ecosystem, evidence } = this.#packages[index]!;
    if (systemEcosystems.has(ecosystem)) return null;
    const node = this.#resolver.resolveId(evidence);
    if (node === null) return null;
    const inode = this.#columns.inode(node);
    const owner = this.#system.get(inode) ?? this.#language.get(inode);
    return owner === undefined || owner === index || !installsOthers.has(this.#packages[owner]!.ecosystem) ? null : owner;
  }
}

/** The inode of `x/name.py`, for `x/__pycache__/name.cpython-311.pyc` or `x/name.pyc`; `none` for a file that is not compiled Python. */
function sourceOf(columns: TreeColumns, node: number): number {
  const { names } = columns;
  if (!names.endsWith(node, compiled) && !names.endsWith(node, optimized)) return none;
  const name = names.name(node);
  const parent = names.parent(node);
  const directory = names.name(parent) === "__pycache__" ? names.parent(parent) : parent;
  const source = names.child(directory, `${name.slice(0, name.indexOf("."))}.py`);
  return source === noChild ? none : columns.inode(source);
}

const compiled = Buffer.from(".pyc");
const optimized = Buffer.from(".pyo");
