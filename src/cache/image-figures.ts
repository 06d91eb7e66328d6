/**
 * dive's figures of whole images, by the diff IDs of all layers: they follow from what the layers hold and nothing else, and take longer to
 * work out than anything else about an image whose layers are known.
 */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { deserialize, serialize } from "node:v8";

import type { DiveTotals } from "../../analyzers/analysis.ts";
import type { Digest } from "../image/digest.ts";
import { touchCacheFile, writeCacheFile } from "./cache-directory.ts";
import { cacheVersion } from "./layer-cache.ts";
import { seal, unseal } from "./sealed.ts";

export class ImageFigures {
  readonly #directory: string;
  readonly #toKeep = new Map<string, DiveTotals>();

  constructor(directory: string) {
    this.#directory = directory;
  }

  /** Null for what is not there, or damaged. */
  async find(diffIds: readonly Digest[]): Promise<DiveTotals | null> {
    const path = join(this.#directory, fileName(diffIds));
    try {
      const figures = deserialize(unseal(await readFile(path))) as DiveTotals;
      void touchCacheFile(path);
      return figures;
    } catch {
      return null;
    }
  }

  /** Written by `close`. @param diffIds computed, not claimed */
  keep(diffIds: readonly Digest[], figures: DiveTotals): void {
    this.#toKeep.set(fileName(diffIds), figures);
  }

  async close(): Promise<void> {
    const figures = [...this.#toKeep];
    this.#toKeep.clear();
    await Promise.all(figures.map(([name, totals]) => writeCacheFile(this.#directory, name, seal(serialize(totals)))));
  }
}

function fileName(diffIds: readonly Digest[]): string {
  return `${cacheVersion}-image-${createHash("sha256").update(diffIds.join("\n")).digest("hex")}.dive`;
}
