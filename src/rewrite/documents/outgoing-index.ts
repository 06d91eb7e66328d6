import { digestOf } from "../../image/digest.ts";
import { parseIndex } from "../../image/manifest.ts";
import { MediaType } from "../../image/media-types.ts";
import { platformToJson } from "../../image/platform.ts";
import { keptAnnotations, maskedAnnotations } from "./outgoing-image.ts";
import type { Outgoing, OutgoingImage } from "../../transports/transport.ts";

/** The annotations of an index that are still true of the rewritten images, masked. `bytes`: the stored index, known to parse. */
export function goingOn(
  bytes: Buffer | null,
  baseIsKept: boolean,
  redactors: readonly ((text: string) => string)[],
): Record<string, string> {
  if (bytes === null) return {};
  const { kept } = keptAnnotations(parseIndex(bytes, "the index").annotations, baseIsKept);
  return redactors.reduce(maskedAnnotations, kept);
}

/** An index of images for several platforms, in the family of their manifests. Docker manifest lists have no annotations. */
export function buildIndex(
  images: readonly OutgoingImage[],
  annotations: Readonly<Record<string, string>>,
): NonNullable<Outgoing["index"]> {
  const docker = images.every(({ manifestMediaType }) => manifestMediaType === MediaType.dockerManifest);
  const mediaType = docker ? MediaType.dockerManifestList : MediaType.ociIndex;
  const manifests = images.map(({ manifestMediaType, manifestDigest, manifestBytes, platform }) => ({
    mediaType: manifestMediaType,
    digest: manifestDigest,
    size: manifestBytes.length,
    platform: platformToJson(platform),
  }));
  const told = docker || Object.keys(annotations).length === 0 ? {} : { annotations };
  const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType, manifests, ...told }));
  return { bytes, mediaType, digest: digestOf(bytes) };
}
