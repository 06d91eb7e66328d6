import type { TransformCallback } from "node:stream";
import { Decompressor, outputChunkBytes } from "../decompressor.ts";
import type { ZstdDecoder } from "./decoder.ts";
import { createZstdDecoder } from "./zstd.ts";

export async function createZstdDecompressor(): Promise<Decompressor> {
  return new ZstdDecompressor(await createZstdDecoder());
}

/** A decoder as a stream. It can wait for its reader in the middle of a chunk. */
class ZstdDecompressor extends Decompressor {
  readonly #decoder: ZstdDecoder;
  /** Continues when the reader asks for more. */
  #waiting: (() => void) | null = null;
  /** Whether the reader has asked since the last push. */
  #asked = false;

  constructor(decoder: ZstdDecoder) {
    super({ readableHighWaterMark: outputChunkBytes });
    this.#decoder = decoder;
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.#pass(this.#decoder.decode(chunk), done);
  }

  override _flush(done: TransformCallback): void {
    try {
      this.#decoder.end();
      done();
    } catch (error) {
      done(error as Error);
    }
  }

  override _read(size: number): void {
    this.#asked = true;
    const go = this.#waiting;
    this.#waiting = null;
    go?.();
    // Nothing was pushed: Transform may hold back the next chunk until it is asked again, which only happens after a push.
    if (this.#asked) super._read(size);
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#waiting = null;
    this.#decoder.free();
    done(error);
  }

  /** Pushes pieces while the reader takes them, and the rest when it asks for more. */
  #pass(pieces: Generator<Buffer>, done: TransformCallback): void {
    try {
      for (let next = pieces.next(); next.done !== true; next = pieces.next()) {
        this.#asked = false;
        // Copied, since the decoder reuses its memory.
        const hasRoom = this.push(Buffer.from(next.value));
        if (this.destroyed) return;
        if (!hasRoom && !this.#asked) {
          this.#waiting = () => this.#pass(pieces, done);
          return;
        }
      }
    } catch (error) {
      done(error as Error);
      return;
    }
    done();
  }
}
