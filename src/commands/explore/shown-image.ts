/** An image as the screen's thread gets it: data alone, every text with its secrets masked. */
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
    annotations: redacted(image.annotations, redact),
    config: redacted(image.config, redact),
    warnings: redacted(image.warnings, redact),
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

/** A copy with every text masked; a value whose secret shows only behind its key is looked at together with it. */
function redacted<T>(value: T, redact: (text: string) => string, key = ""): T {
  if (typeof value === "string") {
    const prefix = key === "" ? "" : `${key}=`;
    const masked = redact(`${prefix}${value}`);
    return (masked.startsWith(prefix) ? masked.slice(prefix.length) : redact(value)) as T;
  }
  if (Array.isArray(value)) return value.map((item: unknown) => redacted(item, redact)) as T;
  if (typeof value === "object" && value !== null)
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, redacted(item as unknown, redact, name)])) as T;
  return value;
}
