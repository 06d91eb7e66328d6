/** Makes the Image of one manifest in an OCI layout. */
import { defined } from "../../base/defined.ts";
import { BallastError } from "../../base/errors.ts";
import type { ImageConfig } from "../../image/config.ts";
import type { Descriptor } from "../../image/descriptor.ts";
import type { Image } from "../../image/image.ts";
import type { Manifest } from "../../image/manifest.ts";
import type { Warning } from "../../image/warning.ts";
import { assembleImage } from "../source/assemble.ts";
import type { LayerSource } from "../source/assemble.ts";
import { attestation } from "../source/attestation.ts";
import { findDescribed, readDescribed } from "../source/blob-source.ts";
import type { LoadContext } from "../source/candidate.ts";
import type { Layout } from "./layout-files.ts";

export interface LayoutImage {
  readonly layout: Layout;
  readonly descriptor: Descriptor;
  readonly manifest: Manifest;
  readonly manifestBytes: Buffer;
  readonly config: { readonly bytes: Buffer; readonly parsed: ImageConfig };
}

/** @throws {BallastError} blob-missing, digest-mismatch (a layer is not as long as its descriptor says), manifest-invalid */
export async function loadLayoutImage(image: LayoutImage, context: LoadContext): Promise<Image> {
  const { layout, descriptor, manifest, config } = image;
  const { source, verify } = layout;
  const warnings: Warning[] = [...context.warnings];
  const layers: LayerSource[] = [];
  for (const [index, layer] of manifest.layers.entries()) layers.push(await layerOf(layer, index, layout, warnings));
  const attestations = layout.attestations.get(descriptor.digest) ?? [];
  return assembleImage(
    {
      reference: context.reference,
      transport: context.transport,
      manifest: { bytes: image.manifestBytes, digest: descriptor.digest, mediaType: manifest.mediaType },
      annotations: { ...descriptor.annotations, ...manifest.annotations },
      configDigest: manifest.config.digest,
      configBytes: config.bytes,
      config: config.parsed,
      statedPlatform: descriptor.platform,
      tags: context.tags,
      layers,
      attestations: attestations.map((item) => attestation(item, (wanted, what) => readDescribed(source, wanted, what, verify))),
      warnings,
      close: () => context.close(),
    },
    `manifest ${descriptor.digest} of ${source.name}`,
  );
}

async function layerOf(descriptor: Descriptor, index: number, layout: Layout, warnings: Warning[]): Promise<LayerSource> {
  const { source, verify } = layout;
  const blob = await findDescribed(source, descriptor);
  if (blob === null) throw new BallastError("blob-missing", `layer ${index} ${descriptor.digest} is not in ${source.name}`);
  if (blob.size !== descriptor.size) {
    const message = `layer ${index} ${descriptor.digest} in ${source.name} has ${blob.size} bytes, its descriptor says ${descriptor.size}`;
    if (verify) throw new BallastError("digest-mismatch", message);
    warnings.push({ code: "size-mismatch", message, layer: index });
  }
  return {
    digest: descriptor.digest,
    mediaType: descriptor.mediaType,
    storedBytes: blob.size,
    ...defined({ annotations: descriptor.annotations }),
    file: blob.file,
    ...defined({ streamedAs: blob.streamedAs }),
    open: (range) => blob.open(range),
  };
}
