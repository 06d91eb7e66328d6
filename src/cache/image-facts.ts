/**
 * What is known of whole images: it follows from what the layers hold and nothing else, and takes longer to work out than anything else
 * about an image whose layers are known.
 */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { deserialize, serialize } from "node:v8";

import type { DiveTotals, TreeFigures } from "../../analyzers/analysis.ts";
import { toolVersion } from "../base/version.ts";
import { touchCacheFile, writeCacheFile } from "./cache-directory.ts";
import { cacheVersion } from "./layer-cache.ts";
import { seal, unseal } from "./sealed.ts";

/** By the ending of their files. */
export interface ImageFactsByKind {
  readonly dive: DiveTotals;
  readonly figures: TreeFigures;
}

/** All that the facts follow from: the diff IDs of the layers, computed and not claimed, bottom first, and what else decided. */
export type FactsKey = readonly unknown[];

export class ImageFacts {
  readonly #directory: string;
  readonly #toKeep = new Map<string, unknown>();

  constructor(directory: string) {
    this.#directory = directory;
  }

  /** Null for what is not there, or damaged. */
  async find<Kind extends keyof ImageFactsByKind>(kind: Kind, key: FactsKey): Promise<ImageFactsByKind[Kind] | null> {
    const path = join(this.#directory, fileName(kind, key));
    try {
      const facts = deserialize(unseal(await readFile(path))) as ImageFactsByKind[Kind];
      void touchCacheFile(path);
      return facts;
    } catch {
      return null;
    }
  }

  /** Written by `close`. */
  keep<Kind extends keyof ImageFactsByKind>(kind: Kind, key: FactsKey, facts: ImageFactsByKind[Kind]): void {
    this.#toKeep.set(fileName(kind, key), facts);
  }

  async close(): Promise<void> {
    const kept = [...this.#toKeep];
    this.#toKeep.clear();
    await Promise.all(kept.map(([name, facts]) => writeCacheFile(this.#directory, name, seal(serialize(facts)))));
  }
}

function fileName(kind: keyof ImageFactsByKind, key: FactsKey): string {
  return `${cacheVersion}-image-${createHash("sha256")
    .update(JSON.stringify([toolVersion, ...key]))
    .digest("hex")}.${kind}`;
}
