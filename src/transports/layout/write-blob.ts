import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { dirname } from "node:path";
import { Readable } from "node:stream";

import { makeDirectory } from "../../base/files/make-directory.ts";
import { writeNewFile } from "../../base/files/new-file.ts";
import { algorithmOf } from "../../image/digest.ts";
import type { Digest } from "../../image/digest.ts";
import type { OutgoingBlob, WriteOptions } from "../transport.ts";
import { verifiedBlob } from "../source/verified-blob.ts";

/** Writes a blob to a path that does not exist yet. @throws {BallastError} digest-mismatch when the source changed */
export async function writeBlob(path: string, blob: OutgoingBlob, { signal, onProgress }: WriteOptions): Promise<void> {
  const { digest, size } = blob.descriptor;
  makeDirectory(dirname(path));
  let bytes = 0;
  const counted = async function* (): AsyncGenerator<Buffer, void, undefined> {
    for await (const chunk of verifiedBlob(blob)) {
      bytes += chunk.length;
      onProgress?.({ what: digest, bytes, totalBytes: size, state: "running" });
      yield chunk;
    }
  };
  await writeNewFile(path, [Readable.from(counted(), { objectMode: false })], { signal });
  onProgress?.({ what: digest, bytes, totalBytes: size, state: "done" });
}

/** Whether the blob is there already, with the digest that it should have. */
export async function holds(path: string, digest: Digest, size: number): Promise<boolean> {
  const stats = await stat(path).catch(() => null);
  if (stats === null || !stats.isFile() || stats.size !== size) return false;
  const hash = createHash(algorithmOf(digest));
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) hash.update(chunk);
  return digest.endsWith(`:${hash.digest("hex")}`);
}
