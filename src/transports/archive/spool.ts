/** Temporary copies of what can only be read once, removed however the program ends. */
import { rmSync } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Transform } from "node:stream";
import type { Readable } from "node:stream";

import { BallastError, systemErrorCode } from "../../base/errors.ts";
import { writeNewFile } from "../../base/files/new-file.ts";
import { writeError } from "../../base/files/write-error.ts";
import { temporaryName } from "../../base/files/owner.ts";

/** When a compressed archive is taken for a bomb. */
export interface SpoolLimits {
  /** Bytes that any archive may unpack to; only above that does the ratio apply. */
  readonly freeBytes: number;
  /** Images shrink to a half or a fifth; only made-up content shrinks to a hundredth. */
  readonly maxRatio: number;
}

const defaultLimits: SpoolLimits = { freeBytes: 1024 * 1024 * 1024, maxRatio: 100 };

export interface SpooledFile {
  readonly path: string;
  /** Safe to call twice. */
  remove(): Promise<void>;
}

/**
 * Writes a stream into a temporary file that is removed by `remove`, or when the process ends.
 * @param name of the source, for messages.
 * @param packedBytes how many bytes of a compressed source have been read so far; null for an uncompressed one.
 * @throws {BallastError} limit-exceeded for decompression bombs, write-failed
 */
export async function spool(
  input: Readable,
  name: string,
  packedBytes: (() => number) | null,
  signal?: AbortSignal,
  limits: SpoolLimits = defaultLimits,
): Promise<SpooledFile> {
  const directory = join(tmpdir(), temporaryName());
  await mkdir(directory, { mode: 0o700 }).catch((error: unknown) => {
    throw writeError(`a temporary directory in ${tmpdir()} (set TMPDIR to use another)`, error);
  });
  register(directory);
  const remove = async (): Promise<void> => {
    await rm(directory, { recursive: true, force: true });
    unregister(directory);
  };
  const path = join(directory, "archive.tar");
  const guard = packedBytes === null ? [] : [bombGuard(name, packedBytes, limits)];
  try {
    await writeNewFile(path, [input, ...guard], { mode: 0o600, signal });
  } catch (error) {
    await remove();
    throw spoolError(error, name, directory);
  }
  return { path, remove };
}

function bombGuard(name: string, packedBytes: () => number, { freeBytes, maxRatio }: SpoolLimits): Transform {
  let bytes = 0;
  return new Transform({
    highWaterMark: 1024 * 1024,
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      if (bytes <= freeBytes || bytes <= maxRatio * packedBytes()) return done(null, chunk);
      const message = `${name} unpacks to more than ${freeBytes} bytes and ${maxRatio} times its own size`;
      return done(
        new BallastError("limit-exceeded", message, {
          hint: "it looks like a decompression bomb; if you trust it, unpack it with gzip or zstd and open the tar archive",
        }),
      );
    },
  });
}

function spoolError(error: unknown, name: string, directory: string): unknown {
  const code = systemErrorCode(error);
  if (code !== "ENOSPC" && code !== "EDQUOT") return error;
  return new BallastError("write-failed", `there is no space left in ${directory} to unpack ${name}`, {
    hint: "set TMPDIR to a directory with more space, or unpack the archive and open that",
    cause: error,
  });
}

const directories = new Set<string>();
const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

function register(directory: string): void {
  if (directories.size === 0) {
    process.on("exit", removeAll);
    for (const signal of signals) process.on(signal, onSignal);
  }
  directories.add(directory);
}

function unregister(directory: string): void {
  if (!directories.delete(directory) || directories.size > 0) return;
  process.off("exit", removeAll);
  for (const signal of signals) process.off(signal, onSignal);
}

function removeAll(): void {
  for (const directory of directories) rmSync(directory, { recursive: true, force: true });
}

/** Another listener ends the program in its own way, with an "exit" event; without one, the signal must get its default effect. */
function onSignal(signal: NodeJS.Signals): void {
  if (process.listenerCount(signal) > 1) return;
  removeAll();
  for (const name of signals) process.off(name, onSignal);
  process.kill(process.pid, signal);
}
