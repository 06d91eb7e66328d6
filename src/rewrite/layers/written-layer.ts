/** Compresses a layer's bytes into a temporary blob and computes both of its digests in the same pass. */
import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import type { Transform } from "node:stream";

import { createCompressor } from "../../compression/compress.ts";
import type { Digest } from "../../image/digest.ts";
import type { Compression } from "../plan/plan.ts";
import { openTempFile, writeTemp } from "./temp-file.ts";

export interface WrittenLayer {
  readonly diffId: Digest;
  /** Of the blob as stored. */
  readonly digest: Digest;
  /** Bytes of the blob as stored. */
  readonly size: number;
  /** Bytes of the tar archive. */
  readonly tarBytes: number;
  readonly compression: Compression["kind"];
  open(): Promise<Readable>;
  /** Frees the temporary space. */
  close(): Promise<void>;
}

export interface LayerWriting {
  readonly compression: Compression;
  readonly threads: number;
  /** Uncompressed bytes since the last call. */
  readonly onBytes: (bytes: number) => void;
  readonly signal: AbortSignal | undefined;
}

/** A chunk is no longer used once the next is requested. @throws {BallastError} write-failed; whatever `chunks` throws */
export async function writeLayer(chunks: Iterable<Buffer> | AsyncIterable<Buffer>, writing: LayerWriting): Promise<WrittenLayer> {
  const file = await openTempFile();
  const diffHash = createHash("sha256");
  const blobHash = createHash("sha256");
  let tarBytes = 0;
  let size = 0;
  const counted = async function* (): AsyncGenerator<Buffer, void, undefined> {
    for await (const chunk of chunks) {
      writing.signal?.throwIfAborted();
      diffHash.update(chunk);
      tarBytes += chunk.length;
      writing.onBytes(chunk.length);
      yield chunk;
    }
  };
  try {
    for await (const piece of compressed(counted(), await compressor(writing))) {
      blobHash.update(piece);
      await writeTemp(file, piece, size);
      size += piece.length;
    }
  } catch (error) {
    await file.close();
    throw error;
  }
  return {
    diffId: `sha256:${diffHash.digest("hex")}`,
    digest: `sha256:${blobHash.digest("hex")}`,
    size,
    tarBytes,
    compression: writing.compression.kind,
    open: async () =>
      size === 0 ? Readable.from([]) : file.createReadStream({ start: 0, end: size - 1, autoClose: false, highWaterMark: 1024 * 1024 }),
    close: () => file.close(),
  };
}

async function compressor({ compression: { kind, level }, threads }: LayerWriting): Promise<Transform | null> {
  return kind === "none" ? null : createCompressor({ kind, level, threads });
}

async function* compressed(chunks: AsyncIterable<Buffer>, transform: Transform | null): AsyncGenerator<Buffer, void, undefined> {
  if (transform === null) {
    yield* chunks;
    return;
  }
  const fed = feed(chunks, transform);
  // An error of the source is passed on to the reader, and thrown there.
  fed.catch((error: Error) => transform.destroy(error));
  try {
    for await (const piece of transform) yield piece as Buffer;
    await fed;
  } finally {
    transform.destroy();
  }
}

/** Waits for each write: requesting the next chunk may overwrite the memory of the last. */
async function feed(chunks: AsyncIterable<Buffer>, transform: Transform): Promise<void> {
  for await (const chunk of chunks)
    await new Promise<void>((resolve, reject) => transform.write(chunk, (error) => (error ? reject(error) : resolve())));
  transform.end();
}
