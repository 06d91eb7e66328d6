/** The files of an OCI image layout (image-spec, image-layout.md): what its directory and archive forms have in common. */
import { Readable } from "node:stream";

import type { Descriptor } from "../../image/descriptor.ts";
import { digestOf } from "../../image/digest.ts";
import type { Digest } from "../../image/digest.ts";
import { MediaType } from "../../image/media-types.ts";
import { hostPlatform, platformToJson } from "../../image/platform.ts";
import type { PlatformJson } from "../../image/platform.ts";
import { familiarReference, formatReference, parseReferenceOrNull } from "../../image/reference.ts";
import { blobPath } from "../source/blob-source.ts";
import type { BlobSource } from "../source/blob-source.ts";
import type { Outgoing, OutgoingBlob, OutgoingImage } from "../transport.ts";

export const refNameAnnotation = "org.opencontainers.image.ref.name";
const containerdNameAnnotation = "io.containerd.image.name";

export interface LayoutDescriptor {
  readonly mediaType: string;
  readonly digest: Digest;
  readonly size: number;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly platform?: PlatformJson;
}

export const layoutMarker: Buffer = Buffer.from(`{"imageLayoutVersion":"1.0.0"}`);

/** The entries for `index.json`: the image, or the index of several, once for every name. */
export function layoutDescriptors(outgoing: Outgoing, tags: readonly string[], style: "docker" | "oci"): LayoutDescriptor[] {
  const root = rootDescriptor(outgoing);
  if (tags.length === 0) return [root];
  return tags.map((tag) => ({ ...root, annotations: nameAnnotations(tag, style) }));
}

function rootDescriptor({ index, images }: Outgoing): LayoutDescriptor {
  if (index !== null) return { mediaType: index.mediaType, digest: index.digest, size: index.bytes.length };
  const { manifestMediaType, manifestDigest, manifestBytes, platform } = images[0]!;
  return { mediaType: manifestMediaType, digest: manifestDigest, size: manifestBytes.length, platform: platformToJson(platform) };
}

/**
 * containerd (and Docker on top of it) names an imported image by its own annotation and expects only the tag in the OCI one; everybody
 * else expects the whole name there.
 */
function nameAnnotations(tag: string, style: "docker" | "oci"): Record<string, string> {
  const reference = isDockerTag(tag) ? parseReferenceOrNull(tag) : null;
  if (style === "oci" || reference?.tag == null) return { [refNameAnnotation]: tag };
  return { [containerdNameAnnotation]: formatReference(reference), [refNameAnnotation]: reference.tag };
}

/** True for `name:tag`; a ref name of an OCI layout may be the bare tag, which is not a name of an image. */
function isDockerTag(tag: string): boolean {
  const reference = parseReferenceOrNull(tag);
  return reference !== null && reference.tag !== null && tag.endsWith(`:${reference.tag}`);
}

/** `app:latest` as Docker writes it into `RepoTags`; names that Docker could not load are left out. */
export function repoTags(tags: readonly string[]): string[] {
  return tags.filter(isDockerTag).map((tag) => familiarReference(parseReferenceOrNull(tag)!));
}

export function indexJson(manifests: readonly LayoutDescriptor[]): Buffer {
  return Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: MediaType.ociIndex, manifests }));
}

/** Every blob once: index and manifests first, then configs, then layers from the bottom. */
export function layoutBlobs(outgoing: Outgoing): OutgoingBlob[] {
  const blobs: OutgoingBlob[] = [];
  if (outgoing.index !== null) blobs.push(bytesBlob(outgoing.index.bytes, outgoing.index.mediaType));
  for (const image of outgoing.images) blobs.push(bytesBlob(image.manifestBytes, image.manifestMediaType));
  for (const image of outgoing.images) blobs.push(image.config);
  for (const image of outgoing.images) blobs.push(...image.layers);
  const seen = new Set<Digest>();
  return blobs.filter(({ descriptor }) => !seen.has(descriptor.digest) && seen.add(descriptor.digest));
}

/** A small blob from memory. */
export function bytesBlob(bytes: Buffer, mediaType: string): OutgoingBlob {
  const descriptor = { mediaType, digest: digestOf(bytes), size: bytes.length };
  return { descriptor, open: async () => Readable.from([bytes]) };
}

/** Docker's `manifest.json`, which holds one image: of several platforms, the host's. */
export function dockerManifestJson(outgoing: Outgoing, tags: readonly string[]): Buffer {
  const image = hostImage(outgoing.images);
  const names = repoTags(tags);
  return Buffer.from(
    JSON.stringify([
      {
        Config: blobPath(image.config.descriptor.digest),
        RepoTags: names.length > 0 ? names : null,
        Layers: image.layers.map((layer) => blobPath(layer.descriptor.digest)),
      },
    ]),
  );
}

function hostImage(images: readonly OutgoingImage[]): OutgoingImage {
  const { architecture } = hostPlatform();
  return images.find(({ platform }) => platform.os === "linux" && platform.architecture === architecture) ?? images[0]!;
}

export interface Layout {
  readonly source: BlobSource;
  readonly verify: boolean;
  /** Attestations by the digest of the manifest they describe; filled once the indexes have been walked. */
  readonly attestations: Map<Digest, Descriptor[]>;
}
