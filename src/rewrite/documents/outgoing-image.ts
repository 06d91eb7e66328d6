/** Builds a manifest from config and layers, with OCI media types or those of Docker's version 2. */
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

/** Null for zstd in the Docker family: podman and skopeo reject such a manifest. */
export function layerMediaType(family: ManifestFamily, compression: LayerCompression): string | null {
  return layerTypes[family][compression];
}

export interface OutgoingLayer {
  readonly blob: OutgoingBlob;
  readonly diffId: Digest;
}

/** Annotations that are no longer true when the base's layers have been replaced. */
const baseAnnotations: ReadonlySet<string> = new Set(["org.opencontainers.image.base.name", "org.opencontainers.image.base.digest"]);
/** Annotations of an index entry, which do not belong to the image itself. */
const indexAnnotations =
  /^(?:org\.opencontainers\.image\.ref\.name|io\.containerd\.|com\.docker\.official-images\.|vnd\.docker\.reference\.)/;

/** Annotations to keep, and the keys of those to drop. */
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

/** The annotations, masked by `redact` as `key=value`. */
export function maskedAnnotations(annotations: Image["annotations"], redact: (text: string) => string): Record<string, string> {
  return Object.fromEntries(Object.entries(annotations).map(([key, value]) => [key, redact(`${key}=${value}`).slice(key.length + 1)]));
}

/** Manifest keys that `buildImage` writes. */
const written: ReadonlySet<string> = new Set(["schemaVersion", "mediaType", "config", "layers", "annotations"]);

/** Keys of the original manifest that the new one lacks, such as `subject` (a reference to another image) and `artifactType`. */
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

/** The family of the image's manifest; docker archives have no manifest and become OCI. */
export function familyOf(image: Image): ManifestFamily {
  return image.manifestMediaType === MediaType.dockerManifest ? "docker" : "oci";
}
