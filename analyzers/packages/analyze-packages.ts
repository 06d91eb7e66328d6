/** What an image is made of, from what the scan kept: packages, the files they own, why they are there, and what nothing needs. */
import { compareTexts } from "../../src/base/text/compare-texts.ts";
import { root } from "../../src/filesystem/columns/name-columns.ts";
import { none } from "../../src/filesystem/columns/version-columns.ts";
import type { FileTree, Inode } from "../../src/filesystem/file-tree.ts";
import type { LiveFile, LiveFiles } from "../../src/filesystem/live-files.ts";
import { EntryType } from "../../src/tar/entry.ts";
import { attribute } from "./attribution.ts";
import type { Attribution } from "./attribution.ts";
import { installedPackages } from "./ecosystems/readers.ts";
import type { SourceFile } from "./evidence/source-files.ts";
import type { BinaryFacts } from "./evidence/kept-file.ts";
import { findUnneeded } from "./findings/find.ts";
import { immediateDominators } from "./graph/dominators.ts";
import { edgesOf } from "./graph/edges.ts";
import type { Edges } from "./graph/edges.ts";
import { reach } from "./graph/reach.ts";
import type { Reached } from "./graph/reach.ts";
import { systemEcosystems } from "./model.ts";
import type { InstalledPackage, Owner, PackageAnalysis, PackageRow, Requested } from "./model.ts";
import { packageWarnings } from "./package-warnings.ts";
import { resolvePath } from "../../src/filesystem/resolve-path.ts";

export interface PackagesInput {
  readonly tree: FileTree;
  /** As returned by `liveFiles`. */
  readonly files: LiveFiles;
  readonly sources: readonly SourceFile[];
  /** Inodes already counted as leftovers, so that nothing is counted twice. */
  readonly leftovers: ReadonlySet<Inode>;
}

export async function analyzePackages({ tree, files, sources, leftovers }: PackagesInput): Promise<PackageAnalysis> {
  const packages = await installedPackages(tree, sources);
  const attribution = attribute(tree, files, packages);
  const owned = new OwnedFiles(files, attribution);
  const edges = edgesOf(packages, (path) => {
    const node = resolvePath(tree, path, { followLast: false });
    return node === null ? null : attribution.packageOf(node.id);
  });
  const reached = reach(packages, edges);
  const rows = rowsOf(tree, { packages, attribution, owned, edges, reached });
  const elves = new Map<number, BinaryFacts>(
    sources.flatMap(({ node, kept }) => ("elf" in kept ? [[node.inode!.id, kept.elf] as const] : [])),
  );
  const findings = findUnneeded({
    rows,
    edges,
    reached,
    isAutomatic: (index) => packages[index]!.automatic === true,
    filesOf: (index) => owned.namesOf(index),
    files,
    elves,
    taken: leftovers,
  });
  const { owners, numbers } = ownersOf(rows, owned, attribution);
  return {
    owners,
    packages: rows,
    findings,
    unownedBytes: owners.reduce((sum, { kind, bytes }) => (kind === "unowned" ? sum + bytes : sum), 0),
    entryOwners: entryOwnersOf(tree, files, attribution, numbers),
    warnings: packageWarnings(tree, sources, packages, edges),
  };
}

