/**
 * Image manifests and indexes (OCI image-spec, manifest.md and image-index.md; Docker's image manifest version 2, schema 2).
 */
import { defined } from "../base/defined.ts";
import { BallastError } from "../base/errors.ts";
import type { ImageConfig } from "./config.ts";
import type { Descriptor } from "./descriptor.ts";
import { isDigest } from "./digest.ts";
import type { JsonObject } from "./json.ts";
import { field, isObject, nameOfType, parseJsonObject, quote, stringField, stringMapOf, stringsOf } from "./json.ts";
import {
  isConfigType,
  isEncryptedType,
  isIndexType,
  isLayerType,
  isManifestType,
  isOddLayerType,
  isSchema1Type,
  MediaType,
} from "./media-types.ts";
import { platformFromJson } from "./platform.ts";

export interface Manifest {
  readonly kind: "manifest";
  readonly mediaType: string;
  readonly config: Descriptor;
  /** Bottom first. */
  readonly layers: readonly Descriptor[];
  readonly annotations: Readonly<Record<string, string>>;
  readonly artifactType?: string;
  /** The manifest this one speaks about: signatures, attestations. */
  readonly subject?: Descriptor;
}

export interface Index {
  readonly kind: "index";
  readonly mediaType: string;
  readonly manifests: readonly Descriptor[];
  readonly annotations: Readonly<Record<string, string>>;
}

/** What release candidates of OCI 1.1 had for artifacts; registries still hold some. */
const artifactManifest = "application/vnd.oci.artifact.manifest.v1+json";

/**
 * Parses a manifest or an index, whichever it is; artifacts pass (see `checkImageManifest`).
 * @param what names the document in messages.
 * @param mediaType as the descriptor or the registry gave it; null when nothing did.
 * @throws {BallastError} manifest-invalid, limit-exceeded; unsupported-image for schema 1
 */
export function parseManifestOrIndex(bytes: Uint8Array, what: string, mediaType: string | null = null): Manifest | Index {
  const json = parseJsonObject(bytes, what);
  refuseSchema1(json, what, mediaType);
  const hasLayers = isPresent(json, "layers") || isPresent(json, "config") || isPresent(json, "fsLayers");
  // `null` is how Go writes an empty list: `docker save` of an image without a name.
  const hasManifests = isPresent(json, "manifests") || (!hasLayers && field(json, "manifests") === null);
  // CVE-2021-41190: one digest must not mean one image to one reader and another image to the next.
  if (hasLayers && hasManifests) {
    throw new BallastError("manifest-invalid", `${what} is ambiguous: it has the keys of a manifest and of an index (CVE-2021-41190)`, {
      hint: "do not trust this image: different engines would see different content",
    });
  }
  if (!hasLayers && !hasManifests) {
    if (statedType(json, what, mediaType) === artifactManifest) {
      const type = stringField(json, "artifactType") ?? "unknown";
      throw new BallastError("unsupported-image", `${what} is an artifact of type ${quote(type)}, not a container image`);
    }
    throw new BallastError("manifest-invalid", `${what} is neither an image manifest nor an index`);
  }
  const stated = statedType(json, what, mediaType);
  return hasManifests ? parseIndexJson(json, what, stated) : parseManifestJson(json, what, stated);
}

/** As `parseManifestOrIndex`, refusing an index. */
export function parseManifest(bytes: Uint8Array, what: string, mediaType: string | null = null): Manifest {
  const parsed = parseManifestOrIndex(bytes, what, mediaType);
  if (parsed.kind === "manifest") return parsed;
  throw new BallastError("manifest-invalid", `${what} is an index where an image manifest is expected`);
}

/** As `parseManifestOrIndex`, refusing a manifest. */
export function parseIndex(bytes: Uint8Array, what: string, mediaType: string | null = null): Index {
  const parsed = parseManifestOrIndex(bytes, what, mediaType);
  if (parsed.kind === "index") return parsed;
  throw new BallastError("manifest-invalid", `${what} is an image manifest where an index is expected`);
}

