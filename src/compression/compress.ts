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
  /** See `compressionLevels`; the default one when not given. */
  readonly level?: number;
  /** Worker threads; as many as there are processors when not given. 0 compresses in this thread. The bytes do not depend on it. */
  readonly threads?: number;
}

/**
 * Gzip's levels are those that people know from it. Zstd's end at 19, the last whose window stays within the 8 MiB that every decoder supports (RFC 8878 section
 * 3.1.1.1.2).
 */
export const compressionLevels = {
  gzip: { lowest: 1, highest: 9, default: 6 },
  zstd: { lowest: 1, highest: 19, default: 9 },
} as const;

/**
 * A Transform that compresses block by block on several threads: for gzip one member with a fixed header, for zstd independent frames.
 * Same input, kind and level: same bytes, whatever the number of threads. Memory is bounded by the number of threads.
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
