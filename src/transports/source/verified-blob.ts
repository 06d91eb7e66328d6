/** Checks blobs that are written out against their descriptors, so that a source that changes meanwhile is never passed on. */
import { createHash } from "node:crypto";

import { BallastError } from "../../base/errors.ts";
import { algorithmOf, shortDigest } from "../../image/digest.ts";
import type { OutgoingBlob } from "../transport.ts";

/**
 * The blob's bytes.
 * @throws {BallastError} digest-mismatch, after the last byte; whatever `blob.open` throws
 */
export async function* verifiedBlob(blob: OutgoingBlob): AsyncGenerator<Buffer, void, undefined> {
  const { digest, size } = blob.descriptor;
  const hash = createHash(algorithmOf(digest));
  let bytes = 0;
  for await (const chunk of await blob.open()) {
    hash.update(chunk as Buffer);
    bytes += (chunk as Buffer).length;
    if (bytes > size) break;
    yield chunk as Buffer;
  }
  if (bytes === size && digest.endsWith(`:${hash.digest("hex")}`)) return;
  throw new BallastError("digest-mismatch", `the blob ${shortDigest(digest)} is not what the manifest says it is any more`, {
    hint: "the source changed while it was read; try again",
  });
}
