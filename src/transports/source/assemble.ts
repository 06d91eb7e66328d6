/** Makes an Image from what a transport found; shared by all transports. */
import type { Readable } from "node:stream";

import { defined } from "../../base/defined.ts";
import type { HistoryEntry, ImageConfig } from "../../image/config.ts";
import type { Digest } from "../../image/digest.ts";
import { historyOfLayers } from "../../image/history.ts";
import type { Attestation, FileRegion, Image, Layer, TransportName } from "../../image/image.ts";
import { quote } from "../../image/json.ts";
import { checkLayerCount } from "../../image/manifest.ts";
import { isOddLayerType } from "../../image/media-types.ts";
import { completedPlatform, formatPlatform, platformFit, platformFromJson } from "../../image/platform.ts";
import type { Platform } from "../../image/platform.ts";
import type { Warning } from "../../image/warning.ts";

/** What only the transport knows about a layer. */
export interface LayerSource {
  readonly digest: Digest | null;
  readonly mediaType: string;
  readonly storedBytes: number | null;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly file: FileRegion | null;
  readonly streamedAs?: string;
  readonly assembled?: { readonly exact: boolean };
  open(range?: { readonly start: number; readonly end?: number }): Promise<Readable>;
  openRange?(range: { readonly start: number; readonly end?: number }): Promise<Readable | null>;
}

export interface ImageParts {
  readonly reference: string;
  readonly transport: TransportName;
  /** Null when the source has no manifest of OCI or of Docker's registry. */
  readonly manifest: { readonly bytes: Buffer; readonly digest: Digest; readonly mediaType: string } | null;
  readonly annotations: Readonly<Record<string, string>>;
  readonly configDigest: Digest;
  readonly configBytes: Buffer;
  readonly config: ImageConfig;
  /** As the index states it; the config takes precedence. */
  readonly statedPlatform: Platform | undefined;
  readonly tags: readonly string[];
  /** Bottom first. */
  readonly layers: readonly LayerSource[];
  readonly attestations: readonly Attestation[];
  readonly warnings: readonly Warning[];
  readonly transferredBytes?: () => number;
  readonly close: () => Promise<void>;
}

/**
 * @param what names the image in messages.
 * @throws {BallastError} manifest-invalid when layers and diff IDs differ in number
 */
export function assembleImage(parts: ImageParts, what: string): Image {
  const { config } = parts;
  checkLayerCount(parts.layers.length, config, what);
  const history = historyOfLayers(config.history, parts.layers.length);
  const own = ownPlatform(config);
  const platform = platformOf(own, parts.statedPlatform);
  const warnings = [...parts.warnings];
  if (history.warning !== null) warnings.push(history.warning);
  warnings.push(...oddities(parts, isUnknown(own) ? platform : own));
  const layers = parts.layers.map((layer, index) => layerAt(index, layer, config.diffIds[index]!, history.rows[index] ?? null));
  let closed = false;
  return {
    reference: parts.reference,
    transport: parts.transport,
    manifestDigest: parts.manifest?.digest ?? null,
    manifestBytes: parts.manifest?.bytes ?? null,
    manifestMediaType: parts.manifest?.mediaType ?? null,
    annotations: parts.annotations,
    configDigest: parts.configDigest,
    configBytes: parts.configBytes,
    config,
    platform,
    tags: parts.tags,
    layers,
    attestations: parts.attestations,
    warnings,
    transferredBytes: () => parts.transferredBytes?.() ?? null,
    close: async () => {
      if (closed) return;
      closed = true;
      await parts.close();
    },
  };
}

/** Warnings about what is odd in the index and the descriptors. */
function oddities({ statedPlatform, layers }: ImageParts, platform: Platform): Warning[] {
  const odd: Warning[] = [];
  if (statedPlatform !== undefined && platformFit(statedPlatform, platform) === 0) {
    odd.push({
      code: "platform-mismatch",
      message: `the index lists the image for ${formatPlatform(statedPlatform)}, its config says ${formatPlatform(platform)}`,
    });
  }
  for (const [index, { mediaType }] of layers.entries()) {
    if (!isOddLayerType(mediaType)) continue;
    const message = `layer ${index} has the media type ${quote(mediaType)}, which no specification knows: some engines go by its content, others refuse it`;
    odd.push({ code: "odd-media-type", message, layer: index });
  }
  return odd;
}

function layerAt(index: number, layer: LayerSource, diffId: Digest, row: HistoryEntry | null): Layer {
  return {
    index,
    digest: layer.digest,
    diffId,
    mediaType: layer.mediaType,
    storedBytes: layer.storedBytes,
    annotations: layer.annotations ?? {},
    createdBy: row?.createdBy ?? null,
    created: row?.created ?? null,
    file: layer.file,
    ...defined({ streamedAs: layer.streamedAs, assembled: layer.assembled }),
    open: (range) => layer.open(range),
    ...(layer.openRange !== undefined && { openRange: layer.openRange }),
  };
}

function ownPlatform({ os, architecture, json }: ImageConfig): Platform {
  return platformFromJson(json) ?? { os, architecture };
}

function platformOf(own: Platform, stated: Platform | undefined): Platform {
  return isUnknown(own) && stated !== undefined ? stated : completedPlatform(own, stated);
}

function isUnknown({ os, architecture }: Platform): boolean {
  return os === "unknown" && architecture === "unknown";
}
