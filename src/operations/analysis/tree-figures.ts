/** Works out what follows from the merged layers: hashes where they are needed, then the analyzers. Takes time, so it is kept for the next run. */
import type { TreeFigures } from "../../../analyzers/analysis.ts";
import { filesOfSameSize, findDuplicates } from "../../../analyzers/duplicates.ts";
import type { SameSize } from "../../../analyzers/duplicates.ts";
import { finalBytes } from "../../../analyzers/figures.ts";
import { findLeftovers } from "../../../analyzers/leftovers/leftovers.ts";
import { analyzePackages } from "../../../analyzers/packages/analyze-packages.ts";
import { textOf } from "../../../analyzers/packages/evidence/source-files.ts";
import type { SourceFile } from "../../../analyzers/packages/evidence/source-files.ts";
import { parseAccounts } from "../../../analyzers/run-user.ts";
import type { Accounts } from "../../../analyzers/run-user.ts";
import { findWaste } from "../../../analyzers/waste/waste.ts";
import type { ContentHash } from "../../../analyzers/waste/waste.ts";
import type { Inode } from "../../filesystem/file-tree.ts";
import { liveFiles } from "../../filesystem/live-files.ts";
import type { LiveFiles } from "../../filesystem/live-files.ts";
import type { MergedTree } from "../../filesystem/merged-tree.ts";
import { resolvePath } from "../../filesystem/resolve-path.ts";
import type { Image } from "../../image/image.ts";
import { findPackageSources } from "../../scan/package-sources.ts";
import type { Scanner } from "../../scan/scanner.ts";
import { EntryType } from "../../tar/entry.ts";
import { hashContent } from "./content-hashes.ts";
import type { LoadedTree } from "./load-tree.ts";

/** What the entries of all layers tell; they need not be verified yet. */
export interface TreeFacts {
  readonly files: LiveFiles;
  /** Empty when duplicates are not looked for. */
  readonly sizes: SameSize;
  /** SHA-256 in hex of what had to be hashed; null for the rest. */
  readonly hashOf: ContentHash;
}

/** @throws {BallastError} read-failed, blob-corrupt */
export async function gatherFacts(image: Image, tree: MergedTree, scanner: Scanner, duplicates: boolean): Promise<TreeFacts> {
  const files = liveFiles(tree);
  const sizes = duplicates ? filesOfSameSize(files) : { files, places: new Map<number, number[]>() };
  return { files, sizes, hashOf: await hashContent(image, tree, scanner, sizes) };
}

/**
 * @param createdBy the layers' commands, as they may be shown
 * @throws {BallastError} read-failed, blob-corrupt
 */
export async function workOutFigures(
  image: Image,
  { tree, scans }: LoadedTree,
  { files, sizes, hashOf }: TreeFacts,
  createdBy: readonly string[],
): Promise<TreeFigures> {
  const waste = findWaste(tree, hashOf);
  const duplicates = findDuplicates(sizes, hashOf);
  const counted = new Set<Inode>();
  const leftovers = findLeftovers(
    files,
    (layer) => createdBy[layer]!,
    (inode) => counted.add(inode),
  );
  const sources = await findPackageSources(image, tree, scans, files);
  return {
    liveCount: tree.liveCount,
    layerBytes: tree.layerBytes,
    finalBytes: finalBytes(files),
    warnings: tree.warnings,
    waste,
    duplicates,
    leftovers,
    packages: await analyzePackages({ tree, files, sources: sources.packages, leftovers: counted }),
    accounts: accountsOf(tree, sources.accounts),
    unknownLayers: sources.unknownLayers,
  };
}

/** The users in `/etc/passwd`, which is found as engines do, with symlinks followed inside the image. None when it is not a file. */
function accountsOf(tree: MergedTree, files: readonly SourceFile[]): Accounts {
  const inode = resolvePath(tree, "etc/passwd")?.inode;
  if (inode?.type !== EntryType.file || inode.bytes === 0) return new Map();
  const kept = files.find(({ node }) => node.inode!.id === inode.id)?.kept;
  return kept !== undefined && "text" in kept ? parseAccounts(textOf(kept.text).toString("utf8")) : null;
}
