import { defined } from "../../base/defined.ts";
import { digestOf } from "../../image/digest.ts";
import { MediaType } from "../../image/media-types.ts";
import type { Outgoing, OutgoingImage } from "../../transports/transport.ts";

/** An index over images of several platforms, of the family their manifests belong to. */
export function buildIndex(images: readonly OutgoingImage[]): NonNullable<Outgoing["index"]> {
  const docker = images.every(({ manifestMediaType }) => manifestMediaType === MediaType.dockerManifest);
  const mediaType = docker ? MediaType.dockerManifestList : MediaType.ociIndex;
  const manifests = images.map(({ manifestMediaType, manifestDigest, manifestBytes, platform }) => ({
    mediaType: manifestMediaType,
    digest: manifestDigest,
    size: manifestBytes.length,
    platform: {
      architecture: platform.architecture,
      os: platform.os,
      ...defined({ variant: platform.variant, "os.version": platform.osVersion }),
    },
  }));
  const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType, manifests }));
  return { bytes, mediaType, digest: digestOf(bytes) };
}
