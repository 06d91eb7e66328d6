/** Scans each distinct layer once, whichever of its images asks first. */
import { BallastError } from "../../base/errors.ts";
import type { Layer } from "../../image/image.ts";
import type { Scanner } from "../../scan/scanner.ts";
import type { PassHooks } from "./second-pass.ts";

export class LayerScans {
  readonly #scanner: Scanner;
  readonly #hooks: PassHooks;
  /** By digest: null when the layer could be read, else why not. */
  readonly #results = new Map<string, Promise<string | null>>();

  constructor(scanner: Scanner, hooks: PassHooks) {
    this.#scanner = scanner;
    this.#hooks = hooks;
  }

  /** Resolves to null once the results for the layer are in the scanner's cache; else to why it cannot be read. */
  scan(layer: Layer): Promise<string | null> {
    const key = `${layer.digest ?? ""} ${layer.diffId}`;
    let result = this.#results.get(key);
    if (result === undefined) this.#results.set(key, (result = this.#scan(layer)));
    return result;
  }

  async #scan(layer: Layer): Promise<string | null> {
    try {
      await this.#scanner.scan(layer, { onBytes: (bytes) => this.#hooks.onBytes(bytes) });
      await this.#scanner.flush();
      return null;
    } catch (error) {
      if (!(error instanceof BallastError)) throw error;
      return error.message;
    } finally {
      this.#hooks.onLayer();
    }
  }
}
