import { close, constants, openSync, write } from "node:fs";
import { Writable } from "node:stream";
import { setTimeout as wait } from "node:timers/promises";

import { defined } from "../defined.ts";
import { systemErrorCode } from "../errors.ts";

/** How long to leave a full pipe to its reader, in milliseconds. */
const pauseMs = 5;

/** How often to look for a reader, in milliseconds. */
const lookMs = 50;

/**
 * Writes into a named pipe. Opening one waits for its reader, in a call that nothing can interrupt; so it is opened without waiting, again
 * and again, until there is one.
 */
export async function namedPipeStream(path: string, signal: AbortSignal | undefined): Promise<Writable> {
  for (;;) {
    try {
      return descriptorStream(openSync(path, constants.O_WRONLY | constants.O_NONBLOCK), true);
    } catch (error) {
      if (systemErrorCode(error) !== "ENXIO") throw error;
    }
    await wait(lookMs, undefined, defined({ signal }));
  }
}

/**
 * Writes to a descriptor that was open before, and leaves it open unless it `closes` it at its end. A pipe may be set not to block, so that
 * of a slow reader may be full: then the rest is tried again, for as long as the reader lives.
 */
export function descriptorStream(fd: number, closes = false): Writable {
  const writeAll = (bytes: Buffer, done: (error?: Error | null) => void): void => {
    write(fd, bytes, (error, written) => {
      if (systemErrorCode(error) === "EAGAIN") setTimeout(writeAll, pauseMs, bytes, done);
      else if (error !== null) done(error);
      else if (written < bytes.length) writeAll(bytes.subarray(written), done);
      else done();
    });
  };
  return new Writable({
    write: (chunk: Buffer, _encoding, done) => writeAll(chunk, done),
    destroy: (error, done) => (closes ? close(fd, (failure) => done(error ?? failure)) : done(error)),
  });
}
