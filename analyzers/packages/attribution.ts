/**
 * One owner for every live inode: the system package whose list names it, compiled Python with its source, the language package that lists
 * it or in whose directory it lies, else the directory that a person would name. Walks each list and each file once.
 */
import type { FileNode, FileTree, Inode } from "../../src/filesystem/file-tree.ts";
import type { LiveFile } from "../../src/filesystem/live-files.ts";
import { displayPath } from "../../src/filesystem/paths.ts";
import { EntryType } from "../../src/tar/entry.ts";
import { systemEcosystems } from "./model.ts";
import type { Ecosystem, InstalledPackage } from "./model.ts";
import { PathResolver } from "./path-resolver.ts";
import { unownedGroup } from "./unowned.ts";

export interface Attribution {
  /** By place in the files: index of the package, or `-1 - index` into `groups`. All names of a hard-linked file have one owner. */
  readonly owners: Int32Array;
  /** What belongs to no package, ready to print. */
  readonly groups: readonly string[];
  /** The package whose file stands at a live node, whatever it holds; null for none. */
  packageOf(node: FileNode): number | null;
  /** The package that a name goes with, which is not always the one that owns the file: of a hard-linked file each name counts. */
  namedBy(node: FileNode): number | null;
  /** The package of the system, or of conda, that installed what a language package's own list or directory names; null for none. */
  withinOf(index: number): number | null;
}

export function attribute(tree: FileTree, files: readonly LiveFile[], packages: readonly InstalledPackage[]): Attribution {
  const lists = new Lists(tree, packages);
  const owners = new Int32Array(files.length);
  const linked = new Map<Inode, number>();
  const groups = new Map<string, number>();
  // Files come directory by directory: its group is looked up once for all that lie in it.
  let directory: FileNode | null = null;
  let group = -1;
  for (let at = 0; at < files.length; at += 1) {
    const { node, inode, path } = files[at]!;
    let owner = (inode.links > 1 ? linked.get(inode) : undefined) ?? lists.ownerOf(node);
    if (owner === null) {
      if (node.parent !== directory) {
        directory = node.parent;
        group = numberOf(groups, unownedGroup(path));
      }
      owner = -1 - group;
    }
    if (inode.links > 1) linked.set(inode, owner);
    owners[at] = owner;
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

/** Their packages bring packages of languages. */
const installsOthers: ReadonlySet<Ecosystem> = new Set<Ecosystem>([...systemEcosystems, "conda"]);

class Lists {
  readonly #packages: readonly InstalledPackage[];
  readonly #resolver: PathResolver;
  /** By inode, so that all names of a hard-linked file have one owner. */
  readonly #system = new Map<Inode, number>();
  readonly #language = new Map<Inode, number>();
  readonly #directories = new Map<FileNode, number | null>();
  /** Who lists a name of a hard-linked file. */
  readonly #names = new Map<FileNode, number>();

  constructor(tree: FileTree, packages: readonly InstalledPackage[]) {
    this.#packages = packages;
    this.#resolver = new PathResolver(tree);
    for (const [index, { ecosystem, files, directories }] of packages.entries()) {
      const owners = systemEcosystems.has(ecosystem) ? this.#system : this.#language;
      for (const file of files) {
        const node = this.#resolver.resolve(file);
        const inode = node?.inode ?? null;
        if (node === null || inode === null || inode.type === EntryType.directory) continue;
        if (!owners.has(inode)) owners.set(inode, index);
        if (inode.links > 1 && !this.#names.has(node)) this.#names.set(node, index);
      }
      for (const directory of directories) {
        const node = this.#resolver.resolve(directory);
        if (node === null || node.parent === null) continue;
        if (node.inode!.type === EntryType.directory) {
          if (!this.#directories.has(node)) this.#directories.set(node, index);
        } else if (!owners.has(node.inode!)) owners.set(node.inode!, index);
      }
    }
  }

  ownerOf(node: FileNode): number | null {
    const inode = node.inode!;
    if (inode.type === EntryType.directory) return null;
    return this.#listed(node) ?? this.#language.get(inode) ?? this.#nearest(node.parent!);
  }

  namedBy(node: FileNode): number | null {
    return this.#names.get(node) ?? this.#nearest(node.parent!);
  }

  /** Whose list names the file itself, or the source of what was compiled from it. */
  #listed(node: FileNode): number | null {
    const own = this.#system.get(node.inode!);
    if (own !== undefined) return own;
    const source = sourceOf(node)?.inode ?? null;
    return source === null ? null : (this.#system.get(source) ?? this.#language.get(source) ?? null);
  }

  #nearest(directory: FileNode): number | null {
    const way: FileNode[] = [];
    let owner: number | null = null;
    for (let node: FileNode | null = directory; node !== null; node = node.parent) {
      const known = this.#directories.get(node);
      if (known !== undefined) {
        owner = known;
        break;
      }
      way.push(node);
    }
    for (const node of way) this.#directories.set(node, owner);
    return owner;
  }

  withinOf(index: number): number | null {
    const { ecosystem, evidence } = this.#packages[index]!;
    if (systemEcosystems.has(ecosystem)) return null;
    const inode = this.#resolver.resolve(evidence)?.inode ?? null;
    if (inode === null) return null;
    const owner = this.#system.get(inode) ?? this.#language.get(inode);
    return owner === undefined || owner === index || !installsOthers.has(this.#packages[owner]!.ecosystem) ? null : owner;
  }
}

/** `x/__pycache__/name.cpython-311.pyc` is compiled from `x/name.py`, and `x/name.pyc` too. */
function sourceOf(node: FileNode): FileNode | null {
  if (!node.name.endsWith(".pyc") && !node.name.endsWith(".pyo")) return null;
  const parent = node.parent!;
  const directory = parent.name === "__pycache__" ? parent.parent : parent;
  return directory?.children?.get(`${node.name.slice(0, node.name.indexOf("."))}.py`) ?? null;
}
