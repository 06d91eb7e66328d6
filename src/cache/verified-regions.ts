/**
 * Remembers which regions of local files were hashed, so that an unchanged file is not hashed again. A file is unchanged while device,
 * inode, size, mtime and ctime are the same.
 */
import { existsSync, readFileSync, statSync } from "node:fs";
import type { BigIntStats } from "node:fs";
import { join } from "node:path";

import type { Digest } from "../image/digest.ts";
import type { FileRegion, KnownDigests } from "../image/image.ts";
import { writeCacheFile } from "./cache-directory.ts";
import { seal, unseal } from "./sealed.ts";

interface KnownFile {
  /** Of its cache file. */
  readonly name: string;
  /** `offset+size` → digest of those bytes. */
  readonly regions: Record<string, Digest>;
  changed: boolean;
}

export class VerifiedRegions implements KnownDigests {
  readonly #directory: string;
  readonly #files = new Map<string, KnownFile | null>();

  constructor(directory: string) {
    this.#directory = directory;
  }

  /** The digest of the region's bytes if it was computed before and the file has not changed since. */
  digestOf(region: FileRegion): Digest | null {
    const file = this.#file(region.path);
    return file?.regions[regionKey(region)] ?? null;
  }

  record(region: FileRegion, digest: Digest): void {
    const file = this.#file(region.path);
    if (file === null) return;
    file.regions[regionKey(region)] = digest;
    file.changed = true;
  }

  async close(): Promise<void> {
    await Promise.all(
      [...this.#files.values()].map(async (file) => {
        if (file?.changed) await writeCacheFile(this.#directory, file.name, seal(Buffer.from(JSON.stringify(file.regions))));
      }),
    );
  }

  #file(path: string): KnownFile | null {
    let file = this.#files.get(path);
    if (file === undefined) this.#files.set(path, (file = this.#load(path)));
    return file;
  }

  /** Synchronous: the detour through Node's thread pool takes longer than reading such a small file. */
  #load(path: string): KnownFile | null {
    let name: string;
    try {
      name = recordName(statSync(path, { bigint: true }));
    } catch {
      return null;
    }
    try {
      const regions = JSON.parse(unseal(readFileSync(join(this.#directory, name))).toString()) as Record<string, Digest>;
      return { name, regions, changed: false };
    } catch {
      return { name, regions: {}, changed: false };
    }
  }
}

/** Whether some region of the file, unchanged since, was hashed before: a quick check that proves nothing. */
export function isRecorded(directory: string, path: string): boolean {
  const info = statSync(path, { bigint: true, throwIfNoEntry: false });
  return info !== undefined && existsSync(join(directory, recordName(info)));
}

function recordName({ dev, ino, size, mtimeNs, ctimeNs }: BigIntStats): string {
  return `file-${[dev, ino, size, mtimeNs, ctimeNs].map((number) => number.toString(36)).join("_")}.verified`;
}

function regionKey({ offset, size }: FileRegion): string {
  return `${offset}+${size}`;
}
