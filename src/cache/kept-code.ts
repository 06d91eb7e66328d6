/**
 * What V8 made of the program's own code, kept between runs: to compile it takes longer than to look into a small image. Of no image, hence
 * not in the way of `--no-cache`, which only keeps it from being written.
 */
import { closeSync, constants, fstatSync, lstatSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
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
  readonly code: Buffer;
}

const none: KeptCode = { runs: 0, pieces: new Map() };

/**
 * Hands out what was kept for a command, and writes it anew when the process ends if it taught something new. A file or directory that
 * another user owns or can write to is neither used nor written: what lies there is run. Failure is no error.
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
      return found?.source === sum ? found.code : undefined;
    },
    onCompiled(name, script) {
      scripts.set(name, script);
      isComplete &&= script.cachedDataRejected === false;
    },
    onExit(status) {
      // What failed early would teach little.
      if (!mayWrite || scripts.size === 0 || status > 1 || (isComplete && kept.runs >= learningRuns)) return;
      const made = [...scripts].map(([name, script]) => [name, { source: sums.get(name)!, code: script.createCachedData() }] as const);
      writeCode(directory, path, { runs: isComplete ? kept.runs + 1 : 1, pieces: new Map([...kept.pieces, ...made]) });
    },
  };
}

/** One for each program, since two that lie beside each other would take turns, and for all that V8's code depends on. */
function fileName(command: string): string {
  const surroundings = [import.meta.url, ...process.execArgv, process.env["NODE_OPTIONS"] ?? ""].join("\0");
  return `code-${command}-${process.version}-${process.arch}-${crc32(surroundings).toString(16).padStart(8, "0")}`;
}

/** The pieces' table as JSON, with its length in front, the code of each in its order, and a checksum: V8 trusts what it is given. */
function readCode(directory: string, path: string): KeptCode {
  try {
    if (!isOurs(lstatSync(directory))) return none;
    const content = unseal(readOurs(path));
    const tableBytes = content.readUInt32LE(0);
    const { runs, pieces } = JSON.parse(content.toString("utf8", 4, 4 + tableBytes)) as {
      runs: number;
      pieces: [name: string, source: number, bytes: number][];
    };
    let at = 4 + tableBytes;
    const found = pieces.map(([name, source, bytes]) => [name, { source, code: content.subarray(at, (at += bytes)) }] as const);
    return { runs, pieces: new Map(found) };
  } catch {
    return none;
  }
}

/** @throws for a file that somebody else could have written */
function readOurs(path: string): Buffer {
  const file = openSync(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0));
  try {
    const info = fstatSync(file);
    if (!info.isFile() || !isOurs(info) || info.size > mostBytes) throw new RangeError("not a file of ours");
    return readFileSync(file);
  } finally {
    closeSync(file);
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
    const table = Buffer.from(JSON.stringify({ runs, pieces: [...pieces].map(([name, { source, code }]) => [name, source, code.length]) }));
    const tableBytes = Buffer.alloc(4);
    tableBytes.writeUInt32LE(table.length);
    const content = Buffer.concat([tableBytes, table, ...[...pieces.values()].map(({ code }) => code)]);
    writeFileSync(beside, Buffer.concat(seal(content)), { mode: 0o600, flag: "wx" });
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
