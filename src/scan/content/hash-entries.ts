import { closeSync } from "node:fs";
import { crc32 } from "node:zlib";

import { hashBytes } from "../../filesystem/catalog.ts";
import type { FileRegion, Layer } from "../../image/image.ts";
import { FileWindow } from "../../tar/read/file-window.ts";
import { ContentHash } from "./content-hash.ts";
import { prefixBytes } from "./content-prefix.ts";
import { TarSlicer } from "../blob/tar-slicer.ts";
import { openTar } from "./content.ts";
import { KnownContents } from "./known-contents.ts";
import type { HashRequests } from "./hash-requests.ts";
import { endsEarly, openRegion, readFully } from "../blob/region.ts";
import { SparseHash } from "./sparse-hash.ts";

const bufferBytes = 1024 * 1024;
/** Files up to this are hashed where the read window holds them, neighbours in one read. */
const smallBytes = 32 * 1024;

/**
 * What `ContentPrefix` makes of each file, for layers that were walked without reading their files. 0 for sparse files, whose stored bytes
 * are not what their reader sees.
 * @throws {BallastError} read-failed, blob-corrupt
 */
export function prefixesOfRegionEntries(region: FileRegion, requests: HashRequests, name: string): Uint32Array {
  const { entries, dataOffsets, storedSizes, sparse } = requests;
  const prefixes = new Uint32Array(entries.length);
  const fd = openRegion(region, name);
  try {
    const window = new FileWindow(fd, region.offset, region.offset + region.size);
    for (let index = 0; index < entries.length; index += 1) {
      if (sparse.has(index)) continue;
      const length = Math.min(prefixBytes, storedSizes[index]!);
      const at = window.position(dataOffsets[index]!, length);
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
 * @returns `hashBytes` bytes for each entry, in the requests' order
 * @throws {BallastError} read-failed, blob-corrupt
 */
export function hashRegionEntries(region: FileRegion, requests: HashRequests, name: string): Uint8Array {
  const { entries, dataOffsets, storedSizes, sparse } = requests;
  const hashes = new Uint8Array(entries.length * hashBytes);
  const fd = openRegion(region, name);
  try {
    const window = new FileWindow(fd, region.offset, region.offset + region.size);
    const known = new KnownContents();
    let buffer: Buffer | null = null;
    for (let index = 0; index < entries.length; index += 1) {
      const storedSize = storedSizes[index]!;
      const offset = dataOffsets[index]!;
      if (storedSize <= smallBytes && !sparse.has(index)) {
        const at = window.position(offset, storedSize);
        if (at < 0) throw endsEarly(name);
        hashes.set(known.hashOf(window.buffer.subarray(at, at + storedSize)), index * hashBytes);
        continue;
      }
      const hash = hashFor(requests, index);
      buffer ??= Buffer.allocUnsafeSlow(bufferBytes);
      for (let at = 0; at < storedSize; at += bufferBytes) {
        const piece = buffer.subarray(0, Math.min(bufferBytes, storedSize - at));
        readFully(fd, piece, region.offset + offset + at, name);
        hash.update(piece);
      }
      hashes.set(hash.digest(), index * hashBytes);
    }
  } finally {
    closeSync(fd);
  }
  return hashes;
}

/** As `hashRegionEntries` for any other layer: one pass over the unpacked archive for all requests, which must be ordered by offset. */
export async function hashStreamedEntries(
  layer: Layer,
  jobs: Iterable<HashRequests>,
  onHashes: (requests: HashRequests, hashes: Uint8Array) => void,
): Promise<void> {
  const slicer = new TarSlicer(await openTar(layer));
  try {
    for (const requests of jobs) {
      const hashes = new Uint8Array(requests.entries.length * hashBytes);
      for (let index = 0; index < requests.entries.length; index += 1) {
        const hash = hashFor(requests, index);
        for await (const piece of slicer.slice(requests.dataOffsets[index]!, requests.storedSizes[index]!)) hash.update(piece);
        hashes.set(hash.digest(), index * hashBytes);
      }
      onHashes(requests, hashes);
    }
  } finally {
    slicer.close();
  }
}

function hashFor({ storedSizes, sparse }: HashRequests, index: number): ContentHash | SparseHash {
  const holes = sparse.get(index);
  return holes === undefined ? new ContentHash(storedSizes[index]!) : new SparseHash(holes.segments, holes.size);
}
