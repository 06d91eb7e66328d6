/** Archives as files: written beside under another name, then renamed, so that a reader never sees half of one. */
import { randomBytes } from "node:crypto";
import { createWriteStream } from "node:fs";
import { access, constants, lstat, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";

import { BallastError } from "../../base/errors.ts";
import type { Destination, Outgoing, WriteOptions } from "../transport.ts";
import { writeError } from "../destination-errors.ts";
import { archiveStream } from "./write-archive.ts";

/** `docker-archive:FILE[:TAG]` and `oci-archive:FILE[:TAG]`. */
export function archiveDestination(transport: "docker-archive" | "oci-archive", file: string, tag: string | null): Destination {
  const name = `${transport}:${file}${tag === null ? "" : `:${tag}`}`;
  return {
    name,
    transport,
    reopenName: `${transport}:${file}`,
    async check(options) {
      await refuseExisting(file, name, options);
      await access(dirname(file), constants.W_OK).catch((error: unknown) => {
        throw writeError(name, error);
      });
    },
    async write(outgoing: Outgoing, options: WriteOptions) {
      await refuseExisting(file, name, options);
      const partial = besideName(file);
      try {
        const tags = tag === null ? outgoing.tags : [tag];
        const stream = archiveStream(outgoing, {
          style: transport === "docker-archive" ? "docker" : "oci",
          tags,
          onProgress: options.onProgress,
        });
        await pipeline(stream, createWriteStream(partial, { flags: "wx" }), options.signal === undefined ? {} : { signal: options.signal });
        await rename(partial, file);
      } catch (error) {
        await rm(partial, { force: true });
        throw writeError(name, error);
      }
    },
    async remove() {
      await rm(file, { force: true });
    },
  };
}

async function refuseExisting(file: string, name: string, { force }: WriteOptions): Promise<void> {
  const stats = await lstat(file).catch(() => null);
  if (stats === null) return;
  if (!stats.isFile()) {
    throw new BallastError("destination-exists", `${name}: ${file} exists and is no regular file`, {
      hint: stats.isDirectory() ? "name a file, or an OCI layout directory as oci:DIR" : "write to standard output with --output -",
    });
  }
  if (!force) throw new BallastError("destination-exists", `${name}: ${file} exists`);
}

/** A hidden name in the same directory, so that the rename stays on one file system. */
export function besideName(path: string): string {
  return join(dirname(path), `.${basename(path).slice(0, 200)}.${randomBytes(6).toString("hex")}.partial`);
}
