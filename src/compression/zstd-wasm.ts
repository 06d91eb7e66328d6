import type { TransformCallback } from "node:stream";
import { Decompressor, outputChunkBytes } from "./decompressor.ts";
import { zstdError } from "./zstd-error.ts";
import type { ZstdModule } from "./zstd-module.ts";

/** Compressed bytes handed to the library at a time. */
const inputBytes = 256 * 1024;
const outputBytes = 512 * 1024;

/** Results from here on are errors: the error's number, negated (zstd's ERR_isError). */
const firstError = 0xffffff88;

const errorNames: Readonly<Record<number, string>> = {
  10: "ZSTD_error_prefix_unknown",
  14: "ZSTD_error_frameParameter_unsupported",
  16: "ZSTD_error_frameParameter_windowTooLarge",
  20: "ZSTD_error_corruption_detected",
  22: "ZSTD_error_checksum_wrong",
  30: "ZSTD_error_dictionary_corrupted",
  32: "ZSTD_error_dictionary_wrong",
  64: "ZSTD_error_memory_allocation",
};

/** Decodes zstd with the C library compiled to WebAssembly, in the thread that writes. It waits for its reader in the middle of a chunk. */
export class WasmZstdDecompressor extends Decompressor {
  readonly #zstd: ZstdModule;
  #context: number;
  readonly #input: number;
  readonly #output: number;
  /** ZSTD_inBuffer and ZSTD_outBuffer: pointer, size, position, 32 bits each. */
  readonly #inputState: number;
  readonly #outputState: number;
  /** The last call's result: 0 at the end of a frame. */
  #result = 0;
  /** What to go on with when the reader asks for more. */
  #waiting: (() => void) | null = null;
  /** Whether it has asked since the last push. */
  #asked = false;

  constructor(zstd: ZstdModule) {
    super({ readableHighWaterMark: outputChunkBytes });
    this.#zstd = zstd;
    this.#context = zstd.ZSTD_createDCtx();
    this.#input = zstd.malloc(inputBytes);
    this.#output = zstd.malloc(outputBytes);
    this.#inputState = zstd.malloc(12);
    this.#outputState = zstd.malloc(12);
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.#decode(chunk, 0, done);
  }

  override _flush(done: TransformCallback): void {
    done(this.#result === 0 ? null : zstdError("Z_BUF_ERROR"));
  }

  override _read(size: number): void {
    this.#asked = true;
    const go = this.#waiting;
    this.#waiting = null;
    go?.();
    // Nothing came of it: Transform may hold back the next chunk until it is asked again, which only happens after a push.
    if (this.#asked) super._read(size);
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    const zstd = this.#zstd;
    this.#waiting = null;
    if (this.#context !== 0) {
      zstd.ZSTD_freeDCtx(this.#context);
      for (const pointer of [this.#input, this.#output, this.#inputState, this.#outputState]) zstd.free(pointer);
      this.#context = 0;
    }
    done(error);
  }

  /** Decodes the chunk from `at` on, as far as the reader takes it; the rest when it asks for more. */
  #decode(chunk: Buffer, at: number, done: TransformCallback): void {
    while (at < chunk.length) {
      const piece = chunk.subarray(at, at + inputBytes);
      at += piece.length;
      new Uint8Array(this.#zstd.memory.buffer).set(piece, this.#input);
      this.#setState(this.#inputState, this.#input, piece.length);
      if (!this.#drain(chunk, at, piece.length, done)) return;
    }
    done();
  }

  /** Decodes the piece in the input buffer. False when that was put off, or failed. */
  #drain(chunk: Buffer, next: number, length: number, done: TransformCallback): boolean {
    for (;;) {
      this.#setState(this.#outputState, this.#output, outputBytes);
      const result = this.#zstd.ZSTD_decompressStream(this.#context, this.#outputState, this.#inputState) >>> 0;
      if (result >= firstError) {
        const number = 2 ** 32 - result;
        done(zstdError(errorNames[number] ?? `error ${number}`));
        return false;
      }
      this.#result = result;
      const { buffer } = this.#zstd.memory;
      const view = new DataView(buffer);
      const produced = view.getUint32(this.#outputState + 8, true);
      const consumed = view.getUint32(this.#inputState + 8, true);
      if (produced > 0) this.#asked = false;
      const room = produced === 0 || this.push(Buffer.from(new Uint8Array(buffer, this.#output, produced)));
      if (this.#context === 0) return false;
      // A full output buffer may have left more inside the library, unless the frame is over.
      if (consumed === length && (produced < outputBytes || result === 0)) return true;
      if (!room && !this.#asked) {
        this.#waiting = () => {
          if (this.#drain(chunk, next, length, done)) this.#decode(chunk, next, done);
        };
        return false;
      }
    }
  }

  #setState(pointer: number, buffer: number, size: number): void {
    const view = new DataView(this.#zstd.memory.buffer);
    view.setUint32(pointer, buffer, true);
    view.setUint32(pointer + 4, size, true);
    view.setUint32(pointer + 8, 0, true);
  }
}
