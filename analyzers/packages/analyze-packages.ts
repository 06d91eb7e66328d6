/** From what the scan kept to what an image is made of: packages, owners, reasons and what nothing needs. */
import type { FileTree, Inode } from "../../src/filesystem/file-tree.ts";
import type { LiveFile } from "../../src/filesystem/live-files.ts";
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
import type { InstalledPackage, OwnedFile, Owner, PackageAnalysis, PackageRow, Requested } from "./model.ts";
import { packageWarnings } from "./package-warnings.ts";
import { resolvePath } from "../../src/filesystem/resolve-path.ts";

export interface PackagesInput {
  readonly tree: FileTree;
  /** As `liveFiles` gives them. */
  readonly files: readonly LiveFile[];
  readonly sources: readonly SourceFile[];
  /** Inodes that the leftovers count, so that nothing is counted twice. */
  readonly leftovers: ReadonlySet<Inode>;
}

export async function analyzePackages({ tree, files, sources, leftovers }: PackagesInput): Promise<PackageAnalysis> {
  const packages = await installedPackages(tree, sources);
  const attribution = attribute(tree, files, packages);
  const owned = new OwnedFiles(files, attribution);
  const edges = edgesOf(packages, (path) => {
    const node = resolvePath(tree, path, { followLast: false });
    return node === null ? null : attribution.packageOf(node);
  });
  const reached = reach(packages, edges);
  const rows = rowsOf(tree, { packages, attribution, owned, edges, reached });
  const elves = new Map<Inode, BinaryFacts>(sources.flatMap(({ node, kept }) => ("elf" in kept ? [[node.inode!, kept.elf] as const] : [])));
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

/** Of everything alive but directories; of what holds no byte too where a package lists it. */
function entryOwnersOf(tree: FileTree, files: readonly LiveFile[], attribution: Attribution, numbers: ReadonlyMap<number, number>) {
  const byLayer = tree.catalogs.map(({ length }) => new Int32Array(length).fill(-1));
  let [last, number] = [-1, numbers.get(-1) ?? -1];
  for (let at = 0; at < files.length; at += 1) {
    const { inode } = files[at]!;
    const owner = attribution.owners[at]!;
    if (owner !== last) [last, number] = [owner, numbers.get(owner)!];
    byLayer[inode.layer]![inode.entry] = number;
  }
  // In no order: `liveNodes` sorts.
  const directories = [tree.root];
  for (let directory = directories.pop(); directory !== undefined; directory = directories.pop()) {
    for (const node of directory.children?.values() ?? []) {
      const { inode } = node;
      if (inode === null) continue;
      if (inode.type === EntryType.directory) {
        if (node.liveChildren > 0) directories.push(node);
      } else if (byLayer[inode.layer]![inode.entry] === -1) {
        const owner = attribution.packageOf(node);
        if (owner !== null) byLayer[inode.layer]![inode.entry] = numbers.get(owner) ?? -1;
      }
    }
  }
  return byLayer;
}

/** The live files by owner, each inode once: at the first of its names. */
class OwnedFiles {
  readonly #byOwner = new Map<number, OwnedFile[]>();
  /** Names of hard-linked files, by the package that they go with. */
  readonly #linked = new Map<number, OwnedFile[]>();

  constructor(files: readonly LiveFile[], { owners, namedBy }: Attribution) {
    const seen = new Set<Inode>();
    for (let at = 0; at < files.length; at += 1) {
      const file = files[at]!;
      if (file.inode.links > 1) {
        add(this.#linked, namedBy(file.node) ?? -1, file);
        if (seen.has(file.inode)) continue;
        seen.add(file.inode);
      }
      add(this.#byOwner, owners[at]!, file);
    }
  }

  get owners(): Iterable<number> {
    return this.#byOwner.keys();
  }

  /** A package's index, or `-1 - index` of a group. */
  of(owner: number): readonly OwnedFile[] {
    return this.#byOwner.get(owner) ?? [];
  }

  /** All names that go with a package. */
  namesOf(index: number): readonly OwnedFile[] {
    const linked = this.#linked.get(index);
    return this.#linked.size === 0 ? this.of(index) : [...this.of(index).filter(({ inode }) => inode.links === 1), ...(linked ?? [])];
  }
}

function add(groups: Map<number, OwnedFile[]>, key: number, file: OwnedFile): void {
  const group = groups.get(key);
  if (group === undefined) groups.set(key, [file]);
  else group.push(file);
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
  const bytes = packages.map((_, index) => bytesOf(owned.of(index)));
  const whole = withDependents(bytes, edges, reached);
  const told = new Map<string, number>();
  for (const { evidence } of packages) told.set(evidence, (told.get(evidence) ?? 0) + 1);
  return packages.map((found, index) => {
    const { ecosystem, name, version, architecture, evidence, directories, contains } = found;
    const files = owned.of(index);
    const within = attribution.withinOf(index);
    return {
      index,
      ecosystem,
      name,
      version,
      architecture,
      bytes: bytes[index]!,
      files: files.length,
      bytesWithDependents: whole[index]!,
      documentationBytes: bytesOf(files.filter(({ path }) => path.startsWith("usr/") && documentation.test(path))),
      requested: requestedOf(found, index, reached),
      reason: reached.reasons[index]!,
      layer: layerOf(tree, evidence, told.get(evidence) === 1, files),
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

function bytesOf(files: readonly OwnedFile[]): number {
  return files.reduce((sum, { inode }) => sum + inode.bytes, 0);
}

/** A package's own bytes and those of all that it dominates. */
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

/** The layer of the file that tells of this package alone; of a database of many, the layer that most of the package's bytes lie in. */
function layerOf(tree: FileTree, evidence: string, isItsOwn: boolean, files: readonly OwnedFile[]): number {
  const told = resolvePath(tree, evidence, { followLast: false })?.inode?.layer ?? 0;
  if (isItsOwn || files.length === 0) return told;
  const byLayer = new Map<number, number>();
  for (const { inode } of files) byLayer.set(inode.layer, (byLayer.get(inode.layer) ?? 0) + inode.bytes);
  return [...byLayer].sort((a, b) => b[1] - a[1] || a[0] - b[0])[0]![0];
}

function ownersOf(
  rows: readonly PackageRow[],
  owned: OwnedFiles,
  { groups }: Attribution,
): { readonly owners: readonly Owner[]; readonly numbers: ReadonlyMap<number, number> } {
  const keys = new Set(owned.owners);
  // A package whose files hold no byte owns them all the same.
  for (const { index, ecosystem } of rows) if (systemEcosystems.has(ecosystem)) keys.add(index);
  const sorted = [...keys]
    .map((key): { readonly key: number; readonly owner: Owner } => {
      const files = owned.of(key);
      const [kind, name] = key < 0 ? (["unowned", groups[-1 - key]!] as const) : (["package", rows[key]!.name] as const);
      return { key, owner: { kind, package: key < 0 ? null : key, name, bytes: bytesOf(files), files: files.length } };
    })
    .sort((a, b) => b.owner.bytes - a.owner.bytes || (a.owner.name < b.owner.name ? -1 : a.owner.name > b.owner.name ? 1 : a.key - b.key));
  return { owners: sorted.map(({ owner }) => owner), numbers: new Map(sorted.map(({ key }, number) => [key, number])) };
}
