/**
 * What an image is made of, as plain data that also crosses threads: reports, the gate, diff and the user interfaces read this and nothing else of the folder.
 * Paths are byte strings without leading slash, as everywhere below the reports; names and versions are texts of the image and must be
 * sanitised before a terminal sees them.
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

/** Those whose lists say which package installed a file; the others are known by the directory that they lie in. */
export const systemEcosystems: ReadonlySet<Ecosystem> = new Set<Ecosystem>(["dpkg", "apk", "rpm", "pacman"]);

/** Why a package is there, as its package manager wrote it down or as the needs of the others tell. */
export type Requested = "manual" | "dependency" | "recommended" | "unknown";

/** Names of which one has to be there. */
export type Need = readonly string[];

/** A package as its ecosystem's reader found it, before it is known which files of the image are its own. */
export interface InstalledPackage {
  readonly ecosystem: Ecosystem;
  readonly name: string;
  readonly version: string;
  readonly architecture: string | null;
  /** The file that describes it. */
  readonly evidence: string;
  /** Paths that it lists; symlinked parents not resolved yet. */
  readonly files: readonly string[];
  /** All that lies here and belongs to nobody nearer is its own. */
  readonly directories: readonly string[];
  /** What the package manager noted; null where it notes nothing. */
  readonly automatic: boolean | null;
  /** Never removed by the package manager itself. */
  readonly essential: boolean;
  readonly needs: readonly Need[];
  readonly recommends: readonly Need[];
  /** What keeps a package from being removed, but never brought it. */
  readonly suggests: readonly Need[];
  /** Needed to build or test it alone (npm's devDependencies of an application). */
  readonly develops: readonly Need[];
  readonly provides: readonly string[];
  /** What was linked or packed into it: Go modules, crates, nested jars. */
  readonly contains: readonly ContainedPackage[];
  /** An application of the image's author (a package.json outside node_modules): the root of what it needs. */
  readonly isApplication: boolean;
  /** It lists more than is followed: files, or whom it needs. */
  readonly isCut: boolean;
}

export interface ContainedPackage {
  readonly name: string;
  readonly version: string;
  /** Bytes it takes inside; null where that cannot be told. */
  readonly bytes: number | null;
}

export interface Reason {
  /** How it is asked for: by a person, or by another package. */
  readonly kind: "requested" | "dependency" | "recommended" | "suggested" | "development" | "orphan" | "unknown";
  /** Index of the package that asks for it; null when none does. */
  readonly by: number | null;
  /** Where asking begins: the package itself when none asks for it. */
  readonly root: number;
}

export interface PackageRow {
  /** Its place in `PackageAnalysis.packages`. */
  readonly index: number;
  readonly ecosystem: Ecosystem;
  readonly name: string;
  readonly version: string;
  readonly architecture: string | null;
  /** Bytes of the live files that are its own, each inode once. */
  readonly bytes: number;
  readonly files: number;
  /** `bytes`, and those of every package that only it brings. */
  readonly bytesWithDependents: number;
  /** Its documentation, manual pages and translations; part of `bytes`. */
  readonly documentationBytes: number;
  readonly requested: Requested;
  readonly reason: Reason;
  /** Layer that brought it. */
  readonly layer: number;
  /** The file that describes it, or its own directory. */
  readonly location: string;
  /** Indices of installed packages that it needs, recommends and suggests. */
  readonly needs: readonly number[];
  readonly recommends: readonly number[];
  readonly suggests: readonly number[];
  readonly develops: readonly number[];
  readonly contains: readonly ContainedPackage[];
  /** The package of the system that installed this one and owns its files (`python3-six` for `six`); null for most. */
  readonly within: number | null;
  /** Its package manager would remove it at the next `autoremove`. */
  readonly isOrphan: boolean;
}

export interface Owner {
  readonly kind: "package" | "unowned";
  /** Index into `packages`; null for what no package owns. */
  readonly package: number | null;
  /** The package's name, or the directory that a person would name (`/opt/google-cloud-sdk`), ready to print after sanitising. */
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
  /** What following the advice saves beyond all leftovers and the findings before it: these add up. */
  readonly bytes: number;
  /** What it saves when it is followed alone. */
  readonly aloneBytes: number;
  readonly files: number;
  /** Indices, most bytes first. */
  readonly packages: readonly number[];
  /** Some of the files or directories, most bytes first. */
  readonly paths: readonly string[];
  readonly advice: string;
}

export interface PackageAnalysis {
  /** Largest first; their bytes add up to the bytes of the final tree exactly. */
  readonly owners: readonly Owner[];
  readonly packages: readonly PackageRow[];
  /** Most bytes first. */
  readonly findings: readonly PackageFinding[];
  readonly unownedBytes: number;
  /** What of the databases and manifests could not be followed whole. */
  readonly warnings: readonly Warning[];
  /** By layer and catalog entry: index into `owners`, -1 for what has none. Only live entries count; `owner-of.ts` reads it. */
  readonly entryOwners: readonly Int32Array[];
}

export interface OwnedFile {
  readonly node: FileNode;
  readonly inode: Inode;
  readonly path: string;
}
