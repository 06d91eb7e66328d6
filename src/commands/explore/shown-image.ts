/** An image as it is sent to the screen's thread: plain data, with the secrets in every text masked. */
import { maskTexts } from "../../../analyzers/secrets/config/mask-texts.ts";
import type { ShownImage } from "../../../ui/session.ts";
import type { Image } from "../../image/image.ts";

export function shownImage(image: Image, redact: (text: string) => string): ShownImage {
  const { reference, transport, manifestDigest, configDigest } = image;
  return {
    reference,
    transport,
    manifestDigest,
    configDigest,
    platform: image.platform,
    tags: image.tags,
    annotations: maskTexts(image.annotations, redact),
    config: maskTexts(image.config, redact),
    warnings: maskTexts(image.warnings, redact),
    layers: image.layers.map(({ index, digest, diffId, mediaType, storedBytes, createdBy, created }) => ({
      index,
      digest,
      diffId,
      mediaType,
      storedBytes,
      created,
      createdBy: createdBy === null ? null : redact(createdBy),
    })),
  };
}
