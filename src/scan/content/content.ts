/** File content out of layers: read where it lies when the layer is a plain archive in a local file, else in one pass over the unpacked layer. */
import { closeSync, createReadStream } from "node:fs";
import { PassThrough, pipeline } from "node:stream";
import type { Readable } from "node:stream";

import { createDecompressor } from "../../compression/decompress.ts";
import { sniffCompression } from "../../compression/sniff.ts";
import { BallastError } from "../../base/errors.ts";
import type { Catalog } from "../../filesystem/catalog.ts";
import type { FileRegion, Layer } from "../../image/image.ts";
import type { SparseSegment } from "../../tar/entry.ts";
import { layerName } from "../layer-name.ts";
import { openRegion, readFully } from "../blob/region.ts";
import { TarSlicer } from "../blob/tar-slicer.ts";
import type { TocLayer } from "../toc/toc-layer.ts";

const chunkBytes = 1024 * 1024;
const sniffBytes = 512;

const tablesOfContents = new WeakMap<Catalog, TocLayer>();

/** Content of the entries of such a catalog is then fetched file by file. */
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
 * Content of entries (all regular files), as a reader of the files sees it, handed to `visit` in stored order. An entry whose content is
 * not read to its end is skipped over.
 * @throws {BallastError} as `openTar`
 */
export async function readEntries(
  layer: Layer,
  catalog: Catalog,
  entries: readonly number[],
  visit: (entry: number, content: AsyncIterable<Buffer>) => Promise<void>,
): Promise<void> {
  if (entries.length === 0) return;
  const toc = tablesOfContents.get(catalog);
  if (toc !== undefined) {
    const { openTocEntry } = await import("../toc/toc-layer.ts");
    for (const entry of entries) await visit(entry, (await openTocEntry(layer, toc, entry)) as AsyncIterable<Buffer>);
    return;
  }
  const { dataOffsets, storedSizes } = catalog.columns;
  const ordered = entries.toSorted((a, b) => dataOffsets[a]! - dataOffsets[b]!);
  const source = await openSource(layer);
  try {
    for (const entry of ordered) {
      const stored = source.slice(dataOffsets[entry]!, storedSizes[entry]!);
      const sparse = catalog.columns.extras.get(entry)?.sparse;
      await visit(entry, sparse === undefined ? stored : withHoles(stored, sparse, catalog.size(entry)));
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
      // Copied: a source may use its buffer again.
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

async function openSource(layer: Layer): Promise<ContentSource> {
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

const zeros = Buffer.alloc(64 * 1024);

/** A sparse file's stored pieces with zeros between them. */
async function* withHoles(stored: AsyncIterable<Buffer>, segments: readonly SparseSegment[], size: number): AsyncGenerator<Buffer> {
  let position = 0;
  let segment = 0;
  let inSegment = 0;
  for await (const chunk of stored) {
    for (let rest = chunk; rest.length > 0;) {
      const { offset, length } = segments[segment]!;
      for (; position < offset; position += Math.min(zeros.length, offset - position)) yield zeros.subarray(0, offset - position);
      const piece = rest.subarray(0, length - inSegment);
      yield piece;
      position += piece.length;
      inSegment += piece.length;
      rest = rest.subarray(piece.length);
      if (inSegment === length) {
        segment += 1;
        inSegment = 0;
      }
    }
  }
  for (; position < size; position += Math.min(zeros.length, size - position)) yield zeros.subarray(0, size - position);
}

async function sniffLayer(layer: Layer): Promise<"none" | "gzip" | "zstd"> {
  const compression = sniffCompression(await readHead(layer));
  if (compression === "none" || compression === "gzip" || compression === "zstd") return compression;
  throw new BallastError("unsupported-image", `${layerName(layer)} is neither a plain tar archive nor compressed with gzip or zstd`);
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
