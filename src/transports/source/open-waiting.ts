import { closeSync, constants, statSync, openSync } from "node:fs";
import type { open } from "node:fs/promises";

import { openForReading } from "./blob-source.ts";

/**
 * Opens a file that may be a FIFO. Opening one blocks until there is a writer, in a thread that cannot be interrupted and keeps the process
 * from ending. When `signal` is aborted, a writer is opened and closed to release that thread.
 * @throws {BallastError} image-not-found, read-failed; the signal's reason
 */
export async function openWaiting(path: string, signal: AbortSignal | undefined): ReturnType<typeof open> {
  const release = (): void => {
    try {
      if (statSync(path).isFIFO()) closeSync(openSync(path, constants.O_WRONLY | constants.O_NONBLOCK));
    } catch {
      // No reader is waiting any more.
    }
  };
  signal?.addEventListener("abort", release, { once: true });
  try {
    const handle = await openForReading(path);
    if (signal?.aborted === true) await handle.close();
    signal?.throwIfAborted();
    return handle;
  } finally {
    signal?.removeEventListener("abort", release);
  }
}
