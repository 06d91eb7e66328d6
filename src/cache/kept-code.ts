/**
 * V8's compiled form of the program's own code, kept between runs: compiling takes longer than analyzing a small image. It does not depend
 * on images, so it is used even with `--no-cache`, which only prevents writing it.
 */
import { closeSync, constants, fstatSync, lstatSync, openSync, readSync, renameSync, rmSync, writeFileSync } from "node:fs";
import type { Stats } from "node:fs";
import { join } from "node:path";
import type { Script } from "node:vm";
import { crc32 } from "node:zlib";

import type { CodeKeeper } from "../base/code/pieces.ts";
import { makeDirectory } from "../base/files/make-directory.ts";
import { besideName } from "../base/files/owner.ts";
import { seal, unseal } from "./sealed.ts";

/** Limit in bytes; all pieces together are 4 MB. */
const mostBytes = 64 * 1024 * 1024;
/** Functions are compiled on their first call, and the second run, with a known image, calls others than the first. */
const learningRuns = 2;

interface KeptCode {
  /** Runs that the code was collected from. */
  readonly runs: number;
  readonly pieces: ReadonlyMap<string, KeptPiece>;
}

interface KeptPiece {
  /** CRC-32 of the source. V8 itself only compares its length. */
  readonly source: number;
  /** Read on demand: one run needs half of what all runs of a command need. @throws if it is damaged */
  readonly code: () => Buffer;
}

const none: KeptCode = { runs: 0, pieces: new Map() };
const lengthBytes = 4;

/**
 * Returns the code kept for a command, and writes it again when the process ends if there is more of it. A file or directory that another
 * user owns or can write to is neither read nor written, since this code is executed. Failure is not an error.
 */
export function codeKeeper(command: string, directory: string, mayWrite: boolean): CodeKeeper {
  const path = join(directory, fileName(command));
  const kept = readCode(directory, path);
  const sums = new Map<string, number>();
  const scripts = new Map<string, Script>();
  let isComplete = true;
  return {
    codeOf(name, source) {
      const sum = crc32(source);
      sums.set(name, sum);
      const found = kept.pieces.get(name);
      return found?.source === sum ? readQuietly(found) : undefined;
    },
    onCompiled(name, script) {
      scripts.set(name, script);
      isComplete &&= script.cachedDataRejected === false;
    },
    onExit(status) {
      // A run that failed early has compiled little.
      if (!mayWrite || scripts.size === 0 || status > 1 || (isComplete && kept.runs >= learningRuns)) return;
      const made = [...scripts].map(
        ([name, script]) => [name, { source: sums.get(name)!, code: () => script.createCachedData() }] as const,
      );
      writeCode(directory, path, { runs: isComplete ? kept.runs + 1 : 1, pieces: new Map([...kept.pieces, ...made]) });
    },
  };
}

/** One for each installation, since two would overwrite each other's, and for everything that V8's code depends on. */
function fileName(command: string): string {
  const surroundings = [import.meta.url, ...process.execArgv, process.env["NODE_OPTIONS"] ?? ""].join("\0");
  return `code-${command}-${process.version}-${process.arch}-${crc32(surroundings).toString(16).padStart(8, "0")}`;
}

/**
 * The length of the table of pieces, the table as JSON, then the code of each piece in that order; all with checksums, since V8 trusts its
 * input. The file stays open for later reads, since another run may replace it.
 */
function readCode(directory: string, path: string): KeptCode {
  try {
    if (!isOurs(lstatSync(directory))) return none;
    const file = openOurs(path);
    const length = readAt(file, 0, lengthBytes).readUInt32LE(0);
    const { runs, pieces } = JSON.parse(unseal(readAt(file, lengthBytes, length)).toString()) as {
      runs: number;
      pieces: [name: string, source: number, bytes: number][];
    };
    let at = lengthBytes + length;
    const found = pieces.map(([name, source, bytes]) => {
      const start = at;
      at += bytes;
      return [name, { source, code: () => unseal(readAt(file, start, bytes)) }] as const;
    });
    return { runs, pieces: new Map(found) };
  } catch {
    return none;
  }
}

function readQuietly({ code }: KeptPiece): Buffer | undefined {
  try {
    return code();
  } catch {
    return undefined;
  }
}

/** @throws {RangeError} for a file that is shorter */
function readAt(file: number, offset: number, bytes: number): Buffer {
  if (bytes > mostBytes) throw new RangeError("no length that was written");
  const content = Buffer.allocUnsafe(bytes);
  if (readSync(file, content, 0, bytes, offset) < bytes) throw new RangeError("the file is cut off");
  return content;
}

/** @throws for a file that another user could have written */
function openOurs(path: string): number {
  const file = openSync(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0));
  try {
    const info = fstatSync(file);
    if (!info.isFile() || !isOurs(info) || info.size > mostBytes) throw new RangeError("not a file of ours");
    return file;
  } catch (error) {
    closeSync(file);
    throw error;
  }
}

/** Always true on Windows, which has other permissions, and keeps a user's files in that user's own directory. */
function isOurs(info: Stats): boolean {
  return process.geteuid === undefined || (info.uid === process.geteuid() && (info.mode & 0o022) === 0 && !info.isSymbolicLink());
}

function writeCode(directory: string, path: string, { runs, pieces }: KeptCode): void {
  const beside = besideName(path);
  try {
    makeDirectory(directory, 0o700);
    if (!isOurs(lstatSync(directory))) return;
    const sealed = [...pieces].flatMap(([name, piece]) => {
      const code = readQuietly(piece);
      return code === undefined ? [] : [{ name, source: piece.source, code: Buffer.concat(seal(code)) }];
    });
    const rows = sealed.map(({ name, source, code }) => [name, source, code.length]);
    const table = Buffer.concat(seal(Buffer.from(JSON.stringify({ runs, pieces: rows }))));
    const length = Buffer.alloc(lengthBytes);
    length.writeUInt32LE(table.length);
    writeFileSync(beside, Buffer.concat([length, table, ...sealed.map(({ code }) => code)]), { mode: 0o600, flag: "wx" });
    renameSync(beside, path);
  } catch {
    removeQuietly(beside);
  }
}

function removeQuietly(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // If the directory is not a directory, nothing was written.
  }
}
