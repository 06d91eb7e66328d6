import { sniffCompression } from "../../compression/sniff.ts";
import type { ReadableCompression } from "../../compression/sniff.ts";
import { BallastError } from "../../base/errors.ts";
import type { ScanProblem } from "./scanned-blob.ts";

/**
 * How a blob that begins with these bytes is compressed.
 * @throws {BallastError} layer-invalid
 */
export function readableCompression(head: Buffer, name: string): ReadableCompression {
  const compression = sniffCompression(head);
  if (compression !== "unknown") return compression;
  throw new BallastError("layer-invalid", `${name} is neither a tar archive nor compressed in a way that Ballast knows`);
}

/**
 * Warnings about a compression that some engines read and others refuse.
 * @param oddities sentences of the decompressor
 */
export function compressionProblems(compression: ReadableCompression, oddities: readonly string[]): ScanProblem[] {
  if (compression !== "xz" && compression !== "bzip2") return oddities.map((message) => ({ code: "odd-compression", message }));
  const message = `is compressed with ${compression}, which the OCI specification does not allow: Docker loads it from an archive, others refuse it`;
  return [{ code: "odd-compression", message }];
}
