/**
 * Splits one layer into several, so that an update transfers only what changed: packages, the paths of each boundary, and on top everything
 * else with the metadata of directories. The layer of a package's files depends only on the package's name and size, so that the next build
 * puts them into the same one.
 */
import { createHash } from "node:crypto";

import type { FileNode, FileTree } from "../../filesystem/file-tree.ts";
import { EntryType } from "../../tar/entry.ts";
import type { LayerEntry } from "../layers/delta.ts";
import type { Glob } from "../../base/text/glob.ts";
import { compareTexts } from "../../base/text/compare-texts.ts";
import type { PackageOwners } from "./package-owners.ts";

export interface SplitPart {
  /** For the history. */
  readonly name: string;
  readonly entries: readonly LayerEntry[];
}

export interface SplitOptions {
  readonly owners: PackageOwners;
  readonly boundaries: readonly Glob[];
  readonly mostLayers: number;
}

/** A package of at least this many bytes gets a layer of its own, if there is room. */
const largePackage = 4 * 1024 * 1024;
/** Number of layers that small packages share; each package is always in the same one. */
const sharedLayers = 8;
const rest = "everything else";

/** Takes `entries` in path order; returns the parts from the bottom, each with its parent directories. */
export function splitLayers(tree: FileTree, entries: readonly LayerEntry[], options: SplitOptions): SplitPart[] {
  const layerOf = assignPackages(tree, entries, options);
  const parts = new Map<string, LayerEntry[]>();
  const partOf = new Map<string, string>();
  const directories = new Map<string, Extract<LayerEntry, { kind: "node" }>>();
  const nameOf = (entry: LayerEntry): string => {
    if (entry.kind === "hard-link") return partOf.get(entry.target)!;
    return entry.kind === "whiteout" ? rest : partName(tree, entry.path, options, layerOf);
  };
  for (const entry of entries) {
    if (entry.kind === "node" && entry.inode.type === EntryType.directory) {
      directories.set(entry.path, entry);
      continue;
    }
    const name = nameOf(entry);
    partOf.set(entry.path, name);
    const part = parts.get(name);
    if (part === undefined) parts.set(name, [entry]);
    else part.push(entry);
  }
  const below = [...parts.keys()].filter((name) => name !== rest).sort((a, b) => rank(a, options) - rank(b, options) || compareTexts(a, b));
  const lower = below.map((name) => ({ name, entries: withParents(parts.get(name)!, directories) }));
  const top = [...directories.values(), ...(parts.get(rest) ?? [])].sort(byPath);
  return top.length > 0 || lower.length === 0 ? [...lower, { name: rest, entries: top }] : lower;
}

/** Packages at the bottom, since they change least; boundaries above, in the given order. */
function rank(name: string, { boundaries }: SplitOptions): number {
  return boundaries.findIndex((glob) => boundaryName(glob) === name) + 1;
}

function boundaryName(glob: Glob): string {
  return `boundary ${glob.text}`;
}

function partName(tree: FileTree, path: string, { boundaries, owners }: SplitOptions, layerOf: ReadonlyMap<string, string>): string {
  for (const glob of boundaries) if (matchesPathOrParent(glob, path)) return boundaryName(glob);
  const node = tree.lookup(path);
  const owner = node === null ? undefined : owners.get(node);
  return (owner === undefined ? undefined : layerOf.get(owner)) ?? rest;
}

function matchesPathOrParent(glob: Glob, path: string): boolean {
  for (let at = path; at !== ""; at = at.slice(0, Math.max(0, at.lastIndexOf("/")))) if (glob.matches(at)) return true;
  return false;
}

/** Package name to the name of its layer. */
function assignPackages(
  tree: FileTree,
  entries: readonly LayerEntry[],
  { owners, boundaries, mostLayers }: SplitOptions,
): Map<string, string> {
  const bytes = new Map<string, number>();
  for (const entry of entries) {
    if (entry.kind !== "node" || entry.inode.type === EntryType.directory) continue;
    const owner = owners.get(tree.lookup(entry.path) as FileNode);
    if (owner !== undefined) bytes.set(owner, (bytes.get(owner) ?? 0) + entry.inode.bytes);
  }
  const room = mostLayers - boundaries.length - 1;
  const shared = Math.max(0, Math.min(sharedLayers, room));
  const large = [...bytes].filter(([, size]) => size >= largePackage).sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
  const own = new Set(large.slice(0, Math.max(0, room - shared)).map(([name]) => name));
  return new Map(
    [...bytes.keys()].flatMap((name): [string, string][] => {
      if (own.has(name)) return [[name, `package ${name}`]];
      return shared === 0
        ? []
        : [[name, `packages, group ${(createHash("sha256").update(name).digest().readUInt32BE(0) % shared) + 1} of ${shared}`]];
    }),
  );
}

/**
 * Adds parent directories, since some engines create missing ones as root. Their times are left to the top layer: any change in a directory
 * changes its time, and would change this layer too.
 */
function withParents(
  entries: readonly LayerEntry[],
  directories: ReadonlyMap<string, Extract<LayerEntry, { kind: "node" }>>,
): LayerEntry[] {
  const parents = new Map<string, LayerEntry>();
  for (const { path } of entries) {
    for (let slash = path.lastIndexOf("/"); slash > 0; slash = path.lastIndexOf("/", slash - 1)) {
      const parent = path.slice(0, slash);
      if (parents.has(parent)) break;
      const directory = directories.get(parent);
      if (directory !== undefined) parents.set(parent, { ...directory, timeless: true });
    }
  }
  return [...parents.values(), ...entries].sort(byPath);
}

/** Path order with whiteouts before their siblings, as in `layerBetween`. */
function byPath(a: LayerEntry, b: LayerEntry): number {
  const first = a.path.split("/");
  const second = b.path.split("/");
  const length = Math.min(first.length, second.length);
  for (let at = 0; at < length; at += 1) {
    if (first[at] === second[at]) continue;
    const siblings = at === first.length - 1 && at === second.length - 1;
    if (siblings && (a.kind === "whiteout") !== (b.kind === "whiteout")) return a.kind === "whiteout" ? -1 : 1;
    return first[at]! < second[at]! ? -1 : 1;
  }
  return first.length - second.length;
}
