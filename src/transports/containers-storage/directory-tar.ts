/** A tar of the files that a layer was unpacked to, for stores that do not keep how its own tar was put together. */
import { lstatSync, readdirSync, readlinkSync } from "node:fs";
import type { BigIntStats } from "node:fs";

import { whiteoutPath } from "../../filesystem/whiteouts.ts";
import { EntryType } from "../../tar/entry.ts";
import { encodeEntryHeader, endOfArchive, padding } from "../../tar/writer.ts";
import { storeError } from "./store.ts";
import type { Stretch } from "./stretches.ts";

/**
 * The files below a directory, parents before children and names in order. What overlayfs marks as removed becomes a whiteout. Extended
 * attributes cannot be read here, so they are missing, and with them the marks of opaque directories.
 * @throws {BallastError} read-failed
 */
export function* directoryTar(directory: string): Generator<Stretch> {
  const linked = new Map<string, string>();
  const root = Buffer.from(`${directory}/`);
  // Names are byte strings; the last is visited next.
  const waiting = namesIn(root, "");
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    const full = Buffer.concat([root, Buffer.from(path, "latin1")]);
    const stats = reading(full, () => lstatSync(full, { bigint: true }));
    const type = typeOf(stats);
    if (type === null) continue;
    if (type === EntryType.charDevice && stats.rdev === 0n) {
      yield { bytes: header(whiteoutPath(path), EntryType.file, stats, 0) };
      continue;
    }
    if (type !== EntryType.directory && stats.nlink > 1n) {
      const key = `${stats.dev}:${stats.ino}`;
      const first = linked.get(key);
      if (first !== undefined) {
        yield { bytes: header(path, EntryType.hardlink, stats, 0, first) };
        continue;
      }
      linked.set(key, path);
    }
    const size = type === EntryType.file ? Number(stats.size) : 0;
    const link = type === EntryType.symlink ? reading(full, () => readlinkSync(full, "buffer")).toString("latin1") : "";
    yield { bytes: header(path, type, stats, size, link) };
    if (size > 0) {
      yield { file: full, size };
      yield { bytes: padding(size) };
    }
    if (type === EntryType.directory) waiting.push(...namesIn(full, `${path}/`));
  }
  yield { bytes: endOfArchive };
}

function header(path: string, type: EntryType, stats: BigIntStats, size: number, link = ""): Buffer {
  const isDevice = type === EntryType.charDevice || type === EntryType.blockDevice;
  const seconds = stats.mtimeNs >= 0n ? stats.mtimeNs / 1_000_000_000n : -((-stats.mtimeNs + 999_999_999n) / 1_000_000_000n);
  return encodeEntryHeader({
    path,
    type,
    mode: Number(stats.mode) & 0o7777,
    uid: Number(stats.uid),
    gid: Number(stats.gid),
    mtimeSeconds: Number(seconds),
    mtimeNanos: Number(stats.mtimeNs - seconds * 1_000_000_000n),
    size,
    link,
    // As the C library splits a device's number.
    devMajor: isDevice ? Number(((stats.rdev >> 8n) & 0xfffn) | ((stats.rdev >> 32n) & ~0xfffn)) : 0,
    devMinor: isDevice ? Number((stats.rdev & 0xffn) | ((stats.rdev >> 12n) & 0xffffff00n)) : 0,
    xattrs: [],
  });
}

/** Null for a socket, which no archive can hold. */
function typeOf(stats: BigIntStats): EntryType | null {
  if (stats.isFile()) return EntryType.file;
  if (stats.isDirectory()) return EntryType.directory;
  if (stats.isSymbolicLink()) return EntryType.symlink;
  if (stats.isCharacterDevice()) return EntryType.charDevice;
  if (stats.isBlockDevice()) return EntryType.blockDevice;
  return stats.isFIFO() ? EntryType.fifo : null;
}

/** The paths of a directory's entries, in reverse order. */
function namesIn(directory: Buffer, prefix: string): string[] {
  const names = reading(directory, () => readdirSync(directory, "buffer"));
  return names
    .map((name) => name.toString("latin1"))
    .sort()
    .reverse()
    .map((name) => prefix + name);
}

function reading<T>(path: Buffer, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw storeError(path.toString(), error);
  }
}
