/**
 * File content of the source layers, readable in any order. A layer stored uncompressed in a local file is read in place; from any other,
 * the needed files are unpacked once, in stored order, into a temporary file. Memory does not grow with content.
 */
import { closeSync, readSync } from "node:fs";
import type { FileHandle } from "node:fs/promises";

import { BallastError } from "../../base/errors.ts";
import type { FileTree, Inode } from "../../filesystem/file-tree.ts";
import type { Image, Layer } from "../../image/image.ts";
import { isPlainTar, openTar, refuseHoles } from "../../scan/content/content.ts";
import { openRegion } from "../../scan/blob/region.ts";
import { TarSlicer } from "../../scan/blob/tar-slicer.ts";
import { EntryType } from "../../tar/entry.ts";
import type { SparseSegment } from "../../tar/entry.ts";
import { openTempFile, writeTemp } from "./temp-file.ts";

interface LayerContent {
  readonly fd: number;
  /** Where the stored bytes of an entry begin. */
  offsetOf(entry: number): number;
  close(): Promise<void>;
}

export class ContentSource {
  readonly #tree: FileTree;
  readonly #layers = new Map<number, LayerContent>();
  readonly #places = new WeakMap<readonly SparseSegment[], Float64Array>();

  private constructor(tree: FileTree) {
    this.#tree = tree;
  }

  /**
   * Makes the content of these inodes readable; those that are not regular files are ignored.
   * @throws {BallastError} blob-missing, blob-corrupt, read-failed, write-failed (temporary space), limit-exceeded (holes)
   */
  static async open(
    image: Image,
    tree: FileTree,
    inodes: Iterable<Inode>,
    onBytes: (bytes: number) => void = () => {},
  ): Promise<ContentSource> {
    const needed = new Map<number, Set<number>>();
    for (const { type, bytes, layer, entry } of inodes) {
      if (type !== EntryType.file || bytes === 0) continue;
      const entries = needed.get(layer);
      if (entries === undefined) needed.set(layer, new Set([entry]));
      else entries.add(entry);
    }
    for (const [layer, entries] of needed) refuseHoles(tree.catalogs[layer]!, entries);
    const source = new ContentSource(tree);
    try {
      for (const [layer, entries] of needed) source.#layers.set(layer, await openLayer(image.layers[layer]!, tree, entries, onBytes));
    } catch (error) {
      await source.close();
      throw error;
    }
    return source;
  }

  /**
   * Reads content of a regular file into `target`, with holes as zeros.
   * The range from `position` over the length of `target` must lie within the file.
   * @throws {BallastError} read-failed when the source has become shorter
   */
  read(inode: Inode, position: number, target: Buffer): void {
    const layer = this.#layers.get(inode.layer)!;
    const catalog = this.#tree.catalogs[inode.layer]!;
    const start = layer.offsetOf(inode.entry);
    const sparse = catalog.columns.extras.get(inode.entry)?.sparse;
    if (sparse === undefined) {
      readFrom(layer.fd, target, start + position);
      return;
    }
    target.fill(0);
    const places = this.#storedPlaces(sparse);
    for (let at = firstEndingAfter(sparse, position); at < sparse.length; at += 1) {
      const { offset, length } = sparse[at]!;
      if (offset >= position + target.length) return;
      const from = Math.max(offset, position);
      const to = Math.min(offset + length, position + target.length);
      if (from < to) readFrom(layer.fd, target.subarray(from - position, to - position), start + places[at]! + from - offset);
    }
  }

  /** Where each segment's bytes begin within the stored bytes of the file. */
  #storedPlaces(segments: readonly SparseSegment[]): Float64Array {
    const known = this.#places.get(segments);
    if (known !== undefined) return known;
    const places = new Float64Array(segments.length);
    for (let at = 1; at < segments.length; at += 1) places[at] = places[at - 1]! + segments[at - 1]!.length;
    this.#places.set(segments, places);
    return places;
  }

  async close(): Promise<void> {
    const layers = [...this.#layers.values()];
    this.#layers.clear();
    for (const layer of layers) await layer.close();
  }
}

/** Segments are ordered by offset. */
function firstEndingAfter(segments: readonly SparseSegment[], position: number): number {
  let low = 0;
  let high = segments.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const { offset, length } = segments[middle]!;
    if (offset + length <= position) low = middle + 1;
    else high = middle;
  }
  return low;
}

async function openLayer(
  layer: Layer,
  tree: FileTree,
  entries: ReadonlySet<number>,
  onBytes: (bytes: number) => void,
): Promise<LayerContent> {
  const { dataOffsets } = tree.catalogs[layer.index]!.columns;
  if (layer.file === null || !(await isPlainTar(layer))) return spool(layer, tree, entries, onBytes);
  const { file } = layer;
  const fd = openRegion(file, `layer ${layer.index}`);
  return { fd, offsetOf: (entry) => file.offset + dataOffsets[entry]!, close: async () => closeSync(fd) };
}

async function spool(layer: Layer, tree: FileTree, entries: ReadonlySet<number>, onBytes: (bytes: number) => void): Promise<LayerContent> {
  const { dataOffsets, storedSizes } = tree.catalogs[layer.index]!.columns;
  const offsets = new Map<number, number>();
  const ordered = [...entries].sort((a, b) => dataOffsets[a]! - dataOffsets[b]!);
  const file: FileHandle = await openTempFile();
  const tar = new TarSlicer(await openTar(layer));
  try {
    const writer = new BlockWriter(file);
    for (const entry of ordered) {
      offsets.set(entry, writer.position);
      for await (const piece of tar.slice(dataOffsets[entry]!, storedSizes[entry]!)) {
        await writer.write(piece);
        onBytes(piece.length);
      }
    }
    await writer.flush();
  } catch (error) {
    await file.close();
    throw error;
  } finally {
    tar.close();
  }
  return { fd: file.fd, offsetOf: (entry) => offsets.get(entry)!, close: () => file.close() };
}

const blockBytes = 1024 * 1024;

/** Gathers small files into large writes. */
class BlockWriter {
  readonly #file: FileHandle;
  readonly #block = Buffer.allocUnsafeSlow(blockBytes);
  #used = 0;
  #flushed = 0;

  constructor(file: FileHandle) {
    this.#file = file;
  }

  get position(): number {
    return this.#flushed + this.#used;
  }

  async write(bytes: Buffer): Promise<void> {
    for (let at = 0; at < bytes.length;) {
      const copied = bytes.copy(this.#block, this.#used, at);
      this.#used += copied;
      at += copied;
      if (this.#used === blockBytes) await this.flush();
    }
  }

  async flush(): Promise<void> {
    await writeTemp(this.#file, this.#block.subarray(0, this.#used), this.#flushed);
    this.#flushed += this.#used;
    this.#used = 0;
  }
}

function readFrom(fd: number, target: Buffer, position: number): void {
  for (let at = 0; at < target.length;) {
    const read = readSync(fd, target, at, target.length - at, position + at);
    if (read === 0)
      throw new BallastError("read-failed", "the source became shorter while it was read", { hint: "try again when nobody writes to it" });
    at += read;
  }
}
