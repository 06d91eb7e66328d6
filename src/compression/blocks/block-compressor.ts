import { Transform } from "node:stream";
import type { TransformCallback } from "node:stream";
import type { BlockPool } from "./block-pool.ts";
import type { BlockResult } from "./compress-block.ts";

/**
 * Splits its input into blocks of a fixed size, compresses them in parallel, and outputs the results in order. Only as many blocks are in
 * progress as keep the threads busy, so a slow reader slows down the writer.
 */
export abstract class BlockCompressor extends Transform {
  protected readonly pool: BlockPool;
  readonly #blockBytes: number;
  readonly #limit: number;
  readonly #underWay: Promise<BlockResult>[] = [];
  /** Memory of finished blocks, for reuse. */
  readonly #spare: Uint8Array[] = [];
  #block: Uint8Array;
  #filled = 0;

  /** `ahead`: how many blocks may be in progress per thread. */
  constructor(pool: BlockPool, blockBytes: number, ahead: number) {
    super();
    this.pool = pool;
    this.#blockBytes = blockBytes;
    this.#limit = Math.max(pool.threads, 1) * ahead + 1;
    this.#block = new Uint8Array(blockBytes);
  }

  /** Starts to compress a block and takes over its memory. There is always a last block, which may be empty. */
  protected abstract compress(block: Uint8Array, last: boolean): Promise<BlockResult>;

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    void settle(this.#add(chunk), done);
  }

  override _flush(done: TransformCallback): void {
    void settle(this.#finish(), done);
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    void settle(this.pool.close(), (failure) => done(error ?? failure));
  }

  async #add(chunk: Buffer): Promise<void> {
    for (let at = 0; at < chunk.length;) {
      // A full block is held until more input arrives: if none does, it is the last.
      if (this.#filled === this.#blockBytes) await this.#submit(false);
      const piece = chunk.subarray(at, at + this.#blockBytes - this.#filled);
      this.#block.set(piece, this.#filled);
      this.#filled += piece.length;
      at += piece.length;
    }
  }

  async #finish(): Promise<void> {
    await this.#submit(true);
    while (this.#underWay.length > 0) await this.#putOut();
  }

  async #submit(last: boolean): Promise<void> {
    const block = this.#filled === this.#blockBytes ? this.#block : this.#block.slice(0, this.#filled);
    const result = this.compress(block, last);
    // A failure is handled when the block's turn comes; until then it must not count as unhandled.
    result.catch(() => {});
    this.#underWay.push(result);
    if (!last) this.#block = this.#spare.pop() ?? new Uint8Array(this.#blockBytes);
    this.#filled = 0;
    if (this.#underWay.length >= this.#limit) await this.#putOut();
  }

  async #putOut(): Promise<void> {
    const { bytes, block } = await this.#underWay.shift()!;
    this.#spare.push(block);
    this.push(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  }
}

/** Calls a stream's callback with the outcome of the work. */
async function settle(work: Promise<void>, done: (error?: Error | null) => void): Promise<void> {
  let failure: Error | null = null;
  try {
    await work;
  } catch (error) {
    failure = error as Error;
  }
  done(failure);
}
