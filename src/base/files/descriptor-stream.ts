import { close, constants, openSync, write } from "node:fs";
import { Writable } from "node:stream";
import { setTimeout as wait } from "node:timers/promises";

import { defined } from "../defined.ts";
import { systemErrorCode } from "../errors.ts";

/** How long to wait for the reader of a full pipe, in milliseconds. */
const pauseMs = 5;

/** How long to wait before looking for a reader again, in milliseconds. */
const lookMs = 50;

/**
 * Writes into a named pipe. Opening one blocks until there is a reader, in a call that cannot be interrupted; so it is opened without
 * blocking, again and again, until a reader is there.
 * @throws the system's error; the signal's reason
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
 * Writes to a descriptor that is already open, and leaves it open unless `closes` is set. A pipe that does not block may be full when its
 * reader is slow; writing the rest is then retried as long as there is a reader.
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
