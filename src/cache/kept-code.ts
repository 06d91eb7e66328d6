/**
 * What V8 made of the program's own code, kept between runs: to compile it takes longer than to look into a small image. Of no image, hence
 * not in the way of `--no-cache`, which only keeps it from being written.
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

/** Bytes: all pieces together give 4 MB. */
const mostBytes = 64 * 1024 * 1024;
/** Functions are compiled when they are called first: the second run, of an image that is known, calls others than the first. */
const learningRuns = 2;

interface KeptCode {
  /** Runs that the code was learned from. */
  readonly runs: number;
  readonly pieces: ReadonlyMap<string, KeptPiece>;
}

interface KeptPiece {
  /** CRC-32 of the source. V8 itself compares no more than its length. */
  readonly source: number;
  /** Read when it is asked for: a run needs half of what a command's runs need together. @throws where it is not as it was written */
  readonly code: () => Buffer;
}

const none: KeptCode = { runs: 0, pieces: new Map() };
const lengthBytes = 4;

/**
 * Hands out what was kept for a command, and writes it anew when the process ends if it taught something new. A file or directory that
 * another user owns or can write to is neither used nor written: what lies there is run. Failure is not an error.
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
      // What failed early would teach little.
      if (!mayWrite || scripts.size === 0 || status > 1 || (isComplete && kept.runs >= learningRuns)) return;
      const made = [...scripts].map(
        ([name, script]) => [name, { source: sums.get(name)!, code: () => script.createCachedData() }] as const,
      );
      writeCode(directory, path, { runs: isComplete ? kept.runs + 1 : 1, pieces: new Map([...kept.pieces, ...made]) });
    },
  };
}

/** One for each program, since two that lie beside each other would take turns, and for all that V8's code depends on. */
function fileName(command: string): string {
  const surroundings = [import.meta.url, ...process.execArgv, process.env["NODE_OPTIONS"] ?? ""].join("\0");
  return `code-${command}-${process.version}-${process.arch}-${crc32(surroundings).toString(16).padStart(8, "0")}`;
}

/**
 * The pieces' table as JSON, with its length in front, then the code of each in its order; all of them with checksums, since V8 trusts what it
 * is given. The file stays open for what is asked of it later: at its path another run may have put another one by then.
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

/** @throws for a file that somebody else could have written */
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

/** Windows has other rights, and keeps a user's files in a place of that user. */
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
    // Where a directory is none, nothing was written.
  }
}
