/** The pass over all bytes of a blob: finds its compression, digests and catalog, and passes file content to those who asked for it. */
import { createHash } from "node:crypto";

import { sniffBytes } from "../../compression/sniff.ts";
import { BallastError } from "../../base/errors.ts";
import type { Digest } from "../../image/digest.ts";
import { TarParser } from "../../tar/read/parser.ts";
import { CatalogHandler } from "./catalog-handler.ts";
import { CatalogPieces } from "./catalog-pieces.ts";
import type { OnEntries } from "./catalog-pieces.ts";
import type { ReadableCompression } from "../../compression/sniff.ts";
import { compressionProblems, readableCompression } from "./readable-compression.ts";
import type { BlobScanOptions, ScannedBlob } from "./scanned-blob.ts";
import { createUnpacker } from "./unpacker.ts";
import type { FileDigests } from "../suspects/file-digests.ts";
import { DigestCollector } from "../suspects/digest-collector.ts";

const bombThreshold = 1024 * 1024 * 1024;

/** What takes the stored bytes. */
interface BlobSink {
  write(chunk: Buffer, storedBytes: number): Promise<void>;
  end(): Promise<Omit<ScannedBlob, "storedBytes" | "digest">>;
}

/** Scans a blob that arrives in chunks. A chunk's memory may be reused once the next one is asked for. */
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
    // Small chunks are gathered until there are enough bytes to recognise the compression.
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
async function openSink(compression: ReadableCompression, options: BlobScanOptions, onEntries: OnEntries): Promise<BlobSink> {
  const reading = readTar(compression, options, onEntries);
  if (compression === "none") {
    return {
      write: async (chunk) => reading.parse(chunk),
      end: async () => reading.finish(),
    };
  }
  const unpacker = await createUnpacker(compression, reading.parse);
  return {
    write(chunk, stored) {
      reading.storedBytes = stored;
      return unpacker.write(chunk);
    },
    async end() {
      await unpacker.end();
      const read = reading.finish();
      const found = { ...read, problems: [...compressionProblems(compression, unpacker.warnings), ...read.problems] };
      const unhashed = reading.suspects?.unhashed;
      if (unhashed === undefined || unhashed.size === 0) return found;
      const { hashAgain } = await import("../suspects/hash-again.ts");
      const again = await hashAgain(options.again!(0, reading.storedBytes), compression, unhashed);
      return { ...found, suspects: new Map([...found.suspects, ...again]) };
    },
  };
}

/** Reads a blob's tar archive, however it is compressed. */
interface TarReading {
  /** Bytes of the blob so far; set by the code that unpacks it. */
  storedBytes: number;
  readonly suspects: DigestCollector | null;
  readonly parse: (chunk: Buffer) => void;
  readonly finish: () => Awaited<ReturnType<BlobSink["end"]>>;
}

function readTar(compression: ReadableCompression, options: BlobScanOptions, onEntries: OnEntries): TarReading {
  const pieces = new CatalogPieces(onEntries);
  const suspects = options.scanner === null ? null : new DigestCollector(options.again ?? null, compression === "none");
  const handler = new CatalogHandler(pieces, {
    hashContent: compression !== "none" || options.hashContent === true,
    prefixes: compression === "none" && options.hashContent !== true,
    fingerprints: options.fingerprints ?? null,
    scanner: options.scanner,
    collectPackages: compression !== "none" || options.collectPackages === true,
    suspects,
  });
  const parser = new TarParser(handler);
  // An uncompressed blob's digest is its diff ID: hashed once, by the caller.
  const hashed = compression === "none" && options.algorithm === options.diffAlgorithm;
  const tarHash = options.verify && !hashed ? createHash(options.diffAlgorithm) : null;
  let tarBytes = 0;
  const reading: TarReading = {
    storedBytes: 0,
    suspects,
    parse(chunk) {
      tarBytes += chunk.length;
      if (tarBytes > bombThreshold && compression !== "none" && tarBytes > reading.storedBytes * options.maxRatio)
        throw bomb(options.name, tarBytes / reading.storedBytes);
      tarHash?.update(chunk);
      parser.write(chunk);
    },
    finish() {
      parser.end();
      pieces.end();
      suspects?.close();
      return {
        compression,
        tarBytes,
        diffId: tarHash === null ? null : `${options.diffAlgorithm}:${tarHash.digest("hex")}`,
        secrets: handler.hits,
        suspects: suspects?.digests ?? new Map<number, FileDigests>(),
        packages: handler.packages?.files ?? null,
        unscanned: handler.unscanned,
        problems: parser.warnings,
      };
    },
  };
  return reading;
}

function bomb(name: string, ratio: number): Error {
  return new BallastError(
    "limit-exceeded",
    `${name} unpacks to more than ${Math.floor(ratio)} times its stored size (over ${bombThreshold} bytes)`,
    { hint: "this looks like a decompression bomb; if you trust the image, raise the limit with --max-ratio" },
  );
}
