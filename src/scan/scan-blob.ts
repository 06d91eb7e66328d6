/**
 * The one pass over a layer blob: what it is wrapped in, its digests, its catalog, and whoever asked for file content. Runs in a worker
 * or, for tests and tiny images, in the calling thread; it knows nothing of either.
 */
import { createHash } from "node:crypto";
import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import type { Transform } from "node:stream";

import type { SecretHit } from "../../analyzers/secrets/secret-hit.ts";
import { createDecompressor } from "../compression/decompress.ts";
import { sniffCompression } from "../compression/sniff.ts";
import { BallastError, systemErrorCode } from "../errors.ts";
import { CatalogBuilder } from "../filesystem/catalog.ts";
import type { Catalog } from "../filesystem/catalog.ts";
import type { Digest } from "../image/digest.ts";
import type { FileRegion } from "../image/image.ts";
import { TarParser } from "../tar/parser.ts";
import { walkTarFile } from "../tar/walk.ts";
import { CatalogHandler } from "./catalog-handler.ts";
import type { ContentScanner, UnscannedFile } from "./catalog-handler.ts";
import { noEvidence } from "./ownership-evidence.ts";
import type { OwnershipEvidence } from "./ownership-evidence.ts";

export type DigestAlgorithm = "sha256" | "sha512";

export interface BlobScanOptions {
  /** For messages: `layer 3 (sha256:…)`. */
  readonly name: string;
  /** Compute digest and diff ID. */
  readonly verify: boolean;
  /** Of the blob's digest and of the diff ID. */
  readonly algorithm: DigestAlgorithm;
  readonly diffAlgorithm: DigestAlgorithm;
  readonly scanner: ContentScanner | null;
  /** Uncompressed bytes per stored byte beyond which a blob of over a gibibyte counts as a decompression bomb. */
  readonly maxRatio: number;
  /** Hash every file's content also where the archive is plain, because the blob cannot be read a second time. */
  readonly hashContent?: boolean;
  readonly onBytes: (storedBytes: number) => void;
}

/** What takes the stored bytes. */
interface BlobSink {
  write(chunk: Buffer, storedBytes: number): Promise<void>;
  end(): Promise<Omit<BlobScan, "storedBytes" | "digest">>;
}

export interface BlobScan {
  readonly catalog: Catalog;
  readonly compression: "none" | "gzip" | "zstd";
  readonly storedBytes: number;
  readonly tarBytes: number;
  readonly digest: Digest | null;
  readonly diffId: Digest | null;
  readonly secrets: readonly SecretHit[];
  readonly evidence: OwnershipEvidence;
  readonly unscanned: readonly UnscannedFile[];
  readonly problems: readonly ScanProblem[];
}

/** A warning about the archive, before anyone knows which layer it is. */
export interface ScanProblem {
  readonly code: string;
  readonly message: string;
}

const chunkBytes = 1024 * 1024;
/** Enough for every magic number, and for the tar header that tells a plain archive. */
const sniffBytes = 512;
/** Unpacked pieces that may wait for their turn. */
const mostPending = 8;
const bombThreshold = 1024 * 1024 * 1024;

/**
 * Scans a blob that lies in a local file. An uncompressed one is walked header to header first, and its catalog handed to `onCatalog`;
 * what needs its bytes follows in a pass of its own.
 * @throws {BallastError} read-failed, blob-corrupt, layer-invalid, unsupported-image, limit-exceeded
 */
export async function scanRegion(region: FileRegion, options: BlobScanOptions, onCatalog: (catalog: Catalog) => void): Promise<BlobScan> {
  const fd = openRegion(region, options.name);
  try {
    const head = Buffer.alloc(Math.min(sniffBytes, region.size));
    readFully(fd, head, region.offset, options.name);
    const chunks = regionChunks(fd, region, options.name);
    if (readableCompression(head, options.name) !== "none") return await scanChunks(chunks, options);
    const walked = walkRegion(fd, region);
    onCatalog(walked.catalog);
    if (options.scanner !== null) return await scanChunks(chunks, options);
    if (!options.verify) return walked;
    const digest = hashChunks(chunks, options.algorithm, options.onBytes);
    const sameAlgorithm = options.diffAlgorithm === options.algorithm;
    return {
      ...walked,
      digest,
      diffId: sameAlgorithm ? digest : hashChunks(regionChunks(fd, region, options.name), options.diffAlgorithm),
    };
  } finally {
    closeSync(fd);
  }
}

