/**
 * Facts about whole images: they follow from layers and config, and take longer to work out than anything else about an image whose layers
 * are known.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { crc32 } from "node:zlib";

import { toolVersion } from "../base/version.ts";
import { touchCacheFile, writeCacheFile } from "./cache-directory.ts";
import { decodeFacts, encodeFacts } from "./facts-codec.ts";
import type { FactsByKind } from "./facts-codec.ts";
import { cacheVersion } from "./layer-cache.ts";
import { seal, unseal } from "./sealed.ts";

export type ImageFactsByKind = Omit<FactsByKind, "secrets">;

/**
 * Everything that the facts follow from, except for the version of the program; most keys start with the layers' diff IDs, computed rather
 * than claimed. Must survive JSON, and is stored, so it must not contain a secret.
 */
export type FactsKey = readonly unknown[];

export class ImageFacts {
  readonly #directory: string;
  readonly #toKeep = new Map<string, () => Buffer>();

  constructor(directory: string) {
    this.#directory = directory;
  }

  /** Null if absent or damaged. */
  async find<Kind extends keyof ImageFactsByKind>(kind: Kind, key: FactsKey): Promise<ImageFactsByKind[Kind] | null> {
    const head = headOf(key);
    const path = join(this.#directory, fileName(kind, head));
    try {
      const bytes = unseal(readFileSync(path));
      // The file name may collide with that of another key.
      if (!bytes.subarray(0, head.length).equals(head)) return null;
      const facts = decodeFacts(kind, bytes.subarray(head.length));
      touchCacheFile(path);
      return facts;
    } catch {
      return null;
    }
  }

  /** Written by `close`. */
  keep<Kind extends keyof ImageFactsByKind>(kind: Kind, key: FactsKey, facts: ImageFactsByKind[Kind]): void {
    const head = headOf(key);
    this.#toKeep.set(fileName(kind, head), () => Buffer.concat([head, encodeFacts<keyof ImageFactsByKind>(kind, facts)]));
  }

  async close(): Promise<void> {
    const kept = [...this.#toKeep];
    this.#toKeep.clear();
    await Promise.all(kept.map(([name, encoded]) => writeFacts(this.#directory, name, encoded)));
  }
}

/** Facts too large for a string are not kept, but worked out again next time. */
async function writeFacts(directory: string, name: string, encoded: () => Buffer): Promise<void> {
  let bytes: Buffer;
  try {
    bytes = encoded();
  } catch {
    return;
  }
  await writeCacheFile(directory, name, seal(bytes));
}

/** The first line of an entry, unique to its key. */
function headOf(key: FactsKey): Buffer {
  return Buffer.from(`${JSON.stringify([toolVersion, ...key])}\n`);
}

function fileName(kind: keyof ImageFactsByKind, head: Buffer): string {
  return `${cacheVersion}-image-${crc32(head).toString(16).padStart(8, "0")}-${head.length}.${kind}`;
}