/** The owner of everything alive except directories. What holds no bytes has one only if a package lists it. */
function entryOwnersOf({ columns }: FileTree, files: LiveFiles, attribution: Attribution, numbers: ReadonlyMap<number, number>) {
  const { names, versions } = columns;
  const byLayer = columns.catalogs.map(({ length }) => new Int32Array(length).fill(-1));
  let [last, number] = [-1, numbers.get(-1) ?? -1];
  for (let place = 0; place < files.length; place += 1) {
    const inode = files.inodeId(place);
    const owner = attribution.owners[place]!;
    if (owner !== last) [last, number] = [owner, numbers.get(owner)!];
    byLayer[versions.layer(inode)]![versions.entry(inode)] = number;
  }
  // Order does not matter: `liveNodes` sorts.
  const directories: number[] = [root];
  for (let directory = directories.pop(); directory !== undefined; directory = directories.pop()) {
    for (const node of names.children(directory)) {
      const inode = columns.inode(node);
      if (inode === none) continue;
      if (versions.type(inode) === EntryType.directory) {
        if (columns.liveChildren(node) > 0) directories.push(node);
        continue;
      }
      const owners = byLayer[versions.layer(inode)]!;
      const entry = versions.entry(inode);
      if (owners[entry] !== -1) continue;
      const owner = attribution.packageOf(node);
      if (owner !== null) owners[entry] = numbers.get(owner) ?? -1;
    }
  }
  return byLayer;
}

/** The live files by owner. Each inode counts once, under the first of its names. */
class OwnedFiles {
  readonly #files: LiveFiles;
  /** Indices into the live files. */
  readonly #byOwner = new Map<number, number[]>();
  /** Names of hard-linked files, by the package each name belongs to. */
  readonly #linked = new Map<number, number[]>();