/** Catalog alone, header to header: the content is never read. */
function walkRegion(fd: number, region: FileRegion): BlobScan {
  const builder = new CatalogBuilder();
  const { warnings } = walkTarFile(fd, region.offset, region.offset + region.size, (entry) => void builder.add(entry));
  const { size } = region;
  return {
    catalog: builder.build(),
    compression: "none",
    storedBytes: size,
    tarBytes: size,
    digest: null,
    diffId: null,
    secrets: [],
    evidence: noEvidence,
    unscanned: [],
    problems: warnings,
  };
}

/**
 * Digest of a blob that lies in a local file.
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

function hashChunks(chunks: Iterable<Buffer>, algorithm: DigestAlgorithm, onBytes?: (bytes: number) => void): Digest {
  const hash = createHash(algorithm);
  for (const chunk of chunks) {
    hash.update(chunk);
    onBytes?.(chunk.length);
  }
  return `${algorithm}:${hash.digest("hex")}`;
}

/** Scans a blob that arrives in chunks. A chunk's memory is the giver's again once the next is asked for. */
export async function scanChunks(chunks: AsyncIterable<Buffer> | Iterable<Buffer>, options: BlobScanOptions): Promise<BlobScan> {
  const blobHash = options.verify ? createHash(options.algorithm) : null;
  let sink: BlobSink | null = null;
  let storedBytes = 0;
  let head = Buffer.alloc(0);
  const start = async (): Promise<BlobSink> => {
    const started = await openSink(readableCompression(head, options.name), options);
    await writeBoth(head, blobHash, started, storedBytes);
    return started;
  };
  for await (const chunk of chunks) {
    storedBytes += chunk.length;
    options.onBytes(chunk.length);
    if (sink !== null) {
      await writeBoth(chunk, blobHash, sink, storedBytes);
      continue;
    }
    // Small first chunks are gathered until the magic can be told.
    head = Buffer.concat([head, chunk]);
    if (head.length >= sniffBytes) sink = await start();
  }
  sink ??= await start();
  const result = await sink.end();
  const digest: Digest | null = blobHash === null ? null : `${options.algorithm}:${blobHash.digest("hex")}`;
  return { ...result, storedBytes, digest, diffId: result.diffId ?? (result.compression === "none" ? digest : null) };
}

async function writeBoth(
  chunk: Buffer,
  blobHash: ReturnType<typeof createHash> | null,
  sink: BlobSink,
  storedBytes: number,
): Promise<void> {
  const written = sink.write(chunk, storedBytes);
  blobHash?.update(chunk);
  await written;
}

/** The parser itself, or a decompressor before it. */
async function openSink(compression: "none" | "gzip" | "zstd", options: BlobScanOptions): Promise<BlobSink> {
  const handler = new CatalogHandler({ hashContent: compression !== "none" || options.hashContent === true, scanner: options.scanner });
  const parser = new TarParser(handler);
  // An uncompressed blob's digest is its diff ID: hashed once, by the caller.
  const hashed = compression === "none" && options.algorithm === options.diffAlgorithm;
  const tarHash = options.verify && !hashed ? createHash(options.diffAlgorithm) : null;
  let tarBytes = 0;
  const parse = (chunk: Buffer): void => {
    tarBytes += chunk.length;
    tarHash?.update(chunk);
    parser.write(chunk);
  };
  const finish = () => {
    parser.end();
    const diffId: Digest | null = tarHash === null ? null : `${options.diffAlgorithm}:${tarHash.digest("hex")}`;
    return {
      catalog: handler.builder.build(),
      compression,
      tarBytes,
      diffId,
      secrets: handler.hits,
      evidence: handler.evidence === null ? noEvidence : { databases: handler.evidence.databases, digests: handler.evidence.digests },
      unscanned: handler.unscanned,
      problems: [...parser.warnings],
    };
  };
  if (compression === "none") {
    return {
      write: async (chunk) => parse(chunk),
      end: async () => finish(),
    };
  }

  const decompressor = await createDecompressor(compression);
  const inflated = new DeferredReader(decompressor, parse);
  return {
    async write(chunk, storedBytes) {
      await inflated.write(chunk);
      if (tarBytes > bombThreshold && tarBytes > storedBytes * options.maxRatio) {
        decompressor.destroy();
        throw new BallastError(
          "limit-exceeded",
          `${options.name} unpacks to more than ${Math.floor(tarBytes / storedBytes)} times its stored size (over ${bombThreshold} bytes)`,
          { hint: "this looks like a decompression bomb; if you trust the image, raise the limit with --max-ratio" },
        );
      }
    },
    async end() {
      await inflated.end();
      return finish();
    },
  };
}

