/** File content from layers: read in place when the layer is an uncompressed archive in a local file, else in one pass over the unpacked layer. */
import { closeSync, createReadStream } from "node:fs";
import { PassThrough, pipeline } from "node:stream";
import type { Readable } from "node:stream";

import { createDecompressor } from "../../compression/decompress.ts";
import { sniffBytes, sniffCompression } from "../../compression/sniff.ts";
import type { ReadableCompression } from "../../compression/sniff.ts";
import { BallastError } from "../../base/errors.ts";
import type { Catalog } from "../../filesystem/catalog.ts";
import type { FileRegion, Layer } from "../../image/image.ts";
import type { SparseSegment } from "../../tar/entry.ts";
import { displayPath } from "../../filesystem/paths.ts";
import { layerName } from "../layer-name.ts";
import { openRegion, readFully } from "../blob/region.ts";
import { TarSlicer } from "../blob/tar-slicer.ts";
import type { TocLayer } from "../toc/toc-layer.ts";

const chunkBytes = 1024 * 1024;

const tablesOfContents = new WeakMap<Catalog, TocLayer>();

/** From now on, content of the entries of its catalog is fetched file by file. */
export function rememberTableOfContents(toc: TocLayer): void {
  tablesOfContents.set(toc.catalog, toc);
}

/** True when the layer is an uncompressed archive, whatever its media type says. */
export async function isPlainTar(layer: Layer): Promise<boolean> {
  return (await sniffLayer(layer)) === "none";
}

/**
 * The uncompressed tar archive of a layer.
 * @throws {BallastError} blob-missing, read-failed, unsupported-image; the stream itself: blob-corrupt
 */
export async function openTar(layer: Layer): Promise<Readable> {
  const compression = await sniffLayer(layer);
  const blob = layer.file === null ? await layer.open() : openFile(layer.file);
  if (compression === "none") return blob;
  const decompressor = await createDecompressor(compression);
  // Errors reach the reader through the decompressor, which `pipeline` destroys with them.
  pipeline(blob, decompressor, () => {});
  return decompressor;
}

/**
 * Calls `visit` with the content of entries (all of them regular files), as a reader of the files sees it, in stored order. `visit` need not
 * read the content to its end.
 * @throws {BallastError} as `openTar`; limit-exceeded when their holes are larger than any real file has
 */
export async function readEntries(
  layer: Layer,
  catalog: Catalog,
  entries: readonly number[],
  visit: (entry: number, content: AsyncIterable<Buffer>) => Promise<void>,
): Promise<void> {
  refuseHoles(catalog, entries);
  await readPieces(layer, catalog, entries, (entry, pieces) => visit(entry, withHoles(pieces, catalog, entry)));
}

/** Bytes of a file and their offset in it. What lies between two pieces is a hole. */
export interface Piece {
  readonly position: number;
  readonly bytes: Buffer;
}

/** As `readEntries`, without the zeros that fill the holes of sparse files. */
export async function readPieces(
  layer: Layer,
  catalog: Catalog,
  entries: readonly number[],
  visit: (entry: number, pieces: AsyncIterable<Piece>) => Promise<void>,
): Promise<void> {
  if (entries.length === 0) return;
  const toc = tablesOfContents.get(catalog);
  if (toc !== undefined) {
    const { openTocEntry } = await import("../toc/toc-layer.ts");
    for (const entry of entries) {
      const content = (await openTocEntry(layer, toc, entry)) as AsyncIterable<Buffer>;
      await visit(entry, placed(content, [{ offset: 0, length: Infinity }]));
    }
    return;
  }
  const { dataOffsets, storedSizes, extras } = catalog.columns;
  const ordered = entries.toSorted((a, b) => dataOffsets[a]! - dataOffsets[b]!);
  const source = await openSource(layer, dataOffsets[ordered[0]!]!);
  try {
    for (const entry of ordered) {
      const stored = source.slice(dataOffsets[entry]!, storedSizes[entry]!);
      await visit(entry, placed(stored, extras.get(entry)?.sparse ?? [{ offset: 0, length: Infinity }]));
    }
  } finally {
    source.close();
  }
}

/** The first `maxBytes` of one file. @throws {BallastError} as `openTar` */
export async function readEntry(layer: Layer, catalog: Catalog, entry: number, maxBytes: number): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  await readEntries(layer, catalog, [entry], async (_, content) => {
    for await (const piece of content) {
      // Copied, because a source may reuse its buffer.
      pieces.push(Buffer.from(piece.subarray(0, maxBytes - bytes)));
      bytes += piece.length;
      if (bytes >= maxBytes) break;
    }
  });
  return Buffer.concat(pieces);
}

interface ContentSource {
  slice(start: number, length: number): AsyncIterable<Buffer>;
  close(): void;
}

