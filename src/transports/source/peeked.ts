import type { Readable } from "node:stream";

/** A stream whose beginning can be looked at before it is read. */
export class Peeked implements AsyncIterable<Buffer> {
  /** Bytes read so far. */
  bytes = 0;
  readonly #chunks: AsyncIterator<Buffer>;
  #read: Buffer[] = [];

  constructor(input: Readable) {
    this.#chunks = input[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  }

  /** The first bytes: as many as are wanted, or all there are. */
  async head(wanted: number): Promise<Buffer> {
    let length = 0;
    while (length < wanted) {
      const next = await this.#chunks.next();
      if (next.done === true) break;
      this.#read.push(next.value);
      length += next.value.length;
    }
    return Buffer.concat(this.#read).subarray(0, wanted);
  }

  async *[Symbol.asyncIterator](): AsyncIterator<Buffer> {
    for (const chunk of this.#read) {
      this.bytes += chunk.length;
      yield chunk;
    }
    this.#read = [];
    for (;;) {
      const next = await this.#chunks.next();
      if (next.done === true) return;
      this.bytes += next.value.length;
      yield next.value;
    }
  }
}
