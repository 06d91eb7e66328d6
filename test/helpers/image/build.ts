/** From a description of an image to its blobs: layers, config and manifest (OCI image-spec config.md, manifest.md). */
import { createHash } from "node:crypto";

import { gzip } from "../bytes/gzip-fixture.ts";
import { tar } from "../tar-fixture.ts";
import type { FixtureItem } from "../tar-fixture.ts";
import { zstd } from "../bytes/zstd-fixture.ts";

export type Compression = "none" | "gzip" | "zstd";

export interface LayerFixture {
  /** Entries, or the uncompressed tar itself. */
  readonly content: readonly FixtureItem[] | Buffer;
  readonly compression?: Compression;
  /** The blob as stored, whatever `content` is: to break it. */
  readonly stored?: Buffer;
  readonly mediaType?: string;
  readonly annotations?: Readonly<Record<string, string>>;
  /** The layer's history row. */
  readonly createdBy?: string;
  readonly created?: string;
  /** The diff ID the config claims; default the true one. */
  readonly diffId?: string;
}

export interface HistoryFixture {
  readonly created?: string;
  readonly created_by?: string;
  readonly comment?: string;
  readonly author?: string;
  readonly empty_layer?: boolean;
}

export interface ImageFixture {
  /** Bottom first. Entries alone stand for an uncompressed layer; a history row with `empty_layer` may stand between layers. */
  readonly layers: readonly (LayerFixture | readonly FixtureItem[] | HistoryFixture)[];
  /** `os/architecture[/variant]`, default linux/amd64. */
  readonly platform?: string;
  /** `name:tag`, default `test/image:latest`; none with []. */
  readonly tags?: readonly string[];
  /** The config's `config` object: Env, Cmd, Labels… */
  readonly config?: Readonly<Record<string, unknown>>;
  /** Over the config's top level; `history: null` takes the history out. */
  readonly configOverrides?: Readonly<Record<string, unknown>>;
  readonly annotations?: Readonly<Record<string, string>>;
  /** Over the manifest's top level. */
  readonly manifestOverrides?: Readonly<Record<string, unknown>>;
  readonly mediaTypes?: "oci" | "docker";
}

export interface Blob {
  readonly bytes: Buffer;
  readonly digest: string;
}

export interface BuiltLayer extends Blob {
  readonly tar: Buffer;
  readonly diffId: string;
  readonly mediaType: string;
  readonly annotations: Readonly<Record<string, string>>;
}

export interface BuiltImage {
  readonly config: Blob;
  readonly layers: readonly BuiltLayer[];
  readonly manifest: Blob;
  readonly manifestMediaType: string;
  readonly platform: { readonly os: string; readonly architecture: string; readonly variant?: string };
  readonly tags: readonly string[];
}

export const mediaTypes = {
  oci: {
    manifest: "application/vnd.oci.image.manifest.v1+json",
    index: "application/vnd.oci.image.index.v1+json",
    config: "application/vnd.oci.image.config.v1+json",
    layer: {
      none: "application/vnd.oci.image.layer.v1.tar",
      gzip: "application/vnd.oci.image.layer.v1.tar+gzip",
      zstd: "application/vnd.oci.image.layer.v1.tar+zstd",
    },
  },
  docker: {
    manifest: "application/vnd.docker.distribution.manifest.v2+json",
    index: "application/vnd.docker.distribution.manifest.list.v2+json",
    config: "application/vnd.docker.container.image.v1+json",
    layer: {
      none: "application/vnd.docker.image.rootfs.diff.tar",
      gzip: "application/vnd.docker.image.rootfs.diff.tar.gzip",
      zstd: "application/vnd.docker.image.rootfs.diff.tar.zstd",
    },
  },
} as const;

export function sha256(bytes: Uint8Array): string {
  return `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
}

export function blob(bytes: Buffer): Blob {
  return { bytes, digest: sha256(bytes) };
}

export function jsonBlob(value: unknown): Blob {
  return blob(Buffer.from(JSON.stringify(value)));
}

export function compress(data: Buffer, compression: Compression): Buffer {
  if (compression === "gzip") return gzip(data);
  return compression === "zstd" ? zstd(data) : data;
}

const created = "2024-01-02T03:04:05Z";

export function buildImage(image: ImageFixture): BuiltImage {
  const family = mediaTypes[image.mediaTypes ?? "oci"];
  const layers: BuiltLayer[] = [];
  const history: HistoryFixture[] = [];
  for (const item of image.layers) {
    if (isHistory(item)) {
      history.push(item);
      continue;
    }
    const layer: LayerFixture = "content" in item ? item : { content: item };
    layers.push(buildLayer(layer, family.layer));
    history.push({ created: layer.created ?? created, created_by: layer.createdBy ?? `/bin/sh -c make layer ${layers.length - 1}` });
  }
  const platform = parsePlatform(image.platform ?? "linux/amd64");
  const config = jsonBlob(
    withoutNull({
      created,
      ...platform,
      config: image.config ?? {},
      rootfs: { type: "layers", diff_ids: layers.map((layer) => layer.diffId) },
      history,
      ...image.configOverrides,
    }),
  );
  const manifest = jsonBlob(
    withoutNull({
      schemaVersion: 2,
      mediaType: family.manifest,
      config: { mediaType: family.config, digest: config.digest, size: config.bytes.length },
      layers: layers.map((layer) => ({
        mediaType: layer.mediaType,
        digest: layer.digest,
        size: layer.bytes.length,
        ...(Object.keys(layer.annotations).length > 0 ? { annotations: layer.annotations } : {}),
      })),
      annotations: image.annotations ?? null,
      ...image.manifestOverrides,
    }),
  );
  return { config, layers, manifest, manifestMediaType: family.manifest, platform, tags: image.tags ?? ["test/image:latest"] };
}

function isHistory(item: ImageFixture["layers"][number]): item is HistoryFixture {
  return !Array.isArray(item) && !("content" in item);
}

function buildLayer(layer: LayerFixture, types: Readonly<Record<Compression, string>>): BuiltLayer {
  const bytes = Buffer.isBuffer(layer.content) ? layer.content : tar(layer.content);
  const compression = layer.compression ?? "none";
  return {
    ...blob(layer.stored ?? compress(bytes, compression)),
    tar: bytes,
    diffId: layer.diffId ?? sha256(bytes),
    mediaType: layer.mediaType ?? types[compression],
    annotations: layer.annotations ?? {},
  };
}

function parsePlatform(text: string): BuiltImage["platform"] {
  const [os = "linux", architecture = "amd64", variant] = text.split("/");
  return variant === undefined ? { architecture, os } : { architecture, os, variant };
}

/** Keys set to null are left out; that is how overrides remove one. */
function withoutNull(object: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== null));
}
