/** A local source of blobs by path: a layout directory, an archive file, or an archive that was streamed. */
import { closeSync, openSync, readSync } from "node:fs";
import { open } from "node:fs/promises";
import { Readable } from "node:stream";

import { BallastError, systemErrorCode } from "../../base/errors.ts";
import type { Descriptor } from "../../image/descriptor.ts";
import type { Digest } from "../../image/digest.ts";
import { algorithmOf, documentDigest, rememberDigest } from "../../image/digest.ts";
import { refuseOtherFile } from "../../image/file-region.ts";
import type { FileRegion, KnownDigests } from "../../image/image.ts";
import { checkJsonSize } from "../../image/json.ts";

export interface StoredBlob {
  /** Its path inside the source, links followed. */
  readonly path: string;
  /** Bytes as stored. */
  readonly size: number;
  /** Where it lies in a local file; null for what was streamed. */
  readonly file: FileRegion | null;
  /** See Layer. */
  readonly streamedAs?: string;
  /** @throws {BallastError} read-failed */
  open(range?: { readonly start: number; readonly end?: number }): Promise<Readable>;
}

export interface BlobSource {
  /** For messages: the file's or directory's name. */
  readonly name: string;
  /** Digests of its blobs from earlier runs; absent when nothing is kept. */
  readonly digests?: KnownDigests | undefined;
  /** The blob at a path inside the source; null when there is none. @throws {BallastError} blob-corrupt, read-failed */
  find(path: string): Promise<StoredBlob | null>;
  /** The paths that exist, for messages and guesses; null when listing them is not cheap. */
  paths(): Iterable<string> | null;
  /** Removes spooled copies. Safe to call twice. */
  close(): Promise<void>;
}

export interface ArchiveSource extends BlobSource {
  /** Members whose names lead out of the archive, ready to print; they are never found. */
  readonly outside: readonly string[];
  /** False when the archive stops without its end mark. */
  readonly hasEnd: boolean;
}

/** Where OCI image-layout.md puts a blob. */
export function blobPath(digest: Digest): string {
  return `blobs/${digest.replace(":", "/")}`;
}

/**
 * Reads a whole JSON document.
 * @param digests known digests, which save hashing the document
 * @throws {BallastError} limit-exceeded over 20 MiB, read-failed
 */
export async function readDocument(blob: StoredBlob, what: string, digests?: KnownDigests): Promise<Buffer> {
  checkJsonSize(blob.size, what);
  if (blob.file !== null) {
    const known = digests?.digestOf(blob.file) ?? null;
    const bytes = readRegion(blob.file);
    if (known !== null && bytes.length === blob.size) rememberDigest(bytes, known);
    return bytes;
  }
  const chunks: Buffer[] = [];
  for await (const chunk of await blob.open()) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** Documents are small: streaming one takes many times as long as reading it at once. */
function readRegion({ path, offset, size }: FileRegion): Buffer {
  try {
    const fd = openSync(path, "r");
    try {
      const bytes = Buffer.alloc(size);
      let read = 0;
      for (let more = -1; read < size && more !== 0; read += more) more = readSync(fd, bytes, read, size - read, offset + read);
      return bytes.subarray(0, read);
    } finally {
      closeSync(fd);
    }
  } catch (error) {
    throw readError(path, error);
  }
}

/**
 * Reads the document that a descriptor points to, and checks it against the descriptor when asked to.
 * @throws {BallastError} blob-missing, digest-mismatch, limit-exceeded, read-failed
 */
export async function readDescribed(source: BlobSource, descriptor: Descriptor, what: string, verify: boolean): Promise<Buffer> {
  const blob = await findDescribed(source, descriptor);
  const name = `${what} ${descriptor.digest}`;
  if (blob === null) throw new BallastError("blob-missing", `${name} is not in ${source.name}`);
  const bytes = await readDocument(blob, `${name} in ${source.name}`, source.digests);
  if (verify) {
    checkDescribed(bytes, descriptor, `${name} in ${source.name}`);
    digestOfBlob(source, blob, bytes, algorithmOf(descriptor.digest));
  }
  return bytes;
}

/** The digest of a document with the content `bytes`; kept for the next run if the document lies in a file. */
export function digestOfBlob({ digests }: BlobSource, { file }: StoredBlob, bytes: Buffer, algorithm: "sha256" | "sha512"): Digest {
  const digest = documentDigest(bytes, algorithm);
  if (file !== null && digests?.digestOf(file) === null) digests.record(file, digest);
  return digest;
}

/** The blob that a descriptor points to or embeds. @throws {BallastError} as `BlobSource.find` */
export async function findDescribed(source: BlobSource, { digest, data }: Descriptor): Promise<StoredBlob | null> {
  const stored = await source.find(blobPath(digest));
  if (stored !== null || data === undefined) return stored;
  return {
    path: digest,
    size: data.length,
    file: null,
    open: async (range = { start: 0 }) => Readable.from([data.subarray(range.start, range.end)], { objectMode: false }),
  };
}

/** @throws {BallastError} digest-mismatch when the bytes are not those that the descriptor promises. */
export function checkDescribed(bytes: Uint8Array, descriptor: Descriptor, what: string): void {
  if (bytes.length !== descriptor.size) {
    throw new BallastError("digest-mismatch", `${what} has ${bytes.length} bytes, its descriptor says ${descriptor.size}`);
  }
  const actual = documentDigest(bytes, algorithmOf(descriptor.digest));
  if (actual !== descriptor.digest) throw new BallastError("digest-mismatch", `${what} has the digest ${actual}`);
}

/** A blob that lies in a file. Nothing stays open between reads. */
export function fileBlob(path: string, region: FileRegion): StoredBlob {
  return {
    path,
    size: region.size,
    file: region,
    open: async (range = { start: 0 }) => {
      const end = Math.min(range.end ?? region.size, region.size);
      const start = Math.min(range.start, end);
      const handle = await openForReading(region.path);
      try {
        refuseOtherFile(region, (await handle.stat()).size, path);
      } catch (error) {
        await handle.close();
        throw error;
      }
      const length = end - start;
      // A read stream cannot read an empty range: its `end` is inclusive.
      if (length === 0) {
        await handle.close();
        return Readable.from([]);
      }
      return handle.createReadStream({ start: region.offset + start, end: region.offset + end - 1, highWaterMark: 1024 * 1024 });
    },
  };
}

/** @throws {BallastError} image-not-found, read-failed */
export async function openForReading(path: string): ReturnType<typeof open> {
  try {
    return await open(path, "r");
  } catch (error) {
    throw readError(path, error);
  }
}

const reasons: Readonly<Record<string, string>> = {
  EACCES: "permission denied",
  EPERM: "permission denied",
  ELOOP: "its symbolic links go in a circle",
};

/** Turns a file system error into one a person can act on; returns any other error unchanged. */
export function readError(path: string, error: unknown): unknown {
  const code = systemErrorCode(error);
  if (code === undefined) return error;
  if (code === "ENOENT" || code === "ENOTDIR") {
    return new BallastError("image-not-found", `there is no file or directory ${path}`, { cause: error });
  }
  return new BallastError("read-failed", `${path} cannot be read: ${reasons[code] ?? code}`, { cause: error });
}
