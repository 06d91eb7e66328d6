/** Compares two images, or one image at two of its layers. */
import { diffConfigs } from "../../analyzers/diff/config-diff.ts";
import type { HistoryChange, ImageDiff, TextChange } from "../../analyzers/diff/image-diff.ts";
import { diffLayers } from "../../analyzers/diff/layer-diff.ts";
import type { LayerDiff, LayerFacts } from "../../analyzers/diff/layer-diff.ts";
import { diffLines } from "../../analyzers/diff/line-diff.ts";
import type { LineDiff, OwnLayers } from "../../analyzers/diff/line-diff.ts";
import { diffPackages } from "../../analyzers/diff/packages.ts";
import { contentCandidates, diffTrees, pathPairs } from "../../analyzers/diff/tree-diff.ts";
import type { Aspect, Pair, TreeView } from "../../analyzers/diff/tree-diff.ts";
import type { NamedDockerfile } from "../../analyzers/dockerfile/match.ts";
import { rowChanges, textPatch } from "../../analyzers/diff/text-patch.ts";
import { createRedactor } from "../../analyzers/secrets/config/redactor.ts";
import type { Redactor } from "../../analyzers/secrets/config/redactor.ts";
import { scanConfig } from "../../analyzers/secrets/config/scan-config.ts";
import { analyzePackages } from "../../analyzers/packages/analyze-packages.ts";
import type { PackageAnalysis } from "../../analyzers/packages/model.ts";
import { loadTree } from "./analysis/load-tree.ts";
import type { FileTree, Inode } from "../filesystem/file-tree.ts";
import { liveFiles } from "../filesystem/live-files.ts";
import { MergedTree } from "../filesystem/merged-tree.ts";
import { displayBytes, displayPath } from "../filesystem/paths.ts";
import type { Image } from "../image/image.ts";
import { formatPlatform } from "../image/platform.ts";
import { findPackageSources } from "../scan/package-sources.ts";
import { readEntries } from "../scan/content/content.ts";
import type { LayerScan } from "../scan/layer-scan.ts";
import type { Scanner } from "../scan/scanner.ts";
import { EntryType } from "../tar/entry.ts";

/** One side: an image, loaded once, up to some layer. */
export interface DiffInput {
  readonly image: Image;
  readonly tree: FileTree;
  readonly scans: readonly LayerScan[];
  readonly scanner: Scanner;
  /** The topmost layer that counts; -1 for nothing. */
  readonly layer: number;
}

export interface DiffOptions {
  /** Files whose lines are compared, by path (a byte string without leading slash); none when null. */
  readonly text: ((path: string) => boolean) | null;
  /** The Dockerfile that the second image was built from: layers then name its lines. */
  readonly dockerfile?: NamedDockerfile | null;
}

/** Files larger than this are not compared by lines. */
const mostTextBytes = 2 * 1024 * 1024;

/** @throws {BallastError} whatever is wrong with a layer */
export async function loadDiffInput(image: Image, scanner: Scanner, onBytes: (bytes: number) => void): Promise<DiffInput> {
  const { tree, scans } = await loadTree(image, scanner, { onBytes: (_, bytes) => onBytes(bytes) });
  return { image, tree, scans, scanner, layer: image.layers.length - 1 };
}

/** @throws {BallastError} whatever is wrong with a layer whose content is needed */
export async function diffImages(before: DiffInput, after: DiffInput, options: DiffOptions): Promise<ImageDiff> {
  const redact = createRedactor([
    ...(await scanConfig(before.image)),
    ...(after.image === before.image ? [] : await scanConfig(after.image)),
  ]);
  const [viewBefore, viewAfter] = [viewOf(before), viewOf(after)];
  await hashCandidates(before, after, contentCandidates(viewBefore, viewAfter));
  const files = diffTrees(viewBefore, viewAfter);
  const changed = new Set(files.changes.filter(({ what }) => isAnother(what)).map(({ path }) => path));
  const pairs = [...pathPairs(viewBefore, viewAfter)].filter(({ path }) => changed.has(displayPath(path)));
  const isOneImage = before.image === after.image;
  const layers = isOneImage ? null : diffLayers(before.image, layerFacts(before), after.image, layerFacts(after), redact);
  return {
    before: sideOf(before, isOneImage),
    after: sideOf(after, isOneImage),
    files,
    layers,
    ...(options.dockerfile == null ? {} : { lines: linesBetween(options.dockerfile, before, after, layers, redact) }),
    config: isOneImage ? [] : diffConfigs(before.image.config, after.image.config, redact),
    history: isOneImage ? [] : await diffHistories(before.image, after.image, redact),
    packages: diffPackages(await packagesOf(before), await packagesOf(after)),
    texts: options.text === null ? [] : await diffTexts(before, after, pairs, options.text, redact),
    warnings: [...before.tree.warnings, ...(isOneImage ? [] : after.tree.warnings)].map(({ message }) => message),
  };
}

/** Whether more than the metadata of a path has changed. */
function isAnother(what: readonly Aspect[]): boolean {
  return what.length === 0 || what.includes("content") || what.includes("type");
}

function viewOf({ image, tree, layer }: DiffInput): TreeView {
  return { tree, layer, diffIds: image.layers.map(({ diffId }) => diffId) };
}

function sideOf({ image, layer }: DiffInput, isOneImage: boolean): ImageDiff["before"] {
  const view = layer < 0 ? "nothing" : `${image.reference} up to layer ${layer}`;
  return { name: isOneImage ? view : image.reference, configDigest: image.configDigest, platform: formatPlatform(image.platform) };
}

