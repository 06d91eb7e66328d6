/** Compresses one block, in a worker thread, or in this thread when there are none. */
import type { Deflater } from "../deflate/deflater.ts";

export interface BlockJob {
  readonly kind: "gzip" | "zstd";
  readonly level: number;
  readonly block: Uint8Array;
  /** Gzip: the data before the block, which matches may refer to. */
  readonly dictionary: Uint8Array | null;
  /** Gzip: the stream ends with this block. */
  readonly last: boolean;
}

export interface BlockResult {
  /** The compressed block, in memory of its own. */
  readonly bytes: Uint8Array;
  /** The job's block, to be filled again. */
  readonly block: Uint8Array;
}

export async function compressBlock(job: BlockJob): Promise<BlockResult> {
  const bytes = await (job.kind === "gzip" ? deflateBlock(job) : zstdFrame(job));
  const whole = bytes.byteLength === bytes.buffer.byteLength ? bytes : new Uint8Array(bytes);
  return { bytes: whole, block: job.block };
}

let deflater: Deflater | null = null;

async function deflateBlock({ block, dictionary, level, last }: BlockJob): Promise<Uint8Array> {
  deflater ??= new (await import("../deflate/deflater.ts")).Deflater();
  return deflater.deflate(block, dictionary, level, last);
}

type Compress = (data: Buffer, level: number) => Uint8Array;

let zstd: Promise<Compress> | null = null;

async function zstdFrame(job: BlockJob): Promise<Uint8Array> {
  zstd ??= loadZstd();
  const compress = await zstd;
  return compress(Buffer.from(job.block.buffer, job.block.byteOffset, job.block.byteLength), job.level);
}

async function loadZstd(): Promise<Compress> {
  const library = await import("@bokuweb/zstd-wasm");
  await library.init();
  return library.compress;
}
