/** An image of the fixtures as destinations take it. */
import { Readable } from "node:stream";

import type { Outgoing, OutgoingBlob, OutgoingImage } from "../../../src/transports/transport.ts";
import { buildImage, mediaTypes } from "../image-fixture.ts";
import type { BuiltImage, BuiltLayer, ImageFixture } from "../image-fixture.ts";

type AsDigest = OutgoingBlob["descriptor"]["digest"];

export function outgoingOf(fixture: ImageFixture, mountFrom?: OutgoingBlob["mountFrom"]): Outgoing & { readonly built: BuiltImage } {
  const built = buildImage(fixture);
  return { built, images: [outgoingImage(built, mountFrom)], index: null, tags: built.tags };
}

function outgoingImage(built: BuiltImage, mountFrom: OutgoingBlob["mountFrom"]): OutgoingImage {
  return {
    platform: built.platform,
    manifestBytes: built.manifest.bytes,
    manifestMediaType: built.manifestMediaType,
    manifestDigest: built.manifest.digest as AsDigest,
    config: blobOf(built.config.bytes, built.config.digest, mediaTypes.oci.config),
    layers: built.layers.map((layer: BuiltLayer) => ({
      ...blobOf(layer.bytes, layer.digest, layer.mediaType),
      diffId: layer.diffId as AsDigest,
      ...(mountFrom !== undefined && { mountFrom }),
    })),
  };
}

function blobOf(bytes: Buffer, digest: string, mediaType: string): OutgoingBlob {
  const pieces = function* (): Generator<Buffer> {
    for (let at = 0; at < bytes.length; at += 64 * 1024) yield bytes.subarray(at, at + 64 * 1024);
  };
  return {
    descriptor: { digest: digest as AsDigest, size: bytes.length, mediaType },
    open: async () => Readable.from(pieces(), { objectMode: false }),
  };
}
