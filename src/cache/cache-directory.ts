/** Where catalogs are kept between runs, and how much of them. */
import { readdir, rename, rm, stat, utimes, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";

import { makeDirectory } from "../base/files/make-directory.ts";
import { besideName, sweepAbandoned } from "../base/files/owner.ts";

/** Bytes the cache may hold; the entries longest unused go first. */
const mostBytes = 1024 * 1024 * 1024;
/** Of that, after pruning. */
const keptRatio = 0.75;

/** `$XDG_CACHE_HOME/ballast`, else the platform's usual place. */
export function defaultCacheDirectory(env: NodeJS.ProcessEnv): string {
  if (env["XDG_CACHE_HOME"]) return join(env["XDG_CACHE_HOME"], "ballast");
  if (process.platform === "win32" && env["LOCALAPPDATA"]) return join(env["LOCALAPPDATA"], "ballast", "cache");
  return join(homedir(), ".cache", "ballast");
}

/** Writes beside and renames, so that concurrent runs see a whole file or none. Failure is no error: the cache only saves time. */
export async function writeCacheFile(directory: string, name: string, pieces: readonly Uint8Array[]): Promise<void> {
  const path = join(directory, name);
  const beside = besideName(path);
  try {
    makeDirectory(directory, 0o700);
    await writeFile(beside, pieces, { mode: 0o600, flag: "wx" });
    await rename(beside, path);
  } catch {
    await rm(beside, { force: true }).catch(() => {});
  }
}

/** Marks an entry as used now. */
export async function touchCacheFile(path: string): Promise<void> {
  const now = new Date();
  await utimes(path, now, now).catch(() => {});
}

/** Removes the entries longest unused when the cache has grown beyond its bound, and what dead runs left behind. */
export async function pruneCache(directory: string, most = mostBytes): Promise<void> {
  await sweepAbandoned(directory);
  const names = await readdir(directory).catch(() => []);
  const found = await Promise.all(
    names.map(async (name) => {
      const path = join(directory, name);
      const info = await stat(path).catch(() => null);
      return info === null ? null : { path, bytes: info.size, used: info.mtimeMs };
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
