import { PassThrough } from "node:stream";
import type { TransformCallback } from "node:stream";

import { Decompressor, outputChunkBytes } from "./decompressor.ts";

/** A decompressor from a generator that reads its input itself. */
export class GeneratedDecompressor extends Decompressor {
  readonly #input = new PassThrough({ highWaterMark: outputChunkBytes });
  #hasEnded = false;
  #onEnd: (() => void) | null = null;
  #wanted: (() => void) | null = null;

  constructor(unpack: (input: AsyncIterable<Buffer>) => AsyncGenerator<Buffer>) {
    super({ readableHighWaterMark: outputChunkBytes });
    this.#pump(unpack(this.#input)).catch((error: Error) => this.destroy(error));
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    // Copied, since the writer may reuse the chunk's memory before the generator has read it.
    this.#input.write(Buffer.from(chunk), () => done());
  }

  override _flush(done: TransformCallback): void {
    this.#input.end();
    if (this.#hasEnded) done();
    else this.#onEnd = done;
  }

  override _read(size: number): void {
    this.#wanted?.();
    super._read(size);
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#wanted?.();
    this.#input.destroy();
    done(error);
  }

  async #pump(pieces: AsyncGenerator<Buffer>): Promise<void> {
    for await (const piece of pieces) {
      if (this.destroyed) return;
      if (this.push(piece)) continue;
      await new Promise<void>((resolve) => (this.#wanted = resolve));
      this.#wanted = null;
    }
    this.#hasEnded = true;
    this.#onEnd?.();
  }
}
