/** Archives put together from pieces in different places. */
import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";

import { BallastError, systemErrorCode } from "../../base/errors.ts";
import { displayBytes } from "../../filesystem/paths.ts";
import { storeError } from "./store.ts";

/** Bytes passed on at once. */
const pieceBytes = 256 * 1024;

/** A part of an archive: bytes, or the whole content of a file. */
export type Stretch = { readonly bytes: Buffer } | { readonly file: Buffer; readonly size: number };

/**
 * The joined stretches from byte `start` up to, but not including, byte `end`. Files outside that range are not opened.
 * @throws {BallastError} blob-missing, digest-mismatch (a file is not what it was), read-failed
 */
export async function* joined(
  stretches: AsyncIterable<Stretch> | Iterable<Stretch>,
  { start = 0, end = Infinity }: { readonly start?: number; readonly end?: number } = {},
): AsyncGenerator<Buffer> {
  let at = 0;
  let small: Buffer[] = [];
  let smallBytes = 0;
  for await (const stretch of stretches) {
    const size = "bytes" in stretch ? stretch.bytes.length : stretch.size;
    const from = Math.max(start - at, 0);
    const to = Math.min(end - at, size);
    at += size;
    if (from < to) {
      for (const piece of "bytes" in stretch ? [stretch.bytes.subarray(from, to)] : contentOf(stretch.file, size, from, to)) {
        small.push(piece);
        smallBytes += piece.length;
        if (smallBytes < pieceBytes) continue;
        yield Buffer.concat(small);
        small = [];
        smallBytes = 0;
      }
    }
    if (at >= end) break;
  }
  if (smallBytes > 0) yield Buffer.concat(small);
}

function* contentOf(path: Buffer, size: number, from: number, to: number): Generator<Buffer> {
  const name = displayBytes(path.toString("latin1"));
  let fd: number;
  try {
    // Without O_NONBLOCK, opening a FIFO would wait for a writer.
    fd = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    throw systemErrorCode(error) === "ELOOP" ? changed(name, "it is a link now") : storeError(name, error);
  }
  try {
    const stats = fstatSync(fd);
    if (!stats.isFile()) throw changed(name, "it is not a regular file");
    if (stats.size !== size) throw changed(name, `it has ${stats.size} bytes, the layer's had ${size}`);
    for (let at = from; at < to;) {
      const piece = Buffer.allocUnsafe(Math.min(pieceBytes, to - at));
      const read = readSync(fd, piece, 0, piece.length, at);
      if (read === 0) throw changed(name, "it ends early");
      at += read;
      yield piece.subarray(0, read);
    }
  } catch (error) {
    throw storeError(name, error);
  } finally {
    closeSync(fd);
  }
}

function changed(path: string, how: string): BallastError {
  return new BallastError("digest-mismatch", `${path} is not what the layer held: ${how}`, {
    hint: "the store was changed by hand or is damaged: pull or build the image again",
  });
}
