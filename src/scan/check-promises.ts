/** Compares what an image promises about a layer with what the scan found. */
import { BallastError } from "../base/errors.ts";
import { algorithmOf } from "../image/digest.ts";
import type { Layer } from "../image/image.ts";
import { layerName } from "./layer-name.ts";
import type { BlobScan } from "./blob/scanned-blob.ts";

/** @throws {BallastError} digest-mismatch */
export function checkPromises(layer: Layer, scan: BlobScan): void {
  const wrong = (what: string, promised: string | number, found: string | number): BallastError =>
    new BallastError("digest-mismatch", `${layerName(layer)}: the ${what} should be ${promised} but is ${found}`);
  if (layer.storedBytes !== null && layer.storedBytes !== scan.storedBytes)
    throw wrong("size in bytes", layer.storedBytes, scan.storedBytes);
  if (layer.digest !== null && layer.digest !== scan.digest) throw wrong("digest", layer.digest, scan.digest ?? "unknown");
  if (scan.diffId !== null && algorithmOf(layer.diffId) !== algorithmOf(scan.diffId)) {
    throw new BallastError(
      "read-failed",
      `${layerName(layer)}: its diff ID is not sha256 and cannot be verified while the layer streams by`,
      {
        hint: "save the image to a file and open that",
      },
    );
  }
  if (layer.diffId !== scan.diffId) throw wrong("diff ID", layer.diffId, scan.diffId ?? "unknown");
}

/** Adds the name of the blob to an error from code that does not know it. */
export function withName(error: unknown, name: string): unknown {
  if (!(error instanceof BallastError) || error.message.includes(name)) return error;
  return new BallastError(error.code, `${name}: ${error.message}`, { hint: error.hint, cause: error });
}
