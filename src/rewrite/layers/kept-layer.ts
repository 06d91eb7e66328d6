/** Layers that go into the new image unchanged, and layers that are only compressed again. */
import { createHash } from "node:crypto";

import { defined } from "../../base/defined.ts";
import { BallastError } from "../../base/errors.ts";
import type { Digest } from "../../image/digest.ts";
import type { Image, Layer } from "../../image/image.ts";
import type { SniffedCompression } from "../../compression/sniff.ts";
import { isEncryptedType, isNonDistributableType } from "../../image/media-types.ts";
import { parseReferenceOrNull } from "../../image/reference.ts";
import { openTar } from "../../scan/content/content.ts";
import type { OutgoingBlob } from "../../transports/transport.ts";
import { layerCompression } from "./layer-compression.ts";
import { layerMediaType } from "../documents/outgoing-image.ts";
import type { ManifestFamily, OutgoingLayer } from "../documents/outgoing-image.ts";
import { writeLayer } from "./written-layer.ts";
import type { LayerWriting, WrittenLayer } from "./written-layer.ts";

/**
 * The stored blob under its own digest; only its media type may change to the other family.
 * @throws {BallastError} unsupported-image (zstd for a Docker manifest), blob-missing, read-failed
 */
export async function keepLayer(image: Image, layer: Layer, family: ManifestFamily): Promise<OutgoingLayer> {
  const { digest, size } = await identify(layer);
  const mountFrom = mountSource(image);
  const urls = urlsOf(image, layer);
  const blob: OutgoingBlob = {
    descriptor: {
      mediaType: isNonDistributableType(layer.mediaType) ? layer.mediaType : keptMediaType(layer, await layerCompression(layer), family),
      digest,
      size,
      ...(Object.keys(layer.annotations).length > 0 ? { annotations: layer.annotations } : {}),
      ...defined({ urls }),
    },
    open: () => layer.open(),
    ...defined({ mountFrom }),
  };
  return { blob, diffId: layer.diffId };
}

/** The same archive, compressed again: the diff ID stays the same, and with it the image's config. */
export async function recompressLayer(layer: Layer, writing: LayerWriting): Promise<WrittenLayer> {
  const written = await writeLayer((await openTar(layer)) as AsyncIterable<Buffer>, writing);
  if (layer.diffId.startsWith("sha512:") || written.diffId === layer.diffId) return { ...written, diffId: layer.diffId };
  await written.close();
  throw new BallastError("digest-mismatch", `layer ${layer.index} is not what the config says it is`, {
    hint: "the source changed while it was read, or is damaged",
  });
}

/** A newly written layer, as a blob. */
export function newLayer(written: WrittenLayer, family: ManifestFamily): OutgoingLayer {
  const mediaType = layerMediaType(family, written.compression);
  if (mediaType === null) throw zstdRefused();
  return { diffId: written.diffId, blob: { descriptor: { mediaType, digest: written.digest, size: written.size }, open: written.open } };
}

function whyUnreadable({ mediaType }: Layer): string | null {
  if (isEncryptedType(mediaType)) return "encrypted";
  return isNonDistributableType(mediaType) ? "foreign (it may not be copied into another layer)" : null;
}

/** @throws {BallastError} unsupported-image for layers whose content cannot be read here */
export function refuseUnreadable(layer: Layer): void {
  const what = whyUnreadable(layer);
  if (what === null) return;
  throw new BallastError("unsupported-image", `layer ${layer.index} is ${what}, so it cannot be merged`, {
    hint: `keep it below the merged layers: --from ${layer.index + 1}`,
  });
}

/** @throws {BallastError} unsupported-image when a layer does not have exactly the bytes of its diff ID */
export function refuseRemade(image: Image): void {
  const remade = image.layers.find(({ assembled }) => assembled?.exact === false);
  if (remade === undefined) return;
  throw new BallastError(
    "unsupported-image",
    `layer ${remade.index} was made of the files in the store, without their extended attributes`,
    {
      hint: "it can be looked at, but not written again; let the engine save the image: `podman save NAME | ballast … -`",
    },
  );
}

export function zstdRefused(): BallastError {
  return new BallastError("bad-argument", "a Docker version 2 manifest cannot hold zstd layers: podman and skopeo refuse it", {
    hint: "add --manifest oci, or choose --compression gzip",
  });
}

function keptMediaType(layer: Layer, compression: SniffedCompression, family: ManifestFamily): string {
  if (compression === "unknown" || compression === "xz" || compression === "bzip2") return layer.mediaType;
  const mediaType = layerMediaType(family, compression);
  if (mediaType !== null) return mediaType;
  throw new BallastError(
    "unsupported-image",
    `layer ${layer.index} is compressed with zstd, which a Docker version 2 manifest cannot hold`,
    { hint: "add --manifest oci" },
  );
}

async function identify(layer: Layer): Promise<{ digest: Digest; size: number }> {
  if (layer.digest !== null && layer.storedBytes !== null) return { digest: layer.digest, size: layer.storedBytes };
  const hash = createHash("sha256");
  let size = 0;
  for await (const chunk of await layer.open()) {
    hash.update(chunk as Buffer);
    size += (chunk as Buffer).length;
  }
  return { digest: layer.digest ?? `sha256:${hash.digest("hex")}`, size };
}

/** Where a foreign layer can be downloaded, according to the manifest. */
function urlsOf({ manifestBytes }: Image, { index }: Layer): readonly string[] | null {
  if (manifestBytes === null) return null;
  const { layers } = JSON.parse(manifestBytes.toString()) as { layers?: readonly { urls?: readonly string[] }[] };
  return layers?.[index]?.urls ?? null;
}

function mountSource(image: Image): { registry: string; repository: string } | null {
  if (image.transport !== "docker") return null;
  const reference = parseReferenceOrNull(image.reference.replace(/^docker:\/\//, ""));
  return reference === null ? null : { registry: reference.registry, repository: reference.repository };
}
