/** Scratch space that cannot be left behind: the file is unlinked as soon as it is created, so its space is freed with the process. */
import { open, unlink } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { temporaryName } from "../../base/files/owner.ts";
import { writeError } from "../../base/files/write-error.ts";

/** @throws {BallastError} write-failed */
export async function openTempFile(): Promise<FileHandle> {
  const path = join(tmpdir(), temporaryName());
  try {
    const file = await open(path, "wx+", 0o600);
    await unlink(path);
    return file;
  } catch (error) {
    throw tempError(error);
  }
}

/** Writes all of `bytes` at `position`. @throws {BallastError} write-failed, naming the directory and TMPDIR */
export async function writeTemp(file: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  try {
    for (let at = 0; at < bytes.length;) at += (await file.write(bytes, at, bytes.length - at, position + at)).bytesWritten;
  } catch (error) {
    throw tempError(error);
  }
}

function tempError(error: unknown): unknown {
  return writeError(`a temporary file in ${tmpdir()} (set TMPDIR to use another directory)`, error);
}