/** `from`: nothing before this byte of the archive will be asked for. */
async function openSource(layer: Layer, from: number): Promise<ContentSource> {
  if (layer.assembled !== undefined) {
    // What comes before is skipped without opening a file.
    const slicer = new TarSlicer(await layer.open({ start: from }));
    return { slice: (start, length) => slicer.slice(start - from, length), close: () => slicer.close() };
  }
  if (layer.file === null || !(await isPlainTar(layer))) return new TarSlicer(await openTar(layer));
  const { file } = layer;
  const name = layerName(layer);
  const fd = openRegion(file, name);
  const buffer = Buffer.allocUnsafeSlow(chunkBytes);
  return {
    async *slice(start, length) {
      for (let at = 0; at < length; at += chunkBytes) {
        const piece = buffer.subarray(0, Math.min(chunkBytes, length - at));
        readFully(fd, piece, file.offset + start + at, name);
        yield piece;
      }
    },
    close: () => closeSync(fd),
  };
}

/** What is stored of a file, cut at the ends of its segments. */
async function* placed(stored: AsyncIterable<Buffer>, segments: readonly SparseSegment[]): AsyncGenerator<Piece> {
  let segment = 0;
  let inSegment = 0;
  for await (const chunk of stored) {
    for (let rest = chunk; rest.length > 0;) {
      const { offset, length } = segments[segment]!;
      const bytes = rest.subarray(0, length - inSegment);
      yield { position: offset + inSegment, bytes };
      inSegment += bytes.length;
      rest = rest.subarray(bytes.length);
      if (inSegment === length) {
        segment += 1;
        inSegment = 0;
      }
    }
  }
}

const zeros = Buffer.alloc(64 * 1024);
/** Bytes of holes that are written out as zeros, in the files of one layer. A header of 512 bytes can claim eight exabytes of them. */
const mostHoleBytes = 1024 ** 3;

/**
 * Refuses holes that are too large: their zeros are written, compressed and hashed like other bytes, but cost the layer's author nothing.
 * @throws {BallastError} limit-exceeded, naming the file with the largest holes
 */
export function refuseHoles(catalog: Catalog, entries: Iterable<number>): void {
  const { extras, storedSizes } = catalog.columns;
  let total = 0;
  let largest = { entry: -1, bytes: 0 };
  for (const entry of entries) {
    if (extras.get(entry)?.sparse === undefined) continue;
    const bytes = catalog.size(entry) - storedSizes[entry]!;
    total += bytes;
    if (bytes > largest.bytes) largest = { entry, bytes };
  }
  if (total <= mostHoleBytes) return;
  const path = displayPath(catalog.path(largest.entry));
  throw new BallastError(
    "limit-exceeded",
    `${path} has ${catalog.size(largest.entry)} bytes, ${largest.bytes} of them holes that are not stored`,
    {
      hint: `holes of up to ${mostHoleBytes / 1024 ** 3} GiB in a layer are written out as zeros; remove the file where the image is built`,
    },
  );
}

/** A file's pieces with zeros between them, and after the last. */
async function* withHoles(pieces: AsyncIterable<Piece>, catalog: Catalog, entry: number): AsyncGenerator<Buffer> {
  const size = catalog.size(entry);
  let position = 0;
  for await (const piece of pieces) {
    for (; position < piece.position; position += Math.min(zeros.length, piece.position - position))
      yield zeros.subarray(0, piece.position - position);
    yield piece.bytes;
    position += piece.bytes.length;
  }
  for (; position < size; position += Math.min(zeros.length, size - position)) yield zeros.subarray(0, size - position);
}

async function sniffLayer(layer: Layer): Promise<ReadableCompression> {
  const compression = sniffCompression(await readHead(layer));
  if (compression !== "unknown") return compression;
  throw new BallastError(
    "unsupported-image",
    `${layerName(layer)} is neither a plain tar archive nor compressed in a way that Ballast knows`,
  );
}

async function readHead(layer: Layer): Promise<Buffer> {
  if (layer.file !== null) {
    const head = Buffer.alloc(Math.min(sniffBytes, layer.file.size));
    const fd = openRegion(layer.file, layerName(layer));
    try {
      readFully(fd, head, layer.file.offset, layerName(layer));
    } finally {
      closeSync(fd);
    }
    return head;
  }
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of (await layer.open({ start: 0, end: sniffBytes })) as AsyncIterable<Buffer>) {
    pieces.push(piece);
    bytes += piece.length;
    if (bytes >= sniffBytes) break;
  }
  return Buffer.concat(pieces);
}

function openFile(region: FileRegion): Readable {
  if (region.size === 0) return new PassThrough().end();
  return createReadStream(region.path, { start: region.offset, end: region.offset + region.size - 1, highWaterMark: chunkBytes });
}
