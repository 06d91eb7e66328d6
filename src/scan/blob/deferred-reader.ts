import type { Decompressor } from "../../compression/decompressor.ts";

/** Both methods throw what is wrong with the blob, and what `consume` throws. */
export interface Unpacker {
  /** Resolves when the chunk's memory may be used again. */
  write(chunk: Buffer): Promise<void>;
  /** Resolves when everything has been consumed. */
  end(): Promise<void>;
  /** What was odd about the stored bytes; complete after `end`. */
  readonly warnings: readonly string[];
}

/**
 * Feeds a decompressor and passes on its output one turn later, so that zlib inflates the next chunk on its own thread while this one hashes
 * and parses the last.
 */
export class DeferredReader implements Unpacker {
  readonly #stream: Decompressor;
  readonly #consume: (chunk: Buffer) => void;
  readonly #ended: Promise<void>;
  readonly #failed: Promise<never>;
  #pending: Buffer[] = [];
  #scheduled = false;
  #error: Error | null = null;

  constructor(stream: Decompressor, consume: (chunk: Buffer) => void) {
    this.#stream = stream;
    this.#consume = consume;
    this.#ended = new Promise((resolve) => stream.on("end", resolve));
    this.#failed = new Promise((_, reject) => stream.on("error", reject));
    // Calls of `write` and `end` get this error; right now there may be none.
    this.#failed.catch(() => {});
    stream.on("data", (chunk: Buffer) => {
      this.#pending.push(chunk);
      if (this.#scheduled) return;
      this.#scheduled = true;
      setImmediate(() => this.#drain());
    });
  }

  get warnings(): readonly string[] {
    return this.#stream.warnings;
  }

  /** Resolves when the decompressor has taken the whole chunk and all of its output but the last piece has been consumed. */
  async write(chunk: Buffer): Promise<void> {
    const taken = new Promise<void>((resolve, reject) => {
      this.#stream.write(chunk, (error) => (error ? reject(error) : resolve()));
    });
    // A stream that fails in the middle of a chunk need not answer the write.
    await Promise.race([taken, this.#failed]);
    if (this.#error !== null) throw this.#error;
  }

  async end(): Promise<void> {
    this.#stream.end();
    await Promise.race([this.#ended, this.#failed]);
    this.#drain();
    if (this.#error !== null) throw this.#error;
  }

  #drain(): void {
    this.#scheduled = false;
    const chunks = this.#pending;
    this.#pending = [];
    if (this.#error !== null) return;
    try {
      for (const chunk of chunks) this.#consume(chunk);
    } catch (error) {
      this.#error = error instanceof Error ? error : new Error(String(error));
      this.#stream.destroy(this.#error);
    }
  }
}