function layerFacts({ scans, tree }: DiffInput): LayerFacts[] {
  return scans.map(({ compression, storedBytes }, layer) => ({
    bytes: tree.layerBytes[layer]!,
    compressedBytes: compression === "none" ? null : storedBytes,
  }));
}

function linesBetween(named: NamedDockerfile, before: DiffInput, after: DiffInput, layers: LayerDiff | null, redact: Redactor): LineDiff {
  const own = ({ image, tree }: DiffInput, isOwn: (layer: number) => boolean): OwnLayers => ({
    image,
    bytes: new Map([...tree.layerBytes.entries()].filter(([layer]) => isOwn(layer))),
  });
  // For two layers of one image, what lies between them belongs to the higher one.
  const [low, high] = [before.layer, after.layer];
  return layers === null
    ? diffLines(
        named,
        own(before, (layer) => layer > high && layer <= low),
        own(after, (layer) => layer > low && layer <= high),
        redact,
      )
    : diffLines(
        named,
        own(before, (layer) => !layers.before[layer]!.shared),
        own(after, (layer) => !layers.after[layer]!.shared),
        redact,
      );
}

async function hashCandidates(before: DiffInput, after: DiffInput, pairs: readonly Pair[]): Promise<void> {
  await Promise.all([
    hashInodes(
      before,
      pairs.map(({ before: inode }) => inode!),
    ),
    hashInodes(
      after,
      pairs.map(({ after: inode }) => inode!),
    ),
  ]);
}

async function hashInodes({ image, tree, scanner }: DiffInput, inodes: readonly Inode[]): Promise<void> {
  await Promise.all(
    [...byLayer(inodes)].map(([layer, entries]) => scanner.hashEntries(image.layers[layer]!, tree.catalogs[layer]!, [...entries])),
  );
}

function byLayer(inodes: readonly Inode[]): Map<number, Set<number>> {
  const layers = new Map<number, Set<number>>();
  for (const { layer, entry } of inodes) layers.set(layer, (layers.get(layer) ?? new Set()).add(entry));
  return layers;
}

/** The content of files, at most `mostBytes` of each. */
async function contentOf({ image, tree }: DiffInput, inodes: readonly Inode[], mostBytes: number): Promise<Map<Inode, Buffer>> {
  const contents = new Map<string, Buffer>();
  for (const [layer, entries] of byLayer(inodes)) {
    await readEntries(image.layers[layer]!, tree.catalogs[layer]!, [...entries], async (entry, content) => {
      const pieces: Buffer[] = [];
      let bytes = 0;
      for await (const piece of content) {
        pieces.push(Buffer.from(piece.subarray(0, mostBytes - bytes)));
        bytes += piece.length;
        if (bytes >= mostBytes) break;
      }
      contents.set(`${layer} ${entry}`, Buffer.concat(pieces));
    });
  }
  return new Map(inodes.map((inode) => [inode, contents.get(`${inode.layer} ${inode.entry}`) ?? Buffer.alloc(0)]));
}

/** The packages of one side, as its layers up to and including `layer` show them. */
async function packagesOf({ image, tree: whole, scans, layer }: DiffInput): Promise<PackageAnalysis> {
  const tree = layer === image.layers.length - 1 ? whole : treeUpTo(whole, layer);
  const files = liveFiles(tree);
  const sources = await findPackageSources(image, tree, scans, files);
  return analyzePackages({ tree, files, sources: sources.packages, leftovers: new Set() });
}

function treeUpTo({ catalogs }: FileTree, layer: number): FileTree {
  const tree = new MergedTree();
  for (const catalog of catalogs.slice(0, layer + 1)) tree.addLayer(catalog);
  return tree;
}

async function diffTexts(
  before: DiffInput,
  after: DiffInput,
  pairs: readonly Pair[],
  matches: (path: string) => boolean,
  redact: Redactor,
): Promise<TextChange[]> {
  const isFile = (inode: Inode | null): inode is Inode => inode !== null && inode.type === EntryType.file;
  const wanted = pairs.filter((pair) => matches(pair.path) && (isFile(pair.before) || isFile(pair.after)));
  const old = await contentOf(before, wanted.map((pair) => pair.before).filter(isFile), mostTextBytes + 1);
  const now = await contentOf(after, wanted.map((pair) => pair.after).filter(isFile), mostTextBytes + 1);
  const found: TextChange[] = [];
  for (const { path: name, before: a, after: b } of wanted) {
    const path = displayPath(name);
    const [left, right] = [isFile(a) ? old.get(a)! : null, isFile(b) ? now.get(b)! : null];
    const sides = [left, right].filter((side) => side !== null);
    if (sides.some(({ length }) => length > mostTextBytes)) found.push({ path, patch: null, reason: `larger than ${mostTextBytes} bytes` });
    else if (left !== null && right !== null && left.equals(right)) continue;
    else if (sides.some((side) => side.includes(0))) found.push({ path, patch: null, reason: "binary" });
    else {
      const names = [left === null ? "/dev/null" : `a${path}`, right === null ? "/dev/null" : `b${path}`] as const;
      // Decoded as UTF-8, all invalid bytes would become the same character, and lines that differ in them would look alike.
      const [from, to] = [left, right].map((side) => displayBytes(side?.toString("latin1") ?? "")) as [string, string];
      found.push({ path, patch: redact(await textPatch(names, from, to)), reason: null });
    }
  }
  return found;
}

async function diffHistories(before: Image, after: Image, redact: Redactor): Promise<HistoryChange[]> {
  const rows = ({ config }: Image): string[] => config.history.map((row) => row.createdBy ?? row.comment ?? "");
  return (await rowChanges(rows(before), rows(after))).map(({ change, text }) => ({ change, text: redact(text) }));
}
