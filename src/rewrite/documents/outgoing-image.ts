/** Joins config and layers to a manifest of one family of media types: OCI's, or Docker's version 2. */
import { digestOf } from "../../image/digest.ts";
import type { Digest } from "../../image/digest.ts";
import type { Image } from "../../image/image.ts";
import { MediaType } from "../../image/media-types.ts";
import { bytesBlob } from "../../transports/layout/layout-files.ts";
import type { OutgoingBlob, OutgoingImage } from "../../transports/transport.ts";

export type ManifestFamily = "oci" | "docker";
export type LayerCompression = "none" | "gzip" | "zstd";

const layerTypes = {
  oci: { none: MediaType.ociLayer, gzip: MediaType.ociLayerGzip, zstd: MediaType.ociLayerZstd },
  docker: { none: MediaType.dockerLayer, gzip: MediaType.dockerLayerGzip, zstd: null },
} as const;

/** Null for zstd in Docker's family: podman and skopeo refuse such a manifest. */
export function layerMediaType(family: ManifestFamily, compression: LayerCompression): string | null {
  return layerTypes[family][compression];
}

export interface OutgoingLayer {
  readonly blob: OutgoingBlob;
  readonly diffId: Digest;
}

/** Annotations that lose their meaning when the layers below the new ones are not the base's any more. */
const baseAnnotations: ReadonlySet<string> = new Set(["org.opencontainers.image.base.name", "org.opencontainers.image.base.digest"]);
/** What an index says about its entry, not the image about itself. */
const indexAnnotations =
  /^(?:org\.opencontainers\.image\.ref\.name|io\.containerd\.|com\.docker\.official-images\.|vnd\.docker\.reference\.)/;

/** Annotations that go on, and the keys of those that are dropped. */
export function keptAnnotations(
  annotations: Image["annotations"],
  baseIsKept: boolean,
): { kept: Record<string, string>; dropped: string[] } {
  const kept: Record<string, string> = {};
  const dropped: string[] = [];
  for (const [key, value] of Object.entries(annotations)) {
    if (indexAnnotations.test(key)) continue;
    if (!baseIsKept && baseAnnotations.has(key)) dropped.push(key);
    else kept[key] = value;
  }
  return { kept, dropped };
}

/** The annotations without what `redact` masks in any text. */
export function maskedAnnotations(annotations: Image["annotations"], redact: (text: string) => string): Record<string, string> {
  return Object.fromEntries(Object.entries(annotations).map(([key, value]) => [key, redact(`${key}=${value}`).slice(key.length + 1)]));
}

/** Keys that a manifest of the new image has as well. */
const written: ReadonlySet<string> = new Set(["schemaVersion", "mediaType", "config", "layers", "annotations"]);

/** What else the original's manifest says: `subject` makes it speak of another image, `artifactType` says what it is for. */
export function lostKeys({ manifestBytes }: Image): string[] {
  if (manifestBytes === null) return [];
  return Object.keys(JSON.parse(manifestBytes.toString()) as object).filter((key) => !written.has(key));
}

export function buildImage(
  image: Image,
  configBytes: Buffer,
  layers: readonly OutgoingLayer[],
  family: ManifestFamily,
  annotations: Readonly<Record<string, string>>,
): OutgoingImage {
  const config = bytesBlob(configBytes, family === "oci" ? MediaType.ociConfig : MediaType.dockerConfig);
  const manifestMediaType = family === "oci" ? MediaType.ociManifest : MediaType.dockerManifest;
  const manifest = {
    schemaVersion: 2,
    mediaType: manifestMediaType,
    config: config.descriptor,
    layers: layers.map(({ blob }) => blob.descriptor),
    ...(family === "oci" && Object.keys(annotations).length > 0 ? { annotations } : {}),
  };
  const manifestBytes = Buffer.from(JSON.stringify(manifest));
  return {
    platform: image.platform,
    manifestBytes,
    manifestMediaType,
    manifestDigest: digestOf(manifestBytes),
    config,
    layers: layers.map(({ blob, diffId }) => ({ ...blob, diffId })),
  };
}

/** The family that the image came in; docker archives without a manifest become OCI's. */
export function familyOf(image: Image): ManifestFamily {
  return image.manifestMediaType === MediaType.dockerManifest ? "docker" : "oci";
}
