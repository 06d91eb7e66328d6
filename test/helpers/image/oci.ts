/** OCI image layouts (image-layout.md): a directory, or the same in a tar. */
import { buildImage, jsonBlob, mediaTypes } from "./build.ts";
import type { Blob, BuiltImage, ImageFixture } from "./build.ts";
import { blobPath, filesToTar, json } from "./files.ts";
import type { Files } from "./files.ts";

export interface LayoutOptions {
  /** Put the manifests below this many further indexes, as `docker save` with the containerd store does (1). Default 0. */
  readonly nested?: number;
  /** Adds BuildKit's attestation manifest for each image, with a provenance statement. */
  readonly attestations?: boolean;
  /** A predicate for those statements. */
  readonly provenance?: Readonly<Record<string, unknown>>;
  /** More keys of a nested index. */
  readonly indexSays?: Readonly<Record<string, unknown>>;
  /** Platforms that the index lists although their blobs are absent. */
  readonly absentPlatforms?: readonly string[];
  /** Leave the platform out of the index entries. */
  readonly withoutPlatforms?: boolean;
  /** Leave the names (`org.opencontainers.image.ref.name`) out. */
  readonly withoutRefs?: boolean;
  /** Blobs that nothing refers to. */
  readonly unreferenced?: readonly Buffer[];
  /** Digests of blobs that are not written. */
  readonly omit?: (image: BuiltImage) => readonly string[];
}

interface IndexEntry {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
  readonly platform?: object;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** The files of a layout that holds these images; those of several platforms share a tag. */
export function ociLayout(images: readonly ImageFixture[], options: LayoutOptions = {}): Files {
  return layoutOf(images.map(buildImage), options);
}

export function layoutOf(built: readonly BuiltImage[], options: LayoutOptions = {}): Files {
  const files: Files = new Map();
  const add = (blob: Blob): void => void files.set(blobPath(blob.digest), blob.bytes);
  files.set("oci-layout", json({ imageLayoutVersion: "1.0.0" }));
  files.set("index.json", Buffer.alloc(0));
  const entries: IndexEntry[] = [];
  for (const image of built) {
    for (const blob of [...image.layers, image.config, image.manifest]) add(blob);
    const names =
      options.withoutRefs === true || (options.nested ?? 0) > 0 ? [undefined] : image.tags.length === 0 ? [undefined] : image.tags;
    for (const name of names) entries.push(imageEntry(image, name, options));
    if (options.attestations === true) {
      const attestation = attestationOf(image, options.provenance ?? {});
      attestation.blobs.forEach(add);
      entries.push(attestation.entry);
    }
    for (const digest of options.omit?.(image) ?? []) files.delete(blobPath(digest));
  }
  for (const platform of options.absentPlatforms ?? []) entries.push(absentEntry(platform));
  for (const bytes of options.unreferenced ?? []) add(jsonBlob(bytes.toString("latin1")));

  let top = entries;
  for (let depth = 0; depth < (options.nested ?? 0); depth += 1) {
    const index = jsonBlob({ schemaVersion: 2, mediaType: mediaTypes.oci.index, manifests: top, ...options.indexSays });
    add(index);
    top = [{ mediaType: mediaTypes.oci.index, digest: index.digest, size: index.bytes.length }];
  }
  if ((options.nested ?? 0) > 0 && options.withoutRefs !== true) {
    top = (built[0]?.tags ?? []).map((tag) => ({ ...top[0]!, annotations: refAnnotations(tag) }));
  }
  files.set("index.json", json({ schemaVersion: 2, mediaType: mediaTypes.oci.index, manifests: top }));
  return files;
}

/** An `oci-archive`: the layout's files in one tar. */
export function ociArchive(images: readonly ImageFixture[], options: LayoutOptions = {}): Buffer {
  return filesToTar(ociLayout(images, options));
}

/** What containerd and Docker write: the full name in one annotation, the bare tag in the other. */
export function refAnnotations(name: string): Record<string, string> {
  return { "io.containerd.image.name": `docker.io/${name}`, "org.opencontainers.image.ref.name": name.slice(name.lastIndexOf(":") + 1) };
}

function imageEntry(image: BuiltImage, name: string | undefined, options: LayoutOptions): IndexEntry {
  return {
    mediaType: image.manifestMediaType,
    digest: image.manifest.digest,
    size: image.manifest.bytes.length,
    ...(options.withoutPlatforms === true ? {} : { platform: image.platform }),
    ...(name === undefined ? {} : { annotations: refAnnotations(name) }),
  };
}

function absentEntry(platform: string): IndexEntry {
  const absent = buildImage({ layers: [], platform, configOverrides: { author: "absent" } });
  return imageEntry(absent, undefined, {});
}

/** BuildKit's attestation manifest: platform unknown/unknown, pointing at its image by annotation. */
function attestationOf(image: BuiltImage, predicate: Readonly<Record<string, unknown>>): { blobs: Blob[]; entry: IndexEntry } {
  const predicateType = "https://slsa.dev/provenance/v0.2";
  const statement = jsonBlob({
    _type: "https://in-toto.io/Statement/v0.1",
    predicateType,
    subject: [{ name: "pkg:docker/test", digest: { sha256: image.manifest.digest.slice(7) } }],
    predicate,
  });
  const config = jsonBlob({ architecture: "unknown", os: "unknown", config: {}, rootfs: { type: "layers", diff_ids: [statement.digest] } });
  const manifest = jsonBlob({
    schemaVersion: 2,
    mediaType: mediaTypes.oci.manifest,
    config: { mediaType: mediaTypes.oci.config, digest: config.digest, size: config.bytes.length },
    layers: [
      {
        mediaType: "application/vnd.in-toto+json",
        digest: statement.digest,
        size: statement.bytes.length,
        annotations: { "in-toto.io/predicate-type": predicateType },
      },
    ],
  });
  return {
    blobs: [statement, config, manifest],
    entry: {
      mediaType: mediaTypes.oci.manifest,
      digest: manifest.digest,
      size: manifest.bytes.length,
      annotations: { "vnd.docker.reference.digest": image.manifest.digest, "vnd.docker.reference.type": "attestation-manifest" },
      platform: { architecture: "unknown", os: "unknown" },
    },
  };
}
