/**
 * Remembers which regions of which local files were hashed, so that an unchanged file is not hashed again. A file is the same file while
 * device, inode, size, mtime and ctime are.
 */
import { createHash } from "node:crypto";
import { existsSync, statSync } from "node:fs";
import type { BigIntStats } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";

import type { Digest } from "../image/digest.ts";
import type { FileRegion } from "../image/image.ts";
import { writeCacheFile } from "./cache-directory.ts";
import { seal, unseal } from "./sealed.ts";

interface KnownFile {
  /** Of its cache file. */
  readonly name: string;
  /** `offset+size` → digest of these bytes. */
  readonly regions: Record<string, Digest>;
  changed: boolean;
}

export class VerifiedRegions {
  readonly #directory: string;
  readonly #files = new Map<string, Promise<KnownFile | null>>();

  constructor(directory: string) {
    this.#directory = directory;
  }

  /** The digest of the region's bytes if it was computed before and the file has not changed since. */
  async digestOf(region: FileRegion): Promise<Digest | null> {
    const file = await this.#file(region.path);
    return file?.regions[regionKey(region)] ?? null;
  }

  async record(region: FileRegion, digest: Digest): Promise<void> {
    const file = await this.#file(region.path);
    if (file === null) return;
    file.regions[regionKey(region)] = digest;
    file.changed = true;
  }

  async close(): Promise<void> {
    const files = await Promise.all(this.#files.values());
    await Promise.all(
      files.map(async (file) => {
        if (file?.changed) await writeCacheFile(this.#directory, file.name, seal(Buffer.from(JSON.stringify(file.regions))));
      }),
    );
  }

  #file(path: string): Promise<KnownFile | null> {
    let file = this.#files.get(path);
    if (file === undefined) this.#files.set(path, (file = this.#load(path)));
    return file;
  }

  async #load(path: string): Promise<KnownFile | null> {
    const info = await stat(path, { bigint: true }).catch(() => null);
    if (info === null) return null;
    const name = recordName(info);
    try {
      const regions = JSON.parse(unseal(await readFile(join(this.#directory, name))).toString()) as Record<string, Digest>;
      return { name, regions, changed: false };
    } catch {
      return { name, regions: {}, changed: false };
    }
  }
}

/** Whether something of the file was hashed before, as it is now: a quick look that proves nothing. */
export function isRecorded(directory: string, path: string): boolean {
  const info = statSync(path, { bigint: true, throwIfNoEntry: false });
  return info !== undefined && existsSync(join(directory, recordName(info)));
}

function recordName({ dev, ino, size, mtimeNs, ctimeNs }: BigIntStats): string {
  const identity = [dev, ino, size, mtimeNs, ctimeNs].join(" ");
  return `file-${createHash("sha256").update(identity).digest("hex")}.verified`;
}

function regionKey({ offset, size }: FileRegion): string {
  return `${offset}+${size}`;
}
