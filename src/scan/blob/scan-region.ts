import { closeSync } from "node:fs";

import { sniffBytes } from "../../compression/sniff.ts";
import type { FileRegion } from "../../image/image.ts";
import { walkTarFile } from "../../tar/read/walk.ts";
import { CatalogPieces } from "./catalog-pieces.ts";
import type { OnEntries } from "./catalog-pieces.ts";
import { readableCompression } from "./readable-compression.ts";
import { openRegion, readFully, regionChunks } from "./region.ts";
import type { BlobScanOptions, ScannedBlob } from "./scanned-blob.ts";
import type { ReadAgain } from "../suspects/digest-collector.ts";

/**
 * Scans a blob in a local file. If it is uncompressed and neither verified nor searched, only its headers are read.
 * @throws {BallastError} read-failed, blob-corrupt, layer-invalid, unsupported-image, limit-exceeded
 */
export async function scanRegion(region: FileRegion, options: BlobScanOptions, onEntries: OnEntries): Promise<ScannedBlob> {
  const fd = openRegion(region, options.name);
  try {
    const head = Buffer.alloc(Math.min(sniffBytes, region.size));
    readFully(fd, head, region.offset, options.name);
    const isPlain = readableCompression(head, options.name) === "none";
    if (isPlain && !options.verify && options.scanner === null) return walkRegion(fd, region, onEntries);
    const { scanChunks } = await import("./scan-chunks.ts");
    const again: ReadAgain = (offset, length) =>
      regionChunks(fd, { path: region.path, offset: region.offset + offset, size: length }, options.name);
    return await scanChunks(regionChunks(fd, region, options.name), { ...options, again }, onEntries);
  } finally {
    closeSync(fd);
  }
}

/** Walks from header to header for the catalog alone, without reading content. */
function walkRegion(fd: number, region: FileRegion, onEntries: OnEntries): ScannedBlob {
  const pieces = new CatalogPieces(onEntries);
  const { warnings } = walkTarFile(fd, region.offset, region.offset + region.size, (entry) => void pieces.add(entry));
  pieces.end();
  const { size } = region;
  return {
    compression: "none",
    storedBytes: size,
    tarBytes: size,
    digest: null,
    diffId: null,
    secrets: [],
    suspects: new Map(),
    packages: null,
    unscanned: [],
    problems: warnings,
  };
}
