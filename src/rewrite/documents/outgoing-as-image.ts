import { parseConfig } from "../../image/config.ts";
import type { Image } from "../../image/image.ts";
import type { OutgoingImage } from "../../transports/transport.ts";

/** An image that has not been written yet, to be read like any other. */
export function outgoingAsImage(
  original: Image,
  outgoing: OutgoingImage,
  configBytes: Buffer,
  annotations: Readonly<Record<string, string>>,
): Image {
  return {
    ...original,
    annotations,
    indexAnnotations: {},
    manifestDigest: outgoing.manifestDigest,
    manifestBytes: outgoing.manifestBytes,
    manifestMediaType: outgoing.manifestMediaType,
    configDigest: outgoing.config.descriptor.digest,
    configBytes,
    config: parseConfig(configBytes, "the new image config"),
    layers: outgoing.layers.map(({ descriptor, diffId, open }, index) => ({
      index,
      digest: descriptor.digest,
      diffId: diffId!,
      mediaType: descriptor.mediaType,
      storedBytes: descriptor.size,
      annotations: descriptor.annotations ?? {},
      createdBy: null,
      created: null,
      file: null,
      open,
    })),
    attestations: [],
    warnings: [],
    transferredBytes: () => null,
    close: async () => {},
  };
}
