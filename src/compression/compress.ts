import { PassThrough } from "node:stream";
import type { Transform } from "node:stream";
import { availableParallelism } from "node:os";
import { BallastError } from "../base/errors.ts";
import { BlockPool } from "./blocks/block-pool.ts";
import { GzipCompressor } from "./gzip.ts";
import { ZstdCompressor } from "./zstd/compressor.ts";

export type OutputCompression = "none" | "gzip" | "zstd";

export interface CompressorOptions {
  readonly kind: OutputCompression;
  /** See `compressionLevels`, which has the default. */
  readonly level?: number;
  /** Worker threads. Default: one per processor. 0 compresses in this thread. The bytes do not depend on it. */
  readonly threads?: number;
}

/**
 * Gzip has its usual levels. Zstd's end at 19, the last whose window stays within the 8 MiB that every decoder supports (RFC 8878 section
 * 3.1.1.1.2).
 */
export const compressionLevels = {
  gzip: { lowest: 1, highest: 9, default: 6 },
  zstd: { lowest: 1, highest: 19, default: 9 },
} as const;

/**
 * A Transform that compresses blocks on several threads: into one member with a fixed header for gzip, into independent frames for zstd.
 * The bytes depend only on input, kind and level, not on the number of threads. Memory is bounded by the number of threads.
 *
 * Throws BallastError `bad-argument` for a level that does not exist.
 */
export async function createCompressor(options: CompressorOptions): Promise<Transform> {
  const { kind, threads = availableParallelism() } = options;
  if (kind === "none") return new PassThrough();
  const levels = compressionLevels[kind];
  const level = options.level ?? levels.default;
  if (!Number.isInteger(level) || level < levels.lowest || level > levels.highest) {
    throw new BallastError("bad-argument", `${kind} has no compression level ${level}`, {
      hint: `give a whole number from ${levels.lowest} to ${levels.highest}`,
    });
  }
  const pool = new BlockPool(threads);
  return kind === "gzip" ? new GzipCompressor(pool, level) : new ZstdCompressor(pool, level);
}
