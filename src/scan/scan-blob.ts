/**
 * The one pass over a layer blob: what it is wrapped in, its digests, its catalog, and whoever asked for file content. Runs in a worker
 * or, for tests and tiny images, in the calling thread; it knows nothing of either.
 */
import { createHash } from "node:crypto";
import { closeSync } from "node:fs";

import type { SecretHit } from "../../analyzers/secrets/secret-hit.ts";
import { sniffCompression } from "../compression/sniff.ts";
import { BallastError } from "../errors.ts";
import type { Catalog } from "../filesystem/catalog.ts";
import type { Digest } from "../image/digest.ts";
import type { FileRegion } from "../image/image.ts";
import { TarParser } from "../tar/parser.ts";
import { walkTarFile } from "../tar/walk.ts";
import { CatalogHandler } from "./catalog-handler.ts";
import type { ContentScanner, FingerprintOptions, UnscannedFile } from "./catalog-handler.ts";
import { CatalogPieces } from "./catalog-pieces.ts";
import type { OnEntries } from "./catalog-pieces.ts";
import { noEvidence } from "./ownership-evidence.ts";
import type { OwnershipEvidence } from "./ownership-evidence.ts";
import { createUnpacker } from "./unpacker.ts";
import { hashChunks, openRegion, readFully, regionChunks } from "./region.ts";

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
  /** How large files in a compressed archive may be told apart instead of by their hash; null hashes them all. */
  readonly fingerprints?: FingerprintOptions | null;
  readonly onBytes: (storedBytes: number) => void;
}

/** What takes the stored bytes. */
interface BlobSink {
  write(chunk: Buffer, storedBytes: number): Promise<void>;
  end(): Promise<Omit<ScannedBlob, "storedBytes" | "digest">>;
}

/** What a scan says of a blob, but for its entries, which are handed over on the way. */
export interface ScannedBlob {
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

export interface BlobScan extends ScannedBlob {
  readonly catalog: Catalog;
}

/** A warning about the archive, before anyone knows which layer it is. */
export interface ScanProblem {
  readonly code: string;
  readonly message: string;
}

/** Enough for every magic number, and for the tar header that tells a plain archive. */
const sniffBytes = 512;
const bombThreshold = 1024 * 1024 * 1024;

/**
 * Scans a blob that lies in a local file. An uncompressed one is walked header to header first, and its catalog handed to `onEntries`;
 * what needs its bytes follows in a pass of its own.
 * @throws {BallastError} read-failed, blob-corrupt, layer-invalid, unsupported-image, limit-exceeded
 */
export async function scanRegion(region: FileRegion, options: BlobScanOptions, onEntries: OnEntries): Promise<ScannedBlob> {
  const fd = openRegion(region, options.name);
  try {
    const head = Buffer.alloc(Math.min(sniffBytes, region.size));
    readFully(fd, head, region.offset, options.name);
    const chunks = regionChunks(fd, region, options.name);
    if (readableCompression(head, options.name) !== "none") return await scanChunks(chunks, options, onEntries);
    const walked = walkRegion(fd, region, onEntries);
    // The same entries once more: they have been handed over.
    if (options.scanner !== null) return await scanChunks(chunks, options, () => {});
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
    evidence: noEvidence,
    unscanned: [],
    problems: warnings,
  };
}

/** Scans a blob that arrives in chunks. A chunk's memory is the giver's again once the next is asked for. */
export async function scanChunks(
  chunks: AsyncIterable<Buffer> | Iterable<Buffer>,
  options: BlobScanOptions,
  onEntries: OnEntries,
): Promise<ScannedBlob> {
  const blobHash = options.verify ? createHash(options.algorithm) : null;
  let sink: BlobSink | null = null;
  let storedBytes = 0;
  let head = Buffer.alloc(0);
  const start = async (): Promise<BlobSink> => {
    const started = await openSink(readableCompression(head, options.name), options, onEntries);
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
async function openSink(compression: "none" | "gzip" | "zstd", options: BlobScanOptions, onEntries: OnEntries): Promise<BlobSink> {
  const pieces = new CatalogPieces(onEntries);
  const handler = new CatalogHandler(pieces, {
    hashContent: compression !== "none" || options.hashContent === true,
    fingerprints: options.fingerprints ?? null,
    scanner: options.scanner,
  });
  const parser = new TarParser(handler);
  // An uncompressed blob's digest is its diff ID: hashed once, by the caller.
  const hashed = compression === "none" && options.algorithm === options.diffAlgorithm;
  const tarHash = options.verify && !hashed ? createHash(options.diffAlgorithm) : null;
  let storedBytes = 0;
  let tarBytes = 0;
  const parse = (chunk: Buffer): void => {
    tarBytes += chunk.length;
    if (tarBytes > bombThreshold && compression !== "none" && tarBytes > storedBytes * options.maxRatio)
      throw bomb(options.name, tarBytes / storedBytes);
    tarHash?.update(chunk);
    parser.write(chunk);
  };
  const finish = () => {
    parser.end();
    pieces.end();
    const diffId: Digest | null = tarHash === null ? null : `${options.diffAlgorithm}:${tarHash.digest("hex")}`;
    return {
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

  const unpacker = await createUnpacker(compression, parse);
  return {
    write(chunk, stored) {
      storedBytes = stored;
      return unpacker.write(chunk);
    },
    async end() {
      await unpacker.end();
      return finish();
    },
  };
}

function bomb(name: string, ratio: number): Error {
  return new BallastError(
    "limit-exceeded",
    `${name} unpacks to more than ${Math.floor(ratio)} times its stored size (over ${bombThreshold} bytes)`,
    { hint: "this looks like a decompression bomb; if you trust the image, raise the limit with --max-ratio" },
  );
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