/**
 * Refuses what is not a file system image Ballast can read: artifacts, encrypted layers, layers of unknown types.
 * @throws {BallastError} unsupported-image
 */
export function checkImageManifest(manifest: Manifest, what: string): void {
  if (isArtifact(manifest)) {
    throw new BallastError("unsupported-image", `${what} is ${nameOfArtifact(manifest)}, not a container image`, {
      hint: "only images whose config is an OCI or Docker image config have a file system to look at",
    });
  }
  for (const [index, layer] of manifest.layers.entries()) {
    const type = layer.mediaType;
    if (isLayerType(type) || isOddLayerType(type)) continue;
    const name = `layer ${index} (${layer.digest}) of ${what}`;
    if (isEncryptedType(type)) {
      throw new BallastError("unsupported-image", `${name} is encrypted (${type})`, {
        hint: "decrypt the image first, for example with `skopeo copy --decryption-key`",
      });
    }
    throw new BallastError("unsupported-image", `${name} has the unknown type ${quote(type)}`, {
      hint: "Ballast reads tar layers: plain, gzip, zstd, xz and bzip2",
    });
  }
}

/** True for what is stored like an image but holds no file system: charts, signatures, statements about other images. */
export function isArtifact(manifest: Manifest): boolean {
  if (!isConfigType(manifest.config.mediaType)) return true;
  // cosign's signatures and attestations carry an image config, because some registries accept nothing else.
  const isOfAnImage = (type: string): boolean => isLayerType(type) || isOddLayerType(type) || isEncryptedType(type);
  return manifest.layers.length > 0 && !manifest.layers.some(({ mediaType }) => isOfAnImage(mediaType));
}

/**
 * Refuses a config that does not have exactly one diff ID for each layer, as Docker does ("layers length mismatch").
 * @throws {BallastError} manifest-invalid
 */
export function checkLayerCount(layerCount: number, config: ImageConfig, what: string): void {
  const promised = config.diffIds.length;
  if (layerCount === promised) return;
  throw new BallastError("manifest-invalid", `${what} lists ${layerCount} layers, its config ${promised} diff IDs`);
}

/** True for provenance and SBOM manifests, which stand among the platforms of an index but are not platforms. */
export function isAttestation(descriptor: Descriptor): boolean {
  return (
    descriptor.annotations?.["vnd.docker.reference.type"] === "attestation-manifest" ||
    /^application\/vnd\.(?:docker\.attestation\.manifest\.v1\+json|in-toto\+json)$/.test(descriptor.artifactType ?? "")
  );
}

function nameOfArtifact(manifest: Manifest): string {
  const type = manifest.artifactType ?? manifest.config.mediaType;
  if (type.startsWith("application/vnd.cncf.helm.")) return `a Helm chart (${type})`;
  if (type === "application/vnd.docker.plugin.v1+json") return `a Docker plugin (${type})`;
  const layer = manifest.layers[0]?.mediaType;
  if (layer === MediaType.inToto || layer === "application/vnd.dsse.envelope.v1+json") return `an attestation (${layer})`;
  if (layer === "application/vnd.dev.cosign.simplesigning.v1+json") return `a signature (${layer})`;
  if (/cyclonedx|spdx|syft/.test(layer ?? "")) return `an SBOM (${layer})`;
  const own = isConfigType(type) || type === MediaType.ociEmpty ? (layer ?? type) : type;
  return `an artifact of type ${quote(own)}`;
}

function refuseSchema1(json: JsonObject, what: string, mediaType: string | null): void {
  const stated = stringField(json, "mediaType") ?? mediaType ?? "";
  const version = field(json, "schemaVersion");
  if (!isSchema1Type(stated) && version !== 1) {
    if (version === undefined || version === 2) return;
    throw new BallastError("manifest-invalid", `${what} has schemaVersion ${quote(version)}; only 2 is known`);
  }
  throw new BallastError(
    "unsupported-image",
    `${what} is a Docker manifest of schema 1, which Docker and containerd no longer read either`,
    {
      hint: "push the image again with a Docker of 2016 or later, or convert it with `skopeo copy --format v2s2`",
    },
  );
}

