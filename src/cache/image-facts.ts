/**
 * What is known of whole images: it follows from what the layers hold and the config says, and takes longer to work out than anything
 * else about an image whose layers are known.
 */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { deserialize, serialize } from "node:v8";

import type { DiveTotals, ShownTexts, TreeFigures } from "../../analyzers/analysis.ts";
import type { SecretFinding } from "../../analyzers/secrets/findings/secret-finding.ts";
import { toolVersion } from "../base/version.ts";
import { touchCacheFile, writeCacheFile } from "./cache-directory.ts";
import { cacheVersion } from "./layer-cache.ts";
import { seal, unseal } from "./sealed.ts";

/** By the ending of their files. */
export interface ImageFactsByKind {
  readonly dive: DiveTotals;
  readonly figures: TreeFigures;
  /** Of what its config says. */
  readonly texts: ShownTexts;
  /** Before anybody's list of what is known was applied; never a secret itself. */
  readonly findings: readonly SecretFinding[];
}

/** All that the facts follow from, the version of the program aside: most are led by the layers' diff IDs, computed and not claimed. */
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
      const facts = deserialize(unseal(readFileSync(path))) as ImageFactsByKind[Kind];
      touchCacheFile(path);
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
