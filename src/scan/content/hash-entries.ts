import { closeSync } from "node:fs";
import { crc32 } from "node:zlib";

import type { FileRegion, Layer } from "../../image/image.ts";
import { FileWindow } from "../../tar/file-window.ts";
import { ContentHash } from "./content-hash.ts";
import { TarSlicer } from "../blob/tar-slicer.ts";
import { openTar } from "./content.ts";
import type { HashRequest } from "./hash-requests.ts";
import { endsEarly, openRegion, readFully } from "../blob/region.ts";
import { SparseHash } from "./sparse-hash.ts";

const bufferBytes = 1024 * 1024;
/** Bytes from the beginning of a file that tell most different files of one size apart. */
const prefixBytes = 1024;

/**
 * CRC-32 of the first bytes of each file: cheap, and files for which it differs need no hash to be told apart. 0 for sparse files, whose
 * stored bytes are not what their reader sees. Quickest when `requests` are ordered by offset.
 * @throws {BallastError} read-failed, blob-corrupt
 */
export function prefixesOfRegionEntries(region: FileRegion, requests: readonly HashRequest[], name: string): Uint32Array {
  const prefixes = new Uint32Array(requests.length);
  const fd = openRegion(region, name);
  try {
    const window = new FileWindow(fd, region.offset, region.offset + region.size);
    for (const [index, { dataOffset, storedSize, sparse }] of requests.entries()) {
      if (sparse !== null) continue;
      const length = Math.min(prefixBytes, storedSize);
      const at = window.position(dataOffset, length);
      if (at < 0) throw endsEarly(name);
      prefixes[index] = crc32(window.buffer.subarray(at, at + length));
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
      const hash = sparse === null ? new ContentHash(storedSize) : new SparseHash(sparse, size);
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
      const hash = sparse === null ? new ContentHash(storedSize) : new SparseHash(sparse, size);
      for await (const piece of slicer.slice(dataOffset, storedSize)) hash.update(piece);
      hashes.set(entry, hash.digest());
    }
  } finally {
    slicer.close();
  }
  return hashes;
}
