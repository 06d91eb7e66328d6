/** Blobs in local files, read with synchronous calls, because workers have nothing else to do in the meantime. */
import { createHash } from "node:crypto";
import { closeSync, fstatSync, openSync, readSync } from "node:fs";

import { BallastError, systemErrorCode } from "../../base/errors.ts";
import type { Digest } from "../../image/digest.ts";
import { refuseOtherFile } from "../../image/file-region.ts";
import type { FileRegion } from "../../image/image.ts";
import type { DigestAlgorithm } from "./scanned-blob.ts";

const chunkBytes = 1024 * 1024;

/** @throws {BallastError} read-failed, blob-corrupt when the file has been replaced since it was opened */
export function openRegion(region: FileRegion, name: string): number {
  let fd: number | null = null;
  try {
    fd = openSync(region.path, "r");
    refuseOtherFile(region, fstatSync(fd).size, name);
    return fd;
  } catch (error) {
    if (fd !== null) closeSync(fd);
    if (error instanceof BallastError) throw error;
    if (systemErrorCode(error) === "ENOENT") {
      throw new BallastError("read-failed", `${name}: ${region.path} is not there any more`, {
        hint: "it was moved or removed since it was opened; put it back, or open the image where it is now",
        cause: error,
      });
    }
    throw new BallastError("read-failed", `cannot open ${region.path} for ${name}: ${systemErrorCode(error) ?? String(error)}`, {
      cause: error,
    });
  }
}

/** The blob in pieces of one buffer that is reused: each is valid until the next one is asked for. */
export function* regionChunks(fd: number, region: FileRegion, name: string): Generator<Buffer> {
  const buffer = Buffer.allocUnsafeSlow(Math.min(chunkBytes, region.size));
  for (let at = 0; at < region.size; at += chunkBytes) {
    const chunk = buffer.subarray(0, Math.min(chunkBytes, region.size - at));
    readFully(fd, chunk, region.offset + at, name);
    yield chunk;
  }
}

export function readFully(fd: number, buffer: Buffer, position: number, name: string): void {
  for (let got = 0; got < buffer.length;) {
    const n = readSync(fd, buffer, got, buffer.length - got, position + got);
    if (n === 0) throw endsEarly(name);
    got += n;
  }
}

/** The error for a file that was long enough when it was opened. */
export function endsEarly(name: string): BallastError {
  return new BallastError("blob-corrupt", `${name} ends before its last byte: the file was changed while it was read`);
}

/**
 * Digest of a blob in a local file.
 * @throws {BallastError} read-failed, blob-corrupt
 */
export function digestRegion(region: FileRegion, name: string, algorithm: DigestAlgorithm, onBytes: (bytes: number) => void): Digest {
  const fd = openRegion(region, name);
  try {
    return hashChunks(regionChunks(fd, region, name), algorithm, onBytes);
  } finally {
    closeSync(fd);
  }
}

export function hashChunks(chunks: Iterable<Buffer>, algorithm: DigestAlgorithm, onBytes?: (bytes: number) => void): Digest {
  const hash = createHash(algorithm);
  for (const chunk of chunks) {
    hash.update(chunk);
    onBytes?.(chunk.length);
  }
  return `${algorithm}:${hash.digest("hex")}`;
}
