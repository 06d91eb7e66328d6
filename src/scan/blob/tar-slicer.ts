import type { Readable } from "node:stream";

import { BallastError } from "../../base/errors.ts";

/** Cuts pieces out of a stream that can be read only once: each must begin where the last one ended, or later. */
export class TarSlicer {
  readonly #stream: Readable;
  readonly #chunks: AsyncIterator<Buffer>;
  #chunk: Buffer = Buffer.alloc(0);
  /** Offset of `#chunk`'s first byte. */
  #position = 0;

  constructor(stream: Readable) {
    this.#stream = stream;
    this.#chunks = stream[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  }

  /** @throws {BallastError} blob-corrupt when the stream ends before the piece does */
  async *slice(start: number, length: number): AsyncGenerator<Buffer> {
    await this.#skipTo(start);
    for (let left = length; left > 0;) {
      if (this.#chunk.length === 0) await this.#next();
      const piece = this.#chunk.subarray(0, left);
      this.#advance(piece.length);
      left -= piece.length;
      yield piece;
    }
  }

  close(): void {
    this.#stream.destroy();
  }

  async #skipTo(offset: number): Promise<void> {
    if (offset < this.#position) throw new RangeError(`offset ${offset} has gone by, the stream is at ${this.#position}`);
    while (offset >= this.#position + this.#chunk.length) {
      this.#advance(this.#chunk.length);
      if (offset === this.#position) return;
      await this.#next();
    }
    this.#advance(offset - this.#position);
  }

  #advance(bytes: number): void {
    this.#chunk = this.#chunk.subarray(bytes);
    this.#position += bytes;
  }

  async #next(): Promise<void> {
    const next = await this.#chunks.next();
    if (next.done === true)
      throw new BallastError("blob-corrupt", `the layer ends at byte ${this.#position} of its archive, in the middle of a file`);
    this.#chunk = next.value;
  }
}
