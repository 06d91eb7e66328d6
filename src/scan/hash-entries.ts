import { createHash } from "node:crypto";
import { closeSync } from "node:fs";
import { crc32 } from "node:zlib";

import type { Catalog } from "../filesystem/catalog.ts";
import type { FileRegion, Layer } from "../image/image.ts";
import type { SparseSegment } from "../tar/entry.ts";
import { TarSlicer } from "./tar-slicer.ts";
import { openTar } from "./content.ts";
import { openRegion, readFully } from "./region.ts";
import { SparseHash } from "./sparse-hash.ts";

export interface HashRequest {
  /** Index in the catalog. */
  readonly entry: number;
  readonly dataOffset: number;
  readonly storedSize: number;
  readonly size: number;
  readonly sparse: readonly SparseSegment[] | null;
}

const requestsPerJob = 4096;
const bufferBytes = 1024 * 1024;
/** Bytes from the beginning of a file that tell most different files of one size apart. */
const prefixBytes = 1024;

/**
 * CRC-32 of the first bytes of each file: cheap, and files for which it differs need no hash to be told apart. 0 for sparse files, whose
 * stored bytes are not what their reader sees.
 * @throws {BallastError} read-failed, blob-corrupt
 */
export function prefixesOfRegionEntries(region: FileRegion, requests: readonly HashRequest[], name: string): Uint32Array {
  const prefixes = new Uint32Array(requests.length);
  const fd = openRegion(region, name);
  try {
    const buffer = Buffer.allocUnsafeSlow(prefixBytes);
    for (const [index, { dataOffset, storedSize, sparse }] of requests.entries()) {
      if (sparse !== null) continue;
      const piece = buffer.subarray(0, Math.min(prefixBytes, storedSize));
      readFully(fd, piece, region.offset + dataOffset, name);
      prefixes[index] = crc32(piece);
    }
  } finally {
    closeSync(fd);
  }
  return prefixes;
}

/**
 * SHA-256 of the content of entries of an uncompressed layer that lies in a local file, each read where it lies.
 * @throws {BallastError} read-failed, blob-corrupt
 */
export function hashRegionEntries(region: FileRegion, requests: readonly HashRequest[], name: string): Map<number, Uint8Array> {
  const hashes = new Map<number, Uint8Array>();
  const fd = openRegion(region, name);
  try {
    const buffer = Buffer.allocUnsafeSlow(bufferBytes);
    for (const { entry, dataOffset, storedSize, size, sparse } of requests) {
      const hash = sparse === null ? createHash("sha256") : new SparseHash(sparse, size);
      for (let at = 0; at < storedSize; at += bufferBytes) {
        const piece = buffer.subarray(0, Math.min(bufferBytes, storedSize - at));
        readFully(fd, piece, region.offset + dataOffset + at, name);
        hash.update(piece);
      }
      hashes.set(entry, hash.digest());
    }
  } finally {
    closeSync(fd);
  }
  return hashes;
}

/** As `hashRegionEntries` for any other layer: one pass over the unpacked archive. `requests` must be ordered by offset. */
export async function hashStreamedEntries(layer: Layer, requests: readonly HashRequest[]): Promise<Map<number, Uint8Array>> {
  const hashes = new Map<number, Uint8Array>();
  const slicer = new TarSlicer(await openTar(layer));
  try {
    for (const { entry, dataOffset, storedSize, size, sparse } of requests) {
      const hash = sparse === null ? createHash("sha256") : new SparseHash(sparse, size);
      for await (const piece of slicer.slice(dataOffset, storedSize)) hash.update(piece);
      hashes.set(entry, hash.digest());
    }
  } finally {
    slicer.close();
  }
  return hashes;
}

export function requestsFor(catalog: Catalog, entries: readonly number[]): HashRequest[] {
  const { dataOffsets, storedSizes, sizes, extras } = catalog.columns;
  return entries.map((entry) => ({
    entry,
    dataOffset: dataOffsets[entry]!,
    storedSize: storedSizes[entry]!,
    size: sizes[entry]!,
    sparse: extras.get(entry)?.sparse ?? null,
  }));
}

/** Pieces of work that several workers can share. */
export function chunked(requests: readonly HashRequest[]): HashRequest[][] {
  const chunks: HashRequest[][] = [];
  for (let at = 0; at < requests.length; at += requestsPerJob) chunks.push(requests.slice(at, at + requestsPerJob));
  return chunks;
}