/**
 * Feeds a decompressor and hands on what comes out one turn later: zlib then inflates the next chunk on its own thread while this one
 * hashes and parses the last.
 */
class DeferredReader {
  readonly #stream: Transform;
  readonly #consume: (chunk: Buffer) => void;
  readonly #ended: Promise<void>;
  readonly #failed: Promise<never>;
  #pending: Buffer[] = [];
  #scheduled = false;
  #error: Error | null = null;

  constructor(stream: Transform, consume: (chunk: Buffer) => void) {
    this.#stream = stream;
    this.#consume = consume;
    this.#ended = new Promise((resolve) => stream.on("end", resolve));
    this.#failed = new Promise((_, reject) => stream.on("error", reject));
    // Whoever waits for a write or the end hears of it; nobody may be waiting just now.
    this.#failed.catch(() => {});
    stream.on("data", (chunk: Buffer) => {
      this.#pending.push(chunk);
      if (this.#scheduled) return;
      this.#scheduled = true;
      setImmediate(() => this.#drain());
    });
  }

  /** Resolves when the decompressor has taken the whole chunk and what it made of it was consumed, but for the last piece. */
  async write(chunk: Buffer): Promise<void> {
    const taken = new Promise<void>((resolve, reject) => {
      this.#stream.write(chunk, (error) => (error ? reject(error) : resolve()));
    });
    // A stream that fails in the middle of a chunk need not answer the write.
    await Promise.race([taken, this.#failed]);
    // A decompressor that works in this thread never lets the scheduled turn come.
    if (this.#pending.length > mostPending) this.#drain();
    if (this.#error !== null) throw this.#error;
  }

  async end(): Promise<void> {
    this.#stream.end();
    await Promise.race([this.#ended, this.#failed]);
    this.#drain();
    if (this.#error !== null) throw this.#error;
  }

  #drain(): void {
    this.#scheduled = false;
    const chunks = this.#pending;
    this.#pending = [];
    if (this.#error !== null) return;
    try {
      for (const chunk of chunks) this.#consume(chunk);
    } catch (error) {
      this.#error = error instanceof Error ? error : new Error(String(error));
      this.#stream.destroy(this.#error);
    }
  }
}

function readableCompression(head: Buffer, name: string): "none" | "gzip" | "zstd" {
  const compression = sniffCompression(head);
  if (compression === "gzip" || compression === "zstd" || compression === "none") return compression;
  if (compression === "unknown") {
    throw new BallastError("layer-invalid", `${name} is neither a tar archive nor compressed in a way that Ballast knows`);
  }
  throw new BallastError("unsupported-image", `${name} is compressed with ${compression}, which the OCI specification does not allow`, {
    hint: "recompress the image with gzip or zstd, for example with `skopeo copy --dest-compress-format gzip`",
  });
}

export function openRegion(region: FileRegion, name: string): number {
  try {
    const fd = openSync(region.path, "r");
    if (fstatSync(fd).size < region.offset + region.size) {
      closeSync(fd);
      throw new BallastError("blob-corrupt", `${name}: ${region.path} is shorter than it was when it was opened`);
    }
    return fd;
  } catch (error) {
    if (error instanceof BallastError) throw error;
    throw new BallastError("read-failed", `cannot open ${region.path} for ${name}: ${systemErrorCode(error) ?? String(error)}`, {
      cause: error,
    });
  }
}

/** The blob in pieces of one buffer that is used again: valid until the next piece is asked for. */
function* regionChunks(fd: number, region: FileRegion, name: string): Generator<Buffer> {
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
    if (n === 0) throw new BallastError("blob-corrupt", `${name} ends ${buffer.length - got} bytes early`);
    got += n;
  }
}