  constructor(files: LiveFiles, { owners, namedBy }: Attribution) {
    this.#files = files;
    const { versions } = files.tree.columns;
    const seen = new Set<number>();
    for (let place = 0; place < files.length; place += 1) {
      const inode = files.inodeId(place);
      if (versions.links(inode) > 1) {
        add(this.#linked, namedBy(files.nodeId(place)) ?? -1, place);
        if (seen.has(inode)) continue;
        seen.add(inode);
      }
      add(this.#byOwner, owners[place]!, place);
    }
  }

  get owners(): Iterable<number> {
    return this.#byOwner.keys();
  }

  /** How many files a package or group has. Here and below, `owner` is a package's index, or `-1 - index` for a group. */
  count(owner: number): number {
    return this.#byOwner.get(owner)?.length ?? 0;
  }

  *of(owner: number): Generator<LiveFile> {
    for (const place of this.#byOwner.get(owner) ?? []) yield this.#files.at(place);
  }

  bytes(owner: number): number {
    const { columns } = this.#files.tree;
    let bytes = 0;
    for (const place of this.#byOwner.get(owner) ?? []) bytes += columns.bytes(this.#files.inodeId(place));
    return bytes;
  }

  /** All names that belong to a package. */
  *namesOf(index: number): Generator<LiveFile> {
    if (this.#linked.size === 0) yield* this.of(index);
    else {
      for (const file of this.of(index)) if (file.links === 1) yield file;
      for (const place of this.#linked.get(index) ?? []) yield this.#files.at(place);
    }
  }
}

function add(groups: Map<number, number[]>, key: number, place: number): void {
  const group = groups.get(key);
  if (group === undefined) groups.set(key, [place]);
  else group.push(place);
}

const documentation = /^usr\/(?:local\/)?share\/(?:doc|doc-base|man|info|locale|gtk-doc|help)\//;

interface Known {
  readonly packages: readonly InstalledPackage[];
  readonly attribution: Attribution;
  readonly owned: OwnedFiles;
  readonly edges: Edges;
  readonly reached: Reached;
}

function rowsOf(tree: FileTree, { packages, attribution, owned, edges, reached }: Known): PackageRow[] {
  const bytes = packages.map((_, index) => owned.bytes(index));
  const whole = withDependents(bytes, edges, reached);
  const told = new Map<string, number>();
  for (const { evidence } of packages) told.set(evidence, (told.get(evidence) ?? 0) + 1);
  return packages.map((found, index) => {
    const { ecosystem, name, version, architecture, evidence, directories, contains } = found;
    const within = attribution.withinOf(index);
    return {
      index,
      ecosystem,
      name,
      version,
      architecture,
      bytes: bytes[index]!,
      files: owned.count(index),
      bytesWithDependents: whole[index]!,
      documentationBytes: documentationBytes(owned.of(index)),
      requested: requestedOf(found, index, reached),
      reason: reached.reasons[index]!,
      layer: layerOf(tree, evidence, told.get(evidence) === 1, owned.of(index)),
      location: directories[0] ?? evidence,
      needs: edges.needs[index]!,
      recommends: edges.recommends[index]!,
      suggests: edges.suggests[index]!,
      develops: edges.develops[index]!,
      contains,
      within,
      isOrphan: within === null && reached.isOrphan[index]!,
    };
  });
}

function documentationBytes(files: Iterable<LiveFile>): number {
  let sum = 0;
  for (const { directory, path, bytes } of files) if (directory.startsWith("usr/") && documentation.test(path)) sum += bytes;
  return sum;
}

/** A package's own bytes plus those of every package it dominates. */
function withDependents(bytes: readonly number[], edges: Edges, { roots }: Reached): number[] {
  const targets = (from: number): number[] => [
    ...edges.needs[from]!,
    ...edges.develops[from]!,
    ...edges.recommends[from]!,
    ...edges.suggests[from]!,
  ];
  const dominators = immediateDominators(bytes.length, roots, targets);
  const sums = [...bytes];
  const waiting = new Int32Array(bytes.length);
  for (const dominator of dominators) if (dominator >= 0) waiting[dominator]! += 1;
  const ready = [...waiting.keys()].filter((index) => waiting[index] === 0);
  for (let index = ready.pop(); index !== undefined; index = ready.pop()) {
    const dominator = dominators[index]!;
    if (dominator < 0) continue;
    sums[dominator]! += sums[index]!;
    waiting[dominator]! -= 1;
    if (waiting[dominator] === 0) ready.push(dominator);
  }
  return sums;
}

function requestedOf({ automatic, essential }: InstalledPackage, index: number, { reasons, isRecommended }: Reached): Requested {
  if (automatic === false) return "manual";
  if (isRecommended[index]) return "recommended";
  const { kind } = reasons[index]!;
  if (kind === "dependency" || kind === "development") return "dependency";
  return automatic === true && !essential ? "dependency" : "unknown";
}

/** The layer of the file that describes only this package; for a shared database, the layer with most of the package's bytes. */
function layerOf(tree: FileTree, evidence: string, isItsOwn: boolean, files: Iterable<LiveFile>): number {
  const told = resolvePath(tree, evidence, { followLast: false })?.inode?.layer ?? 0;
  if (isItsOwn) return told;
  const byLayer = new Map<number, number>();
  for (const { layer, bytes } of files) byLayer.set(layer, (byLayer.get(layer) ?? 0) + bytes);
  return [...byLayer].sort((a, b) => b[1] - a[1] || a[0] - b[0])[0]?.[0] ?? told;
}

function ownersOf(
  rows: readonly PackageRow[],
  owned: OwnedFiles,
  { groups }: Attribution,
): { readonly owners: readonly Owner[]; readonly numbers: ReadonlyMap<number, number> } {
  const keys = new Set(owned.owners);
  // A package whose files hold no bytes still owns them.
  for (const { index, ecosystem } of rows) if (systemEcosystems.has(ecosystem)) keys.add(index);
  const sorted = [...keys]
    .map((key): { readonly key: number; readonly owner: Owner } => {
      const [kind, name] = key < 0 ? (["unowned", groups[-1 - key]!] as const) : (["package", rows[key]!.name] as const);
      return { key, owner: { kind, package: key < 0 ? null : key, name, bytes: owned.bytes(key), files: owned.count(key) } };
    })
    .sort((a, b) => b.owner.bytes - a.owner.bytes || compareTexts(a.owner.name, b.owner.name) || a.key - b.key);
  return { owners: sorted.map(({ owner }) => owner), numbers: new Map(sorted.map(({ key }, number) => [key, number])) };
}
