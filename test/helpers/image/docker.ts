/**
 * `docker save` archives as Docker has written them over the years (moby save.go, containerd archive/exporter.go):
 * - `1.10`: `<id>/layer.tar`, `<config>.json`, `manifest.json`, `repositories`; Docker 1.10 to 24
 * - `25`: an OCI layout and `manifest.json` in one, blobs uncompressed, `LayerSources`; Docker 25 to 28
 * - `29`: the containerd store: nested index, gzip layers, attestations, only some platforms present, names sorted
 */
import { buildImage, jsonBlob, mediaTypes, sha256 } from "./build.ts";
import type { BuiltImage, ImageFixture } from "./build.ts";
import { blobPath, filesToTar, json } from "./files.ts";
import type { Files } from "./files.ts";
import { layoutOf, refAnnotations } from "./oci.ts";
import type { LayoutOptions } from "./oci.ts";

export type DockerShape = "1.10" | "25" | "29";

export interface DockerArchiveOptions {
  readonly shape?: DockerShape;
  /** 1.10 only: a layer seen before is a symlink to the first one's `layer.tar` (moby #24003). */
  readonly linkRepeatedLayers?: boolean;
  /** 29 only. */
  readonly layout?: LayoutOptions;
}

/** The archive's bytes. */
export function dockerArchive(images: ImageFixture | readonly ImageFixture[], options: DockerArchiveOptions = {}): Buffer {
  return filesToTar(dockerArchiveFiles(images, options), options.shape === "29" ? "sorted" : "given");
}

/** The archive's members, to take some away or to break them before `filesToTar`. */
export function dockerArchiveFiles(images: ImageFixture | readonly ImageFixture[], options: DockerArchiveOptions = {}): Files {
  const list = "layers" in images ? [images] : images;
  switch (options.shape ?? "25") {
    case "1.10":
      return classic(list.map(buildImage), options.linkRepeatedLayers ?? false);
    case "25":
      return combined(list.map(buildImage));
    case "29":
      return containerdStore(list.map(gzipped).map(buildImage), options.layout ?? {});
  }
}

function classic(images: readonly BuiltImage[], linkRepeated: boolean): Files {
  const files: Files = new Map();
  const manifest = [];
  const firstPath = new Map<string, string>();
  for (const image of images) {
    const paths: string[] = [];
    for (const layer of image.layers) {
      const id = sha256(Buffer.from(`${image.config.digest} ${paths.length} ${layer.diffId}`)).slice(7);
      const path = `${id}/layer.tar`;
      const first = firstPath.get(layer.diffId);
      files.set(`${id}/VERSION`, Buffer.from("1.0"));
      files.set(`${id}/json`, json({ id, created: "1970-01-01T00:00:00Z", os: image.platform.os }));
      files.set(path, linkRepeated && first !== undefined ? { symlink: `../${first}` } : layer.tar);
      firstPath.set(layer.diffId, first ?? path);
      paths.push(path);
    }
    const configPath = `${image.config.digest.slice(7)}.json`;
    files.set(configPath, image.config.bytes);
    manifest.push({ Config: configPath, RepoTags: image.tags.length === 0 ? null : image.tags, Layers: paths });
  }
  files.set("manifest.json", json(manifest));
  files.set("repositories", json(repositories(images)));
  return files;
}

function combined(images: readonly BuiltImage[]): Files {
  const files: Files = new Map();
  const manifest = [];
  const index = [];
  for (const image of images) {
    const layers = image.layers.map((layer) => ({ digest: layer.diffId, size: layer.tar.length, mediaType: mediaTypes.oci.layer.none }));
    image.layers.forEach((layer) => files.set(blobPath(layer.diffId), layer.tar));
    const config = { mediaType: mediaTypes.oci.config, digest: image.config.digest, size: image.config.bytes.length };
    const ociManifest = jsonBlob({ schemaVersion: 2, mediaType: mediaTypes.oci.manifest, config, layers });
    const legacy = jsonBlob({ id: image.config.digest.slice(7), created: "1970-01-01T00:00:00Z" });
    for (const blob of [image.config, ociManifest, legacy]) files.set(blobPath(blob.digest), blob.bytes);
    manifest.push({
      Config: blobPath(image.config.digest),
      RepoTags: image.tags.length === 0 ? null : image.tags,
      Layers: layers.map((layer) => blobPath(layer.digest)),
      LayerSources: Object.fromEntries(layers.map((layer) => [layer.digest, layer])),
    });
    const entry = { mediaType: mediaTypes.oci.manifest, digest: ociManifest.digest, size: ociManifest.bytes.length };
    if (image.tags.length === 0) index.push(entry);
    for (const tag of image.tags) index.push({ ...entry, annotations: refAnnotations(tag) });
  }
  files.set("index.json", json({ schemaVersion: 2, mediaType: mediaTypes.oci.index, manifests: index }));
  files.set("manifest.json", json(manifest));
  files.set("oci-layout", json({ imageLayoutVersion: "1.0.0" }));
  files.set("repositories", json(repositories(images)));
  return files;
}

function containerdStore(images: readonly BuiltImage[], layout: LayoutOptions): Files {
  const files = layoutOf(images, { nested: 1, attestations: true, ...layout });
  const host = images.find((image) => image.platform.architecture === "amd64") ?? images[0];
  if (host !== undefined) {
    files.set(
      "manifest.json",
      json([
        {
          Config: blobPath(host.config.digest),
          RepoTags: host.tags.length === 0 ? null : host.tags,
          Layers: host.layers.map((layer) => blobPath(layer.digest)),
        },
      ]),
    );
  }
  return files;
}

function gzipped(image: ImageFixture): ImageFixture {
  const layers = image.layers.map((item) => {
    if (Array.isArray(item)) return { content: item, compression: "gzip" as const };
    return "content" in item && item.compression === undefined ? { ...item, compression: "gzip" as const } : item;
  });
  return { ...image, layers };
}

function repositories(images: readonly BuiltImage[]): Record<string, Record<string, string>> {
  const names: Record<string, Record<string, string>> = {};
  for (const image of images) {
    for (const name of image.tags) {
      const colon = name.lastIndexOf(":");
      (names[name.slice(0, colon)] ??= {})[name.slice(colon + 1)] = image.config.digest.slice(7);
    }
  }
  return names;
}
