/** `-`: the archive on standard output, for `docker load` or `ssh`. */
import { pipeline } from "node:stream/promises";

import { defined } from "../../base/defined.ts";
import { BallastError } from "../../base/errors.ts";
import type { Destination } from "../transport.ts";
import { writeError } from "../../base/files/write-error.ts";
import { archiveStream } from "./write-archive.ts";

export function stdoutDestination(stdout: NodeJS.WritableStream & { readonly isTTY?: boolean } = process.stdout): Destination {
  return {
    name: "-",
    transport: "stdout",
    reopenName: null,
    async check() {
      if (stdout.isTTY === true) {
        throw new BallastError("bad-argument", "an image is not written to a terminal", {
          hint: "redirect or pipe standard output, or name a file: --output docker-archive:FILE",
        });
      }
    },
    async write(outgoing, options) {
      try {
        await pipeline(archiveStream(outgoing, { onProgress: options.onProgress }), stdout, {
          end: false,
          ...defined({ signal: options.signal }),
        });
      } catch (error) {
        throw writeError("standard output", error);
      }
    },
    async remove() {
      // What has been written cannot be taken back; the exit status says that it is not valid.
    },
  };
}
