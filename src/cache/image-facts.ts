/**
 * What is known of whole images: it follows from what the layers hold and the config says, and takes longer to work out than anything
 * else about an image whose layers are known.
 */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { toolVersion } from "../base/version.ts";
import { touchCacheFile, writeCacheFile } from "./cache-directory.ts";
import { decodeFacts, encodeFacts } from "./facts-codec.ts";
import type { FactsByKind } from "./facts-codec.ts";
import { cacheVersion } from "./layer-cache.ts";
import { seal, unseal } from "./sealed.ts";

export type ImageFactsByKind = Omit<FactsByKind, "secrets">;

/** All that the facts follow from, the version of the program aside: most are led by the layers' diff IDs, computed and not claimed. */
export type FactsKey = readonly unknown[];

export class ImageFacts {
  readonly #directory: string;
  readonly #toKeep = new Map<string, () => Buffer>();

  constructor(directory: string) {
    this.#directory = directory;
  }

  /** Null for what is not there, or damaged. */
  async find<Kind extends keyof ImageFactsByKind>(kind: Kind, key: FactsKey): Promise<ImageFactsByKind[Kind] | null> {
    const path = join(this.#directory, fileName(kind, key));
    try {
      const facts = decodeFacts(kind, unseal(readFileSync(path)));
      touchCacheFile(path);
      return facts;
    } catch {
      return null;
    }
  }

  /** Written by `close`. */
  keep<Kind extends keyof ImageFactsByKind>(kind: Kind, key: FactsKey, facts: ImageFactsByKind[Kind]): void {
    this.#toKeep.set(fileName(kind, key), () => encodeFacts<keyof ImageFactsByKind>(kind, facts));
  }

  async close(): Promise<void> {
    const kept = [...this.#toKeep];
    this.#toKeep.clear();
    await Promise.all(kept.map(([name, encoded]) => writeFacts(this.#directory, name, encoded)));
  }
}

/** Facts that no string can hold are worked out again next time. */
async function writeFacts(directory: string, name: string, encoded: () => Buffer): Promise<void> {
  let bytes: Buffer;
  try {
    bytes = encoded();
  } catch {
    return;
  }
  await writeCacheFile(directory, name, seal(bytes));
}

function fileName(kind: keyof ImageFactsByKind, key: FactsKey): string {
  return `${cacheVersion}-image-${createHash("sha256")
    .update(JSON.stringify([toolVersion, ...key]))
    .digest("hex")}.${kind}`;
}
