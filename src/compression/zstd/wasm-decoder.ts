import type { ZstdDecoder } from "./decoder.ts";
import { zstdError } from "./error.ts";
import { FrameWalk } from "./frame-walk.ts";
import type { ZstdModule } from "./module.ts";

/** Compressed bytes passed to the library at a time. */
const inputBytes = 256 * 1024;
const outputBytes = 512 * 1024;

/** Results from here on are errors: the negated error number (zstd's ERR_isError). */
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

/** The C library compiled to WebAssembly: for Node versions without zstd, or whose own does not work as expected. */
export class WasmZstdDecoder implements ZstdDecoder {
  readonly #zstd: ZstdModule;
  #context: number;
  readonly #input: number;
  readonly #output: number;
  /** ZSTD_inBuffer and ZSTD_outBuffer: pointer, size, position, 32 bits each. */
  readonly #inputState: number;
  readonly #outputState: number;
  readonly #walk = new FrameWalk();
  /** The last call's result: 0 at the end of a frame. */
  #result = 0;

  constructor(zstd: ZstdModule) {
    this.#zstd = zstd;
    this.#context = zstd.ZSTD_createDCtx();
    this.#input = zstd.malloc(inputBytes);
    this.#output = zstd.malloc(outputBytes);
    this.#inputState = zstd.malloc(12);
    this.#outputState = zstd.malloc(12);
  }

  *decode(chunk: Uint8Array): Generator<Buffer> {
    for (let at = 0; at < chunk.length; at += inputBytes) {
      const piece = chunk.subarray(at, at + inputBytes);
      this.#walk.follow(piece);
      new Uint8Array(this.#zstd.memory.buffer).set(piece, this.#input);
      this.#setState(this.#inputState, this.#input, piece.length);
      yield* this.#drain(piece.length);
    }
  }

  end(): void {
    if (this.#result !== 0) throw zstdError("Z_BUF_ERROR");
  }

  free(): void {
    if (this.#context === 0) return;
    this.#zstd.ZSTD_freeDCtx(this.#context);
    for (const pointer of [this.#input, this.#output, this.#inputState, this.#outputState]) this.#zstd.free(pointer);
    this.#context = 0;
  }

  /** Decodes the piece of `length` bytes in the input buffer. */
  *#drain(length: number): Generator<Buffer> {
    while (this.#context !== 0) {
      this.#setState(this.#outputState, this.#output, outputBytes);
      const result = this.#zstd.ZSTD_decompressStream(this.#context, this.#outputState, this.#inputState) >>> 0;
      if (result >= firstError) {
        const number = 2 ** 32 - result;
        throw zstdError(errorNames[number] ?? `error ${number}`, { window: this.#walk.largestWindow });
      }
      this.#result = result;
      // Read again every time: the library's memory may have grown, which replaces the buffer.
      const { buffer } = this.#zstd.memory;
      const view = new DataView(buffer);
      const produced = view.getUint32(this.#outputState + 8, true);
      const consumed = view.getUint32(this.#inputState + 8, true);
      if (produced > 0) yield Buffer.from(buffer, this.#output, produced);
      // A full output buffer may have left more inside the library, unless the frame has ended.
      if (consumed === length && (produced < outputBytes || result === 0)) return;
    }
  }

  #setState(pointer: number, buffer: number, size: number): void {
    const view = new DataView(this.#zstd.memory.buffer);
    view.setUint32(pointer, buffer, true);
    view.setUint32(pointer + 4, size, true);
    view.setUint32(pointer + 8, 0, true);
  }
}
