/** Scans each distinct layer once, whichever of its images asks first. */
import { BallastError } from "../../base/errors.ts";
import type { Layer } from "../../image/image.ts";
import type { Scanner } from "../../scan/scanner.ts";

export class LayerScans {
  readonly #scanner: Scanner;
  readonly #onLayer: (storedBytes: number) => void;
  readonly #onBytes: (bytes: number) => void;
  /** By digest: null when it could be read, else why not. */
  readonly #results = new Map<string, Promise<string | null>>();

  constructor(scanner: Scanner, hooks: { onLayer(storedBytes: number): void; onBytes(bytes: number): void }) {
    this.#scanner = scanner;
    this.#onLayer = (bytes) => hooks.onLayer(bytes);
    this.#onBytes = (bytes) => hooks.onBytes(bytes);
  }

  /** Null once what is to be known of the layer lies in the scanner's cache; else why it cannot be read. */
  scan(layer: Layer): Promise<string | null> {
    const key = `${layer.digest ?? ""} ${layer.diffId}`;
    let result = this.#results.get(key);
    if (result === undefined) this.#results.set(key, (result = this.#scan(layer)));
    return result;
  }

  async #scan(layer: Layer): Promise<string | null> {
    try {
      const { storedBytes } = await this.#scanner.scan(layer, { onBytes: (bytes) => this.#onBytes(bytes) });
      await this.#scanner.flush();
      this.#onLayer(storedBytes);
      return null;
    } catch (error) {
      if (!(error instanceof BallastError)) throw error;
      this.#onLayer(layer.storedBytes ?? 0);
      return error.message;
    }
  }
}
