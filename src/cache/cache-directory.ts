/** The directory that keeps catalogs between runs, and its size limit. */
import { utimesSync } from "node:fs";
import { link, readdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";

import { makeDirectory } from "../base/files/make-directory.ts";
import { besideName, sweepAbandoned } from "../base/files/owner.ts";

/** Bytes the cache may hold; the least recently used entries are removed first. */
const mostBytes = 1024 * 1024 * 1024;
/** Share of it that is left after pruning. */
const keptRatio = 0.75;
/** The key of the fingerprints in all entries: not an entry itself, and never pruned. */
export const fingerprintKeyName = "fingerprint.key";
/** Bytes up to which pieces are joined before writing, since each piece costs a call. */
const mostJoined = 8 * 1024 * 1024;

/** `$XDG_CACHE_HOME/ballast`, else the platform's usual place; null for a user without an account, and hence without a home. */
export function defaultCacheDirectory(env: NodeJS.ProcessEnv): string | null {
  if (env["XDG_CACHE_HOME"]) return join(env["XDG_CACHE_HOME"], "ballast");
  if (process.platform === "win32" && env["LOCALAPPDATA"]) return join(env["LOCALAPPDATA"], "ballast", "cache");
  try {
    return join(homedir(), ".cache", "ballast");
  } catch {
    return null;
  }
}

/**
 * Writes a temporary file and renames it, so that concurrent runs see a complete file or none. Failure is not an error: the cache only
 * saves time.
 * @param alias another name for the same bytes
 */
export async function writeCacheFile(
  directory: string,
  name: string,
  pieces: readonly Uint8Array[],
  alias: string | null = null,
): Promise<void> {
  const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
  const bytes = length > mostJoined ? pieces : Buffer.concat(pieces);
  const write = (beside: string): Promise<void> => writeFile(beside, bytes, { mode: 0o600, flag: "wx" });
  const path = join(directory, name);
  makeCacheDirectory(directory);
  await putInPlace(path, write);
  // Not every file system has hard links.
  if (alias !== null) await putInPlace(join(directory, alias), (beside) => link(path, beside).catch(() => write(beside)));
}

function makeCacheDirectory(directory: string): void {
  try {
    makeDirectory(directory, 0o700);
  } catch {
    // Writing will then fail too, which is not an error.
  }
}

async function putInPlace(path: string, make: (beside: string) => Promise<void>): Promise<void> {
  const beside = besideName(path);
  try {
    await make(beside);
    await rename(beside, path);
  } catch {
    await rm(beside, { force: true }).catch(() => {});
  }
}

/** Marks an entry as used now. */
export function touchCacheFile(path: string): void {
  const now = new Date();
  try {
    utimesSync(path, now, now);
  } catch {
    // Then it is pruned sooner.
  }
}

/** Removes the least recently used entries if the cache exceeds its limit, and what crashed runs left behind. */
export async function pruneCache(directory: string, most = mostBytes): Promise<void> {
  await sweepAbandoned(directory);
  const names = await readdir(directory).catch(() => []);
  const entries = names.filter((name) => name !== fingerprintKeyName);
  const found = await Promise.all(
    entries.map(async (name) => {
      const path = join(directory, name);
      const info = await stat(path).catch(() => null);
      return info?.isFile() === true ? { path, bytes: info.size, used: info.mtimeMs } : null;
    }),
  );
  const files = found.filter((file) => file !== null);
  const removed: typeof files = [];
  let bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  if (bytes > most) {
    for (const file of files.toSorted((a, b) => a.used - b.used)) {
      if (bytes <= most * keptRatio) break;
      bytes -= file.bytes;
      removed.push(file);
    }
  }
  await Promise.all(removed.map(({ path }) => rm(path, { force: true }).catch(() => {})));
}
