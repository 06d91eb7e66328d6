/** An image's files on their way out: the merged filesystem as a tar, one file, or what one layer holds. */
import { BallastError } from "../base/errors.ts";
import type { FileTree, Inode } from "../filesystem/file-tree.ts";
import { cleanPath, displayPath, parentPath } from "../filesystem/paths.ts";
import { leadsInCircle, resolvePath } from "../filesystem/resolve-path.ts";
import type { Image, Layer } from "../image/image.ts";
import { openTar, readEntries } from "../scan/content/content.ts";
import { EntryType } from "../tar/entry.ts";
import { layerArchive } from "./layer-archive.ts";
import { streamOf } from "./stream-of.ts";
import { treeArchive } from "./tree-archive.ts";

export interface ExportRequest {
  readonly image: Image;
  readonly tree: FileTree;
  /** A byte string; null for everything. */
  readonly path: string | null;
  /** Only what this layer holds. */
  readonly layer: Layer | null;
}

export interface ExportContent {
  /** A tar archive; else one file's content. */
  readonly isArchive: boolean;
  readonly stream: AsyncIterable<Buffer>;
}

/** @throws {BallastError} path-not-found; the stream throws what reading layers throws */
export function exportStream({ image, tree, path, layer }: ExportRequest): ExportContent {
  if (layer !== null) return exportFromLayer(image, tree, path, layer);
  if (path === null || path === "") return { isArchive: true, stream: treeArchive(image, tree, tree.root) };
  const node = resolvePath(tree, path);
  if (node?.inode == null) throw notFound(tree, path);
  const { inode } = node;
  if (inode.type === EntryType.directory) return { isArchive: true, stream: treeArchive(image, tree, node) };
  if (inode.type !== EntryType.file) {
    throw new BallastError("path-not-found", `${displayPath(path)} is a device or a pipe: it has no content to write`);
  }
  return { isArchive: false, stream: fileContent(image, tree, inode) };
}

function exportFromLayer(image: Image, tree: FileTree, path: string | null, layer: Layer): ExportContent {
  const catalog = tree.catalogs[layer.index]!;
  if (path === null || path === "") return { isArchive: true, stream: rawArchive(layer) };
  const entries = entriesBelow(path, catalog.length, (entry) => cleanPath(catalog.path(entry)).path);
  if (entries.length === 0) throw new BallastError("path-not-found", `layer ${layer.index} holds nothing at ${displayPath(path)}`);
  const last = entries[entries.length - 1]!;
  if (entries.every((entry) => cleanPath(catalog.path(entry)).path === path) && catalog.type(last) === EntryType.file) {
    return { isArchive: false, stream: contentOf(layer, tree, last) };
  }
  return { isArchive: true, stream: layerArchive(layer, catalog, entries) };
}

function entriesBelow(path: string, count: number, pathOf: (entry: number) => string): number[] {
  const entries: number[] = [];
  for (let entry = 0; entry < count; entry += 1) {
    const stored = pathOf(entry);
    if (stored === path || stored.startsWith(`${path}/`)) entries.push(entry);
  }
  return entries;
}

async function* rawArchive(layer: Layer): AsyncGenerator<Buffer> {
  yield* (await openTar(layer)) as AsyncIterable<Buffer>;
}

function fileContent(image: Image, tree: FileTree, inode: Inode): AsyncGenerator<Buffer> {
  return contentOf(image.layers[inode.layer]!, tree, inode.entry);
}

function contentOf(layer: Layer, tree: FileTree, entry: number): AsyncGenerator<Buffer> {
  return streamOf((emit) =>
    readEntries(layer, tree.catalogs[layer.index]!, [entry], async (_, content) => {
      for await (const piece of content) await emit(piece);
    }),
  );
}

/** Points to the layer that stored the path where a later one removed it, since it can still be exported from there. */
function notFound(tree: FileTree, path: string): BallastError {
  if (leadsInCircle(tree, path)) {
    return new BallastError("path-not-found", `${displayPath(path)} lies behind symlinks that go in a circle`);
  }
  const node = tree.lookup(path);
  const removal = node?.versions.findLast(({ inode }) => inode === null);
  const stored = node?.versions.findLast(({ inode, entry }) => inode !== null && entry >= 0);
  if (removal !== undefined && stored !== undefined) {
    return new BallastError("path-not-found", `${displayPath(path)} was removed by layer ${removal.layer}`, {
      hint: `add --layer ${stored.layer} to take it from the layer that stored it`,
    });
  }
  const parent = tree.lookup(parentPath(path));
  const near = parent?.inode?.type === EntryType.directory ? `; ${displayPath(parentPath(path))} exists` : "";
  return new BallastError("path-not-found", `the image has no ${displayPath(path)}${near}`);
}
