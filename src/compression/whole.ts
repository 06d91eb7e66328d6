/**
 * Unpacks whole buffers synchronously: compressed files inside a layer. Layers themselves are streamed. Each function throws a RangeError
 * as soon as the result exceeds `most` bytes, like Node's own functions for gzip.
 */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

import type decoder from "unbzip2-stream/lib/bzip2.js";
import type bits from "unbzip2-stream/lib/bit_iterator.js";

import { BallastError } from "../base/errors.ts";
import { unreadFeature } from "./xz.ts";
import { loadZstdModuleNow } from "./zstd/module.ts";
import { createNativeDecoder } from "./zstd/native-decoder.ts";
import { WasmZstdDecoder } from "./zstd/wasm-decoder.ts";

const require = createRequire(import.meta.url);

/** Collects the output of a decoder, up to a number of bytes. */
class Result {
  readonly #pieces: Buffer[] = [];
  readonly #most: number;
  #bytes = 0;

  constructor(most: number) {
    this.#most = most;
  }

  /** Copies the piece. @throws RangeError when there are too many bytes */
  add(piece: Uint8Array): void {
    this.#bytes += piece.length;
    if (this.#bytes > this.#most) throw new RangeError(`it unpacks to more than ${this.#most} bytes`);
    this.#pieces.push(Buffer.from(piece));
  }

  whole(): Buffer {
    return Buffer.concat(this.#pieces, this.#bytes);
  }
}

/** Unpacks all frames. @throws {BallastError} blob-corrupt; RangeError */
export function unzstdWhole(packed: Uint8Array, most: number): Buffer {
  const zstd = createNativeDecoder() ?? new WasmZstdDecoder(loadZstdModuleNow());
  try {
    const result = new Result(most);
    for (const piece of zstd.decode(packed)) result.add(piece);
    zstd.end();
    return result.whole();
  } finally {
    zstd.free();
  }
}

/** The WebAssembly of xz-decompress: pointers and sizes are 32-bit numbers. */
interface XzModule {
  readonly memory: { readonly buffer: ArrayBuffer };
  create_context(): number;
  destroy_context(context: number): void;
  supply_input(context: number, length: number): void;
  get_next_output(context: number): number;
}

declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: unknown };
};

let xz: XzModule | null = null;

/** Extracts the WebAssembly from the package's file: the package itself only has a web stream, which cannot be used synchronously. */
function loadXzModule(): XzModule {
  if (xz !== null) return xz;
  const path = require.resolve("xz-decompress");
  const [, base64] = /"data:application\/wasm;base64,([A-Za-z0-9+/]+={0,2})"/.exec(readFileSync(path, "latin1")) ?? [];
  if (base64 === undefined) throw new Error(`${path} does not hold its WebAssembly where it used to`);
  xz = new WebAssembly.Instance(new WebAssembly.Module(Buffer.from(base64, "base64")), {}).exports as XzModule;
  return xz;
}

/** Results of the decoder (xz.h of XZ Embedded). */
const xzOk = 0;
const xzStreamEnd = 1;

/** Unpacks all streams. @throws {BallastError} blob-corrupt; unsupported-image for features that the decoder lacks; RangeError */
export function unxzWhole(packed: Uint8Array, most: number): Buffer {
  const module = loadXzModule();
  const context = module.create_context();
  /** Fields of the context: size of a buffer, then pointer, position and size of the input and of the output. */
  const fields = (): Uint32Array => new Uint32Array(module.memory.buffer, context, 7);
  try {
    const result = new Result(most);
    const [bufferBytes, input, , , output] = fields() as unknown as [number, number, number, number, number];
    let at = 0;
    for (;;) {
      const [, , taken, given] = fields() as unknown as [number, number, number, number];
      if (taken === given) {
        const piece = packed.subarray(at, at + bufferBytes);
        new Uint8Array(module.memory.buffer).set(piece, input);
        module.supply_input(context, piece.length);
        at += piece.length;
      }
      const code = module.get_next_output(context);
      if (code !== xzOk && code !== xzStreamEnd) throw damagedOrUnread(packed);
      const produced = fields()[5]!;
      if (produced === 0 && code === xzOk && at >= packed.length) throw new BallastError("blob-corrupt", "the xz stream is cut off");
      if (produced > 0) result.add(new Uint8Array(module.memory.buffer, output, produced));
      fields()[5] = 0;
      if (code === xzStreamEnd) return result.whole();
    }
  } finally {
    module.destroy_context(context);
  }
}

function damagedOrUnread(packed: Uint8Array): BallastError {
  const unread = unreadFeature(packed);
  if (unread === null) return new BallastError("blob-corrupt", "the xz stream is damaged");
  return new BallastError("unsupported-image", `its xz stream has ${unread}, which Ballast does not read`);
}

/** Unpacks all streams. @throws {BallastError} blob-corrupt; RangeError */
export function bunzip2Whole(packed: Buffer, most: number): Buffer {
  const bzip2 = require("unbzip2-stream/lib/bzip2.js") as typeof decoder;
  const bitsOf = require("unbzip2-stream/lib/bit_iterator.js") as typeof bits;
  const result = new Result(most);
  const piece = Buffer.allocUnsafe(64 * 1024);
  let length = 0;
  const flush = (): void => {
    result.add(piece.subarray(0, length));
    length = 0;
  };
  const add = (byte: number): void => {
    if (length === piece.length) flush();
    piece[length++] = byte;
  };
  let rest: Buffer | undefined = packed;
  const reader = bitsOf(() => {
    const next = rest;
    rest = undefined;
    return next;
  });
  try {
    while (reader.bytesRead < packed.length) {
      const size = bzip2.header(reader);
      const scratch = new Int32Array(100_000 * size);
      for (let crc: number | null = 0; crc !== null;) crc = bzip2.decompress(reader, add, scratch, scratch.length, crc);
    }
  } catch (error) {
    if (error instanceof RangeError) throw error;
    throw new BallastError("blob-corrupt", "the bzip2 stream is damaged or cut off", { cause: error });
  }
  flush();
  return result.whole();
}
