/**
 * What an image is made of, as plain data that can cross threads. Reports, the gate, diff and the user interfaces read only this of the
 * folder. As everywhere below the reports, paths are byte strings without leading slash; names and versions come from the image and
 * must be sanitised before they reach a terminal.
 */
import type { FileNode, Inode } from "../../src/filesystem/file-tree.ts";
import type { Warning } from "../../src/image/warning.ts";

export const ecosystems = [
  "dpkg",
  "apk",
  "rpm",
  "pacman",
  "npm",
  "python",
  "conda",
  "gem",
  "composer",
  "go",
  "rust",
  "java",
  "dotnet",
] as const;
export type Ecosystem = (typeof ecosystems)[number];

/** Their lists say which package installed a file; in other ecosystems the directory of a file may decide. */
export const systemEcosystems: ReadonlySet<Ecosystem> = new Set<Ecosystem>(["dpkg", "apk", "rpm", "pacman"]);

/** Why a package is there, as recorded by its package manager or derived from the needs of others. */
export type Requested = "manual" | "dependency" | "recommended" | "unknown";

/** Names of which one must be present. */
export type Need = readonly string[];

/** A package as found by its ecosystem's reader, before it is known which of the image's files it owns. */
export interface InstalledPackage {
  readonly ecosystem: Ecosystem;
  readonly name: string;
  readonly version: string;
  readonly architecture: string | null;
  /** The file that describes it. */
  readonly evidence: string;
  /** Paths that it lists; symlinks in parent directories are not resolved yet. */
  readonly files: readonly string[];
  /** Whatever lies below these and belongs to no nearer package is its own. */
  readonly directories: readonly string[];
  /** As recorded by the package manager; null if it records nothing. */
  readonly automatic: boolean | null;
  /** The package manager itself never removes it. */
  readonly essential: boolean;
  readonly needs: readonly Need[];
  readonly recommends: readonly Need[];
  /** These keep a package from being removed, but did not bring it in. */
  readonly suggests: readonly Need[];
  /** Needed only to build or test it (devDependencies of an npm application). */
  readonly develops: readonly Need[];
  readonly provides: readonly string[];
  /** Linked or packed into it: Go modules, crates, nested jars. */
  readonly contains: readonly ContainedPackage[];
  /** An application of the image's author (a package.json outside node_modules): the root of what it needs. */
  readonly isApplication: boolean;
  /** It lists more files or needs than are followed. */
  readonly isCut: boolean;
}

export interface ContainedPackage {
  readonly name: string;
  readonly version: string;
  /** Bytes it takes inside; null if unknown. */
  readonly bytes: number | null;
}

export interface Reason {
  /** How it was asked for: by a person, or by another package. */
  readonly kind: "requested" | "dependency" | "recommended" | "suggested" | "development" | "orphan" | "unknown";
  /** Index of the package that asks for it; null when none does. */
  readonly by: number | null;
  /** Where the chain of requests begins: the package itself if no other asks for it. */
  readonly root: number;
}

export interface PackageRow {
  /** Index into `PackageAnalysis.packages`. */
  readonly index: number;
  readonly ecosystem: Ecosystem;
  readonly name: string;
  readonly version: string;
  readonly architecture: string | null;
  /** Bytes of the live files it owns, each inode once. */
  readonly bytes: number;
  readonly files: number;
  /** `bytes`, plus those of every package that only it brings in. */
  readonly bytesWithDependents: number;
  /** Its documentation, manual pages and translations; part of `bytes`. */
  readonly documentationBytes: number;
  readonly requested: Requested;
  readonly reason: Reason;
  /** The layer that brought it. */
  readonly layer: number;
  /** The file that describes it, or its own directory. */
  readonly location: string;
  /** Indices of installed packages that it needs, recommends and suggests. */
  readonly needs: readonly number[];
  readonly recommends: readonly number[];
  readonly suggests: readonly number[];
  readonly develops: readonly number[];
  readonly contains: readonly ContainedPackage[];
  /** The system package that installed this one and owns its files (`python3-six` for `six`); null for most. */
  readonly within: number | null;
  /** Its package manager would remove it with the next `autoremove`. */
  readonly isOrphan: boolean;
}

export interface Owner {
  readonly kind: "package" | "unowned";
  /** Index into `packages`; null if no package owns it. */
  readonly package: number | null;
  /** The package's name, or the directory that a person would name (`/opt/google-cloud-sdk`). Sanitise before printing. */
  readonly name: string;
  readonly bytes: number;
  readonly files: number;
}

export type PackageRule =
  | "orphaned-packages"
  | "recommended-packages"
  | "build-packages"
  | "dev-dependencies"
  | "python-installers"
  | "several-versions"
  | "static-libraries"
  | "debug-files"
  | "source-maps"
  | "test-directories"
  | "unstripped-binaries";

/** Something that could be left out. */
export interface PackageFinding {
  readonly rule: PackageRule;
  readonly title: string;
  /** What following the advice saves beyond all leftovers and the findings before it, so that these add up. */
  readonly bytes: number;
  /** What it saves when only this advice is followed. */
  readonly aloneBytes: number;
  readonly files: number;
  /** Indices, most bytes first. */
  readonly packages: readonly number[];
  /** Some of the files or directories, most bytes first. */
  readonly paths: readonly string[];
  readonly advice: string;
}

export interface PackageAnalysis {
  /** Largest first; their bytes add up exactly to those of the final tree. */
  readonly owners: readonly Owner[];
  readonly packages: readonly PackageRow[];
  /** Most bytes first. */
  readonly findings: readonly PackageFinding[];
  readonly unownedBytes: number;
  /** Databases and manifests that could not be read completely. */
  readonly warnings: readonly Warning[];
  /** By layer and catalog entry: index into `owners`, or -1 for none. Only live entries are meaningful; read with `owner-of.ts`. */
  readonly entryOwners: readonly Int32Array[];
}

export interface OwnedFile {
  readonly node: FileNode;
  readonly inode: Inode;
  readonly path: string;
}
