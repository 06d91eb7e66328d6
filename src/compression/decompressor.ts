import { Transform } from "node:stream";
import type { TransformCallback } from "node:stream";

/** Decompressed bytes are output in pieces of up to this many bytes. */
export const outputChunkBytes = 1024 * 1024;

/** A Transform that decompresses, and has warnings about its input afterwards. */
export abstract class Decompressor extends Transform {
  /** Sentences without a subject blob, for example "4 zero bytes follow the gzip stream". */
  readonly warnings: string[] = [];
}

/**
 * Decompresses with one of node:zlib's own streams (which work on Node's thread pool), with our own error messages, and without ignoring
 * input after the end of the compressed stream.
 */
export abstract class ZlibDecompressor extends Decompressor {
  readonly #inner: Transform & { readonly bytesWritten: number };
  #received = 0;
  #innerEnded = false;
  #onInnerEnd: (() => void) | null = null;

  constructor(inner: Transform & { readonly bytesWritten: number }) {
    super({ readableHighWaterMark: outputChunkBytes });
    this.#inner = inner;
    inner.on("data", (chunk: Buffer) => {
      if (!this.push(chunk)) inner.pause();
    });
    inner.on("error", (error) => this.destroy(this.explain(error)));
    inner.on("end", () => {
      this.#innerEnded = true;
      this.#onInnerEnd?.();
    });
  }

  /** Our error for one from zlib. */
  protected abstract explain(error: Error): Error;

  /** Checks input after the end of the compressed stream; returns an error if it is not allowed. */
  protected abstract trailing(bytes: Buffer): Error | null;

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    const before = this.#received;
    this.#received += chunk.length;
    if (this.#innerEnded) {
      done(this.trailing(chunk));
      return;
    }
    const settle = (): void => {
      this.#onInnerEnd = null;
      if (this.destroyed) return;
      const left = this.#innerEnded ? this.#received - Math.max(this.#inner.bytesWritten, before) : 0;
      done(left > 0 ? this.trailing(chunk.subarray(chunk.length - left)) : null);
    };
    let settled = false;
    const once = (): void => {
      if (settled) return;
      settled = true;
      settle();
    };
    this.#onInnerEnd = once;
    this.#inner.write(chunk, once);
  }

  override _flush(done: TransformCallback): void {
    if (this.#innerEnded) {
      done();
      return;
    }
    this.#onInnerEnd = () => done();
    this.#inner.end();
  }

  override _read(size: number): void {
    this.#inner.resume();
    super._read(size);
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#inner.destroy();
    done(error);
  }
}
