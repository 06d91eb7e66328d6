import { sniffCompression } from "../../compression/sniff.ts";
import { BallastError } from "../../base/errors.ts";

/** Enough for every magic number, and for the tar header that tells a plain archive. */
export const sniffBytes = 512;

/**
 * What a blob with this beginning is wrapped in.
 * @throws {BallastError} layer-invalid, unsupported-image
 */
export function readableCompression(head: Buffer, name: string): "none" | "gzip" | "zstd" {
  const compression = sniffCompression(head);
  if (compression === "gzip" || compression === "zstd" || compression === "none") return compression;
  if (compression === "unknown") {
    throw new BallastError("layer-invalid", `${name} is neither a tar archive nor compressed in a way that Ballast knows`);
  }
  throw new BallastError("unsupported-image", `${name} is compressed with ${compression}, which the OCI specification does not allow`, {
    hint: "recompress the image with gzip or zstd, for example with `skopeo copy --dest-compress-format gzip`",
  });
}
