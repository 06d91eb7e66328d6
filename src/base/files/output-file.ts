/**
 * Every file that a person asks Ballast to write goes through here. A regular file is written next to its place under an unguessable name
 * and then renamed, so that a reader never sees half of it; devices, pipes and descriptors are written into; links are followed.
 */
import { fstatSync } from "node:fs";
import type { Stats } from "node:fs";
import { access, chmod, constants, copyFile, link, lstat, open, readlink, realpath, rename, rm, stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { Readable } from "node:stream";
import type { Writable } from "node:stream";
import { pipeline } from "node:stream/promises";

import { defined } from "../defined.ts";
import { descriptorStream, namedPipeStream } from "./descriptor-stream.ts";
import { BallastError, systemErrorCode } from "../errors.ts";
import { writeNewFile } from "./new-file.ts";
import { besideName, sweepAbandoned } from "./owner.ts";
import { writeError } from "./write-error.ts";

/** What exists under a name before it is written. */
export type OutputTarget =
  /** `path` has links resolved; `mode` is that of the file to be replaced. */
  | { readonly kind: "file"; readonly path: string; readonly mode: number | null }
  /** Written into, as a shell does; it remains a device or pipe. */
  | { readonly kind: "device" | "pipe"; readonly path: string }
  | { readonly kind: "descriptor"; readonly fd: number };

export interface OutputOptions {
  /** Replace a regular file; write onto a disk. */
  readonly force: boolean;
  readonly signal?: AbortSignal | undefined;
}

/** A file that was written and can still be undone. */
export interface WrittenFile {
  /**
   * Removes it and restores what it had replaced.
   * @throws {BallastError} write-failed when another program has written there in the meantime; that file stays
   */
  undo(): Promise<void>;
  /** Removes the kept copy of what it had replaced. */
  keep(): Promise<void>;
}

/**
 * Finds out what writing to `path` would do, and refuses what it must not do.
 * @throws {BallastError} destination-exists, write-failed
 */
export async function outputTarget(path: string, force: boolean): Promise<OutputTarget> {
  const fd = descriptorOf(path);
  if (fd !== null) return descriptorTarget(path, fd);
  const named = await lstat(path).catch(absent(path));
  if (named === null) return { kind: "file", path, mode: null };
  const target = named.isSymbolicLink() ? await followedLink(path, named) : path;
  const stats = named.isSymbolicLink() ? await lstat(target).catch(absent(path)) : named;
  if (stats === null) return { kind: "file", path: target, mode: null };
  if (stats.isDirectory())
    throw new BallastError("destination-exists", `${path} is a directory`, {
      hint: "name a file; an image can be written to an OCI layout directory as oci:DIR",
    });
  if (stats.isFIFO()) return { kind: "pipe", path: target };
  if (stats.isCharacterDevice()) return { kind: "device", path: target };
  if (stats.isSocket()) throw new BallastError("write-failed", `${path} is a socket, which cannot be written as a file`);
  if (!force) throw new BallastError("destination-exists", `${path} exists already${stats.isBlockDevice() ? ", and is a disk" : ""}`);
  return stats.isBlockDevice() ? { kind: "device", path: target } : { kind: "file", path: target, mode: stats.mode & 0o777 };
}

/**
 * Writes what `chunks` yields to `path`. On failure nothing is left behind, and what was there stays.
 * @throws {BallastError} destination-exists, write-failed; what `chunks` throws
 */
export async function writeOutputFile(path: string, chunks: string | AsyncIterable<Buffer>, options: OutputOptions): Promise<void> {
  await (await writeUndoable(path, chunks, options)).keep();
}

/**
 * As `writeOutputFile`, but the file that is replaced stays beside it until `keep` or `undo`.
 * @throws {BallastError} as `writeOutputFile`
 */
export async function writeUndoable(path: string, chunks: string | AsyncIterable<Buffer>, options: OutputOptions): Promise<WrittenFile> {
  const target = await outputTarget(path, options.force);
  const source = typeof chunks === "string" ? Readable.from([Buffer.from(chunks)]) : chunks;
  try {
    if (target.kind === "file") return await writeBeside(target.path, source, options, target.mode);
    await pipeline(source, await openInto(target, options.signal), defined({ signal: options.signal }));
    return { undo: async () => {}, keep: async () => {} };
  } catch (error) {
    throw writeError(path, error);
  }
}

/** Opens a stream into a device, a pipe or a descriptor. */
async function openInto(target: Exclude<OutputTarget, { kind: "file" }>, signal: AbortSignal | undefined): Promise<Writable> {
  if (target.kind === "descriptor") return descriptorStream(target.fd);
  if (target.kind === "pipe") return namedPipeStream(target.path, signal);
  // A device is neither created nor truncated.
  return (await open(target.path, constants.O_WRONLY)).createWriteStream();
}

async function writeBeside(
  path: string,
  chunks: AsyncIterable<Buffer>,
  { force, signal }: OutputOptions,
  mode: number | null,
): Promise<WrittenFile> {
  await sweepAbandoned(dirname(path));
  const partial = besideName(path);
  let previous: string | null = null;
  let own: Stats;
  try {
    await writeNewFile(partial, [Readable.from(chunks)], { signal });
    if (mode !== null) {
      await chmod(partial, mode);
      previous = besideName(path);
      // On a file system without hard links, a copy is kept instead.
      await link(path, previous).catch(() => copyFile(path, previous!));
    }
    own = await lstat(partial);
    await settle(partial, path, force);
  } catch (error) {
    await rm(partial, { force: true });
    if (previous !== null) await rm(previous, { force: true });
    throw error;
  }
  return {
    async undo() {
      const there = await lstat(path).catch(() => null);
      if (there !== null && (there.ino !== own.ino || there.dev !== own.dev)) {
        if (previous !== null) await rm(previous, { force: true });
        throw new BallastError("write-failed", `${path} was written by somebody else while it was being checked`, {
          hint: "run one after the other, or write to two places",
        });
      }
      if (previous !== null) await rename(previous, path);
      else await rm(path, { force: true });
    },
    async keep() {
      if (previous !== null) await rm(previous, { force: true });
    },
  };
}

/**
 * Gives the finished file its name. Without `force` it does not replace a file that has appeared in the meantime.
 * @throws {BallastError} destination-exists
 */
export async function settle(partial: string, path: string, force: boolean): Promise<void> {
  if (force) return rename(partial, path);
  try {
    await link(partial, path);
  } catch (error) {
    if (systemErrorCode(error) === "EEXIST") throw new BallastError("destination-exists", `${path} exists already`, { cause: error });
    // The file system has no hard links.
    if ((await lstat(path).catch(() => null)) !== null) throw new BallastError("destination-exists", `${path} exists already`);
    return rename(partial, path);
  }
  await rm(partial, { force: true });
}

/** `/dev/stdout`, `/dev/fd/63`: the descriptor itself is meant, not the file behind it. */
function descriptorOf(path: string): number | null {
  const standard = ["/dev/stdin", "/dev/stdout", "/dev/stderr"].indexOf(path);
  if (standard >= 0) return standard;
  const number = /^\/(?:dev|proc\/self)\/fd\/(\d{1,6})$/.exec(path)?.[1];
  return number === undefined ? null : Number(number);
}

function descriptorTarget(path: string, fd: number): OutputTarget {
  let stats: Stats;
  try {
    stats = fstatSync(fd);
  } catch (error) {
    throw new BallastError("write-failed", `${path} is not open`, { cause: error });
  }
  // Node's own descriptors, such as event queues, are none of these.
  if (stats.isFile() || stats.isFIFO() || stats.isSocket() || stats.isCharacterDevice()) return { kind: "descriptor", fd };
  throw new BallastError("write-failed", `${path} cannot be written to`);
}

/**
 * The target of a link. A link that another user has put into a world-writable directory is not followed, just as Linux refuses to
 * (proc(5), protected_symlinks).
 */
async function followedLink(path: string, named: Stats): Promise<string> {
  const directory = await stat(dirname(path));
  const everybody = (directory.mode & 0o1002) === 0o1002;
  if (everybody && named.uid !== process.geteuid?.() && named.uid !== directory.uid) {
    throw new BallastError("write-failed", `${path} is a link that belongs to another user; it is not followed`, {
      hint: "choose another name, or another directory",
    });
  }
  try {
    return await realpath(path);
  } catch (error) {
    if (systemErrorCode(error) !== "ENOENT") throw writeError(path, error);
    // It leads to a name that does not exist yet.
    return resolve(await realpath(dirname(path)), await readlink(path));
  }
}

function absent(path: string): (error: unknown) => null {
  return (error) => {
    if (systemErrorCode(error) === "ENOENT") return null;
    throw writeError(path, error);
  };
}

/** @throws {BallastError} write-failed when no file can be created in the directory of `target` */
export async function checkWritable(target: OutputTarget, name: string): Promise<void> {
  if (target.kind !== "file") return;
  try {
    await access(dirname(target.path), constants.W_OK);
  } catch (error) {
    throw writeError(name, error);
  }
}
