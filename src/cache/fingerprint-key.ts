/** The key of the fingerprints in the cache. Anyone who knows it could make different files pass for equal. */
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";

import { makeDirectory } from "../base/files/make-directory.ts";
import { fingerprintKeyName as name, writeCacheFile } from "./cache-directory.ts";

/** The directory's key, created if it has none. If it cannot be saved, it is used for this run only. */
export async function fingerprintKey(directory: string | null, bytes: number): Promise<Uint8Array> {
  const kept = directory === null ? null : readKey(directory, bytes);
  if (kept !== null) return kept;
  const made = randomBytes(bytes);
  if (directory === null) return made;
  try {
    makeDirectory(directory, 0o700);
    await writeFile(join(directory, name), made, { mode: 0o600, flag: "wx" });
    return made;
  } catch {
    // Another run was faster, the file is not a key, or nothing can be written here.
    const other = readKey(directory, bytes);
    if (other === null) await writeCacheFile(directory, name, [made]);
    return other ?? made;
  }
}

function readKey(directory: string, bytes: number): Uint8Array | null {
  try {
    const key = readFileSync(join(directory, name));
    return key.length === bytes ? key : null;
  } catch {
    return null;
  }
}
