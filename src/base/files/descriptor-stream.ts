import { write } from "node:fs";
import { Writable } from "node:stream";

import { systemErrorCode } from "../errors.ts";

/** How long to leave a full pipe to its reader, in milliseconds. */
const pauseMs = 5;

/**
 * Writes to a descriptor that was open before, and leaves it open. Node sets pipes that it writes to itself not to block, so a slow reader's
 * pipe may be full: then the rest is tried again, for as long as the reader lives.
 */
export function descriptorStream(fd: number): Writable {
  const writeAll = (bytes: Buffer, done: (error?: Error | null) => void): void => {
    write(fd, bytes, (error, written) => {
      if (systemErrorCode(error) === "EAGAIN") setTimeout(writeAll, pauseMs, bytes, done);
      else if (error !== null) done(error);
      else if (written < bytes.length) writeAll(bytes.subarray(written), done);
      else done();
    });
  };
  return new Writable({ write: (chunk: Buffer, _encoding, done) => writeAll(chunk, done) });
}
