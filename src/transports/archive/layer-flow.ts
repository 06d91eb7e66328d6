import { Readable } from "node:stream";

import { BallastError } from "../../base/errors.ts";
import type { LayerBlobSink } from "../transport.ts";

/** One layer that is passed to the sink. The archive is read no faster than the sink has room. */
export class LayerFlow {
  isComplete = false;
  /** What the sink found wrong with the blob, which may not be needed at all. The sink gets no more of it then. */
  refusal: BallastError | null = null;
  readonly #stream: Readable;
  readonly #done: Promise<void>;
  #failure: { readonly error: unknown } | null = null;
  #hasRoom = true;
  #wake: () => void = () => {};

  constructor(sink: LayerBlobSink, about: Parameters<LayerBlobSink>[1]) {
    this.#stream = new Readable({
      highWaterMark: 1024 * 1024,
      read: () => {
        this.#hasRoom = true;
        this.#wake();
      },
    });
    this.#stream.on("close", () => this.#wake());
    this.#stream.on("error", () => this.#wake());
    this.#done = sink(this.#stream, about).catch((error: unknown) => {
      if (error instanceof BallastError) this.refusal = error;
      else this.#failure = { error };
      this.#stream.destroy();
      this.#wake();
    });
  }

  /** Passes on a piece of the layer, or null at its end. */
  give(chunk: Buffer | null): void {
    if (chunk === null) this.isComplete = true;
    if (this.#stream.destroyed) return;
    this.#hasRoom = this.#stream.push(chunk);
  }

  /** Resolves when the sink wants more or, for a complete layer, is done with it. @throws errors that are not the blob's fault */
  async taken(): Promise<void> {
    if (this.isComplete) await this.#done;
    else if (!this.#hasRoom && this.#failure === null && !this.#stream.destroyed) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    if (this.#failure !== null) throw this.#failure.error;
  }

  fail(error: unknown): void {
    this.#stream.destroy(error instanceof Error ? error : new Error(String(error)));
  }
}
