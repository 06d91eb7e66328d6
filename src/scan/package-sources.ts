/** The live files that describe packages, and what they say: from the scan of a streamed layer, or read in place from a local file. */
import { compareTexts } from "../base/text/compare-texts.ts";
import { sourceKindOf } from "../../analyzers/packages/evidence/sources.ts";
import type { SourceFile } from "../../analyzers/packages/evidence/source-files.ts";
import type { KeptFile } from "../../analyzers/packages/evidence/kept-file.ts";
import type { SourceKind } from "../../analyzers/packages/evidence/sources.ts";
import type { Catalog } from "../filesystem/catalog.ts";
import type { FileNode, FileTree } from "../filesystem/file-tree.ts";
import type { LiveFile, LiveFiles } from "../filesystem/live-files.ts";
import type { FileRegion, Image, Layer } from "../image/image.ts";
import { keepPackageFiles } from "./content/package-files.ts";
import type { WantedFile } from "./content/package-files.ts";
import type { LayerScan } from "./layer-scan.ts";

interface Wanted {
  readonly kind: SourceKind;
  readonly file: LiveFile;
}

export interface PackageSources {
  readonly packages: readonly SourceFile[];
  /** Those of the form of `/etc/passwd`. */
  readonly accounts: readonly SourceFile[];
  /** Layers of which only the names of files are known. */
  readonly unknownLayers: readonly number[];
}

/** @throws {BallastError} read-failed, blob-corrupt */
export async function findPackageSources(
  image: Image,
  tree: FileTree,
  scans: readonly Pick<LayerScan, "packages">[],
  files: LiveFiles,
): Promise<PackageSources> {
  const sources: SourceFile[] = [];
  const unknownLayers: number[] = [];
  for (const [layer, wanted] of wantedFiles(tree, files)) {
    const order = wanted.map(({ file, kind }) => ({ entry: file.entry, kind })).sort((a, b) => a.entry - b.entry);
    const kept = await keptFilesOf(image.layers[layer]!, tree.catalogs[layer]!, scans[layer]!, order);
    if (kept === null && wanted.some(({ kind }) => kind !== "accounts")) unknownLayers.push(layer);
    for (const { kind, file } of wanted) {
      const content = kept?.get(file.entry);
      if (content !== undefined) sources.push({ kind, path: file.path, node: file.node, kept: content });
    }
  }
  sources.sort((a, b) => compareTexts(a.path, b.path));
  return {
    packages: sources.filter(({ kind }) => kind !== "accounts"),
    accounts: sources.filter(({ kind }) => kind === "accounts"),
    unknownLayers,
  };
}

/** Milliseconds after which other work gets a turn, so that a terminal stays responsive. */
const turn = 8;

/**
 * What these files of a layer say about packages, by entry, and perhaps other files too; null when it is not known.
 * @throws {BallastError} read-failed, blob-corrupt
 */
export async function keptFilesOf(
  layer: Layer,
  catalog: Catalog,
  { packages }: Pick<LayerScan, "packages">,
  wanted: readonly WantedFile[],
): Promise<ReadonlyMap<number, KeptFile> | null> {
  if (packages !== null) return packages;
  if (!liesInFile(layer)) return null;
  const kept = new Map<number, KeptFile>();
  let since = performance.now();
  for (const [entry, file] of keepPackageFiles(layer, catalog, wanted)) {
    kept.set(entry, file);
    if (performance.now() - since < turn) continue;
    await new Promise((resolve) => setImmediate(resolve));
    since = performance.now();
  }
  return kept;
}

function liesInFile(layer: Layer): layer is Layer & { readonly file: FileRegion } {
  return layer.file !== null;
}

/** By layer; a hard-linked file under the first of its names that says something. */
function wantedFiles(tree: FileTree, files: LiveFiles): Map<number, Wanted[]> {
  const wanted = new Map<number, Wanted[]>();
  const seen = new Set<number>();
  for (const file of files) {
    const { layer } = file;
    const kind = sourceKindOf(file.directory, file.name, tree.catalogs[layer]!.columns.modes[file.entry]!, file.bytes);
    if (kind === null || kind === "checksums" || (kind === "npm-application" && !hasModules(file.node))) continue;
    if (file.links > 1) {
      if (seen.has(file.inodeId)) continue;
      seen.add(file.inodeId);
    }
    const group = wanted.get(layer);
    if (group === undefined) wanted.set(layer, [{ file, kind }]);
    else group.push({ file, kind });
  }
  return wanted;
}

/** Frontends and tools have many a package.json; without modules next to it, it says nothing about installed packages. */
function hasModules({ parent }: FileNode): boolean {
  const modules = parent?.children?.get("node_modules");
  return modules !== undefined && modules.inode !== null;
}
