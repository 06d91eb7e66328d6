/**
 * zstd frames without a compressor (RFC 8878): stored blocks, and run-length blocks where a whole block is one byte. Decoders cannot
 * tell the difference, and the bytes are the same everywhere. For really compressed blocks use `zstdCompressed`.
 */
import { spawnSync } from "node:child_process";
import * as zlib from "node:zlib";

const magic = 0xfd2fb528;
const skippableMagic = 0x184d2a50;
const blockLimit = 128 * 1024;

export interface ZstdOptions {
  /** Write the content size into the frame header; default true. */
  readonly contentSize?: boolean;
  /** Bytes of input a frame; without it, one frame holds all. */
  readonly frameSize?: number;
}

export function zstd(data: Buffer, options: ZstdOptions = {}): Buffer {
  const size = options.frameSize ?? Math.max(data.length, 1);
  const frames: Buffer[] = [];
  for (let at = 0; at === 0 || at < data.length; at += size)
    frames.push(zstdFrame(data.subarray(at, at + size), options.contentSize ?? true));
  return Buffer.concat(frames);
}

/** A skippable frame, as zstd:chunked and pzstd put beside the data. */
export function zstdSkippable(content: Buffer, variant = 0): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt32LE(skippableMagic + variant, 0);
  head.writeUInt32LE(content.length, 4);
  return Buffer.concat([head, content]);
}

function zstdFrame(data: Buffer, contentSize: boolean): Buffer {
  const head = Buffer.alloc(contentSize ? 13 : 6);
  head.writeUInt32LE(magic, 0);
  if (contentSize) {
    head[4] = 0b1110_0000; // 8-byte content size, single segment, no checksum, no dictionary
    head.writeBigUInt64LE(BigInt(data.length), 5);
  } else {
    head[5] = 0b0011_1000; // window of 128 KiB
  }
  const blocks: Buffer[] = [head];
  for (let at = 0; at === 0 || at < data.length; at += blockLimit) {
    blocks.push(zstdBlock(data.subarray(at, at + blockLimit), at + blockLimit >= data.length));
  }
  return Buffer.concat(blocks);
}

function zstdBlock(data: Buffer, last: boolean): Buffer {
  const runLength = data.length > 1 && data.every((byte) => byte === data[0]);
  const head = Buffer.alloc(3);
  head.writeUIntLE((data.length << 3) | (runLength ? 0b010 : 0) | (last ? 1 : 0), 0, 3);
  return Buffer.concat([head, runLength ? data.subarray(0, 1) : data]);
}

/** Compressed by a real encoder: Node's own where there is one, else the `zstd` program; null where there is neither. */
export function zstdCompressed(data: Buffer, level = 3): Buffer | null {
  if ("zstdCompressSync" in zlib) {
    const compress = zlib.zstdCompressSync as (data: Buffer, options: object) => Buffer;
    return compress(data, { params: { 100: level } });
  }
  const result = spawnSync("zstd", ["-q", `-${level}`, "-c"], { input: data, maxBuffer: 2 ** 31 - 1 });
  return result.status === 0 ? result.stdout : null;
}