function isPresent(json: JsonObject, key: string): boolean {
  const value = field(json, key);
  return value !== undefined && value !== null;
}

/** The document's own media type, which must not contradict the one it was announced with. */
function statedType(json: JsonObject, what: string, announced: string | null): string | null {
  const own = stringField(json, "mediaType") ?? null;
  const known = announced !== null && (isIndexType(announced) || isManifestType(announced));
  if (own !== null && known && own !== announced) {
    throw new BallastError("manifest-invalid", `${what} says it is ${own}, but was announced as ${announced}`);
  }
  return own ?? (known ? announced : null);
}

function parseIndexJson(json: JsonObject, what: string, stated: string | null): Index {
  if (stated !== null && !isIndexType(stated)) {
    throw new BallastError("manifest-invalid", `${what} has the keys of an index but the media type ${quote(stated)}`);
  }
  return {
    kind: "index",
    mediaType: stated ?? MediaType.ociIndex,
    manifests: descriptorsOf(field(json, "manifests") ?? [], "manifests", what),
    annotations: stringMapOf(field(json, "annotations")),
  };
}

function parseManifestJson(json: JsonObject, what: string, stated: string | null): Manifest {
  if (stated !== null && !isManifestType(stated)) {
    const reason = isIndexType(stated) ? "has the keys of an image manifest but the media type" : "has the unknown media type";
    throw new BallastError("manifest-invalid", `${what} ${reason} ${quote(stated)}`);
  }
  const config = parseDescriptor(field(json, "config"), `config of ${what}`);
  const artifactType = stringField(json, "artifactType");
  return {
    kind: "manifest",
    mediaType: stated ?? (config.mediaType === MediaType.dockerConfig ? MediaType.dockerManifest : MediaType.ociManifest),
    config,
    // `null` is how Go writes an empty list: an image made of configuration alone.
    layers: descriptorsOf(field(json, "layers") ?? [], "layers", what),
    annotations: stringMapOf(field(json, "annotations")),
    ...defined({ artifactType }),
    ...(isPresent(json, "subject") ? { subject: parseDescriptor(field(json, "subject"), `subject of ${what}`) } : {}),
  };
}

function descriptorsOf(value: unknown, key: string, what: string): Descriptor[] {
  if (!Array.isArray(value)) {
    throw new BallastError("manifest-invalid", `${key} of ${what} is ${nameOfType(value)} where an array is expected`);
  }
  return value.map((item, index) => parseDescriptor(item, `${key}[${index}] of ${what}`));
}

function parseDescriptor(value: unknown, what: string): Descriptor {
  if (!isObject(value)) throw new BallastError("manifest-invalid", `${what} is ${nameOfType(value)} where a descriptor is expected`);
  const digest = field(value, "digest");
  const size = field(value, "size");
  if (!isDigest(digest)) {
    throw new BallastError("manifest-invalid", `${what} has no sha256 or sha512 digest: ${quote(digest)}`);
  }
  if (typeof size !== "number" || !Number.isSafeInteger(size) || size < 0) {
    throw new BallastError("manifest-invalid", `${what} has no size in bytes: ${quote(size)}`);
  }
  const platform = field(value, "platform");
  const stated = isObject(platform) ? platformFromJson(platform) : undefined;
  const urls = stringsOf(field(value, "urls"));
  const artifactType = stringField(value, "artifactType");
  return {
    mediaType: stringField(value, "mediaType") ?? "",
    digest,
    size,
    ...(isPresent(value, "annotations") ? { annotations: stringMapOf(field(value, "annotations")) } : {}),
    ...defined({ platform: stated }),
    ...(urls.length === 0 ? {} : { urls }),
    ...defined({ artifactType, data: embedded(stringField(value, "data"), size) }),
  };
}

/** OCI image-spec, descriptor.md § Embedded Content. Data of the wrong length is ignored. */
function embedded(base64: string | undefined, size: number): Buffer | undefined {
  if (base64 === undefined) return undefined;
  const bytes = Buffer.from(base64, "base64");
  return bytes.length === size ? bytes : undefined;
}
