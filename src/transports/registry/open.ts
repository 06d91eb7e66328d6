/** Images in registries: `docker://HOST/NAME:TAG`, `docker://NAME@DIGEST`. Nothing is stored; layers are streamed on demand. */
import { defined } from "../../base/defined.ts";
import { BallastError, ExitStatus } from "../../base/errors.ts";
import { parseConfig } from "../../image/config.ts";
import type { Descriptor } from "../../image/descriptor.ts";
import { shortDigest } from "../../image/digest.ts";
import type { Digest } from "../../image/digest.ts";
import type { Attestation, Image, Layer } from "../../image/image.ts";
import { checkImageManifest, isArtifact, isAttestation, parseManifest, parseManifestOrIndex } from "../../image/manifest.ts";
import type { Index, Manifest } from "../../image/manifest.ts";
import { isIndexType, isManifestType, isNonDistributableType } from "../../image/media-types.ts";
import { bestForPlatform, formatPlatform, hostPlatform, listPlatforms, platformFromJson, selectPlatform } from "../../image/platform.ts";
import type { Platform } from "../../image/platform.ts";
import { familiarReference, parseReference } from "../../image/reference.ts";
import type { Reference } from "../../image/reference.ts";
import { assembleImage } from "../source/assemble.ts";
import type { LayerSource } from "../source/assemble.ts";
import { attestation } from "../source/attestation.ts";
import { offeredPlatforms } from "../source/offered.ts";
import type { ImageSet, OpenOptions } from "../transport.ts";
import { openBlob, openBlobRange } from "./blob-stream.ts";
import { RegistryClient } from "./client.ts";
import { credentialsFor } from "./auth/credentials.ts";
import { readBlob, readManifest } from "./documents.ts";
import type { ManifestDocument } from "./documents.ts";
import { endpointsFor } from "./mirrors.ts";

/** Maximum number of configs that are read to learn the platforms of one index. */
const mostUnknown = 64;
/** How deep indexes may be nested; real ones have one level or two. */
const maxDepth = 8;

interface Source {
  readonly client: RegistryClient;
  readonly reference: Reference;
  readonly options: OpenOptions;
  /** Counts the images that share the client; the last one to be closed closes it. Null leaves it open. */
  readonly users: { count: number } | null;
}

interface Choice extends Descriptor {
  readonly document: ManifestDocument | null;
}

/**
 * Opens the images of a name in its registry, trying mirrors first. Without `allPlatforms` one image is opened: the one asked for,
 * else the host's, else the only one there is.
 * @throws {BallastError}
 */
export async function openRegistry(reference: string, options: OpenOptions): Promise<ImageSet> {
  const parsed = parseReference(reference);
  const endpoints = await endpointsFor(parsed);
  for (const [index, endpoint] of endpoints.entries()) {
    const client = new RegistryClient(endpoint, {
      connection: credentialsFor(parsed.registry, options.connection),
      env: process.env,
      actions: "pull",
      signal: options.signal,
    });
    try {
      const document = await readManifest(client, parsed.digest ?? parsed.tag ?? "latest", options.verify);
      return await openDocument({ client, reference: parsed, options, users: { count: 0 } }, document);
    } catch (error) {
      await client.close();
      // A mirror that fails is passed over; only the registry's own error is reported.
      const isMirror = index < endpoints.length - 1;
      if (!isMirror || !(error instanceof BallastError) || error.exitStatus !== ExitStatus.image) throw error;
    }
  }
  throw new Error("no endpoint");
}

/**
 * Opens the one image under a digest through a shared client, which stays open when the image is closed.
 * @throws {BallastError} as `openRegistry`; manifest-invalid for an index
 */
export async function openByDigest(client: RegistryClient, reference: Reference, digest: Digest, options: OpenOptions): Promise<Image> {
  const document = await readManifest(client, digest, options.verify);
  const manifest = parseManifest(document.bytes, `manifest ${digest} of ${client.name}`, document.mediaType);
  return openManifest({ client, reference, options, users: null }, manifest, document, null, []);
}

/** One layer, for callers that already know what its image's manifest and config say about it. */
export function openLayer(
  client: RegistryClient,
  descriptor: Descriptor,
  { index, diffId }: Pick<Layer, "index" | "diffId">,
  options: OpenOptions,
): Layer {
  const source = layerSource({ client, options }, descriptor);
  return { ...source, index, diffId, annotations: {}, createdBy: null, created: null };
}

async function openDocument(source: Source, document: ManifestDocument): Promise<ImageSet> {
  const { options, client, reference } = source;
  const name = familiarReference(reference);
  const parsed = parseManifestOrIndex(document.bytes, `manifest of ${name}`, document.mediaType);
  const images: Image[] = [];
  if (parsed.kind === "manifest") {
    const image = await openManifest(source, parsed, document, null, []);
    refuseOtherPlatform(image, options.platform, name);
    images.push(image);
  } else {
    const listed = await readChoices(source, parsed, 0);
    const { attestations } = listed;
    const choices = await withPlatforms(source, listed.choices);
    if (choices.length === 0) {
      throw new BallastError("image-not-found", `${name} is an index that lists no image`, {
        hint: "its images were deleted, or never pushed: push them again",
      });
    }
    const byDigest = (digest: string): string => `docker://${familiarReference({ ...reference, tag: null, digest: null })}@${digest}`;
    options.onOffered?.(offeredPlatforms(choices, byDigest));
    const chosen = options.allPlatforms === true ? narrowed(choices, options.platform, name) : [choose(choices, options.platform, name)];
    for (const choice of chosen) {
      const own = attestations.filter((descriptor) => descriptor.annotations?.["vnd.docker.reference.digest"] === choice.digest);
      const manifest = choice.document ?? (await readListed(source, choice.digest, name));
      const what = `manifest ${choice.digest} of ${name}`;
      const inner = parseManifestOrIndex(manifest.bytes, what, manifest.mediaType ?? choice.mediaType);
      if (inner.kind === "index") throw new BallastError("manifest-invalid", `${what} is an index where an image manifest is expected`);
      images.push(await openManifest(source, inner, manifest, choice, own));
    }
  }
  const { users } = source;
  if (users !== null) users.count = images.length;
  return {
    images,
    indexBytes: parsed.kind === "index" ? document.bytes : null,
    close: async () => {
      if (users !== null) await client.close();
    },
  };
}

/** The images listed by an index and by indexes inside it, and separately their attestations. */
async function readChoices(source: Source, index: Index, depth: number): Promise<{ choices: Choice[]; attestations: Descriptor[] }> {
  const choices: Choice[] = [];
  const attestations: Descriptor[] = [];
  for (const descriptor of index.manifests) {
    if (isAttestation(descriptor)) attestations.push(descriptor);
    else if (isIndexType(descriptor.mediaType)) {
      if (depth === maxDepth)
        throw new BallastError("limit-exceeded", `${source.client.name}: indexes are nested more than ${maxDepth} deep`);
      const document = await readManifest(source.client, descriptor.digest, source.options.verify);
      const inner = parseManifestOrIndex(document.bytes, `index ${descriptor.digest}`, document.mediaType);
      if (inner.kind === "index") {
        const below = await readChoices(source, inner, depth + 1);
        choices.push(...below.choices);
        attestations.push(...below.attestations);
      }
    } else if (descriptor.mediaType === "" || isManifestType(descriptor.mediaType)) choices.push({ ...descriptor, document: null });
  }
  return { choices, attestations };
}

/** A manifest that an index lists. @throws {BallastError} blob-missing when the registry does not have it */
async function readListed({ client, options }: Source, digest: Digest, name: string): Promise<ManifestDocument> {
  try {
    return await readManifest(client, digest, options.verify);
  } catch (error) {
    if (!(error instanceof BallastError) || error.code !== "image-not-found") throw error;
    throw new BallastError("blob-missing", `${name} lists the manifest ${digest}, which registry ${client.endpoint.host} does not have`, {
      hint: "it was deleted there, or never copied: push the image again with all its platforms, or choose another with --platform",
      cause: error,
    });
  }
}

/** Reads platforms that the index does not state from the images' configs, and drops signatures and other artifacts. */
async function withPlatforms(source: Source, choices: readonly Choice[]): Promise<readonly Choice[]> {
  const unknown = choices.filter(({ platform }) => platform === undefined);
  if (choices.length < 2 || unknown.length === 0) return choices;
  if (unknown.length > mostUnknown) {
    throw new BallastError("limit-exceeded", `${source.client.name}: ${unknown.length} images of the index state no platform`, {
      hint: "name one by its digest: NAME@sha256:…",
    });
  }
  const known = await Promise.all(choices.map(async (choice) => (choice.platform === undefined ? withPlatform(source, choice) : choice)));
  return known.filter((choice) => choice !== null);
}

async function withPlatform(source: Source, choice: Choice): Promise<Choice | null> {
  const { client, options, reference } = source;
  const document = await readListed(source, choice.digest, familiarReference(reference));
  const manifest = parseManifestOrIndex(document.bytes, `manifest ${choice.digest}`, document.mediaType);
  if (manifest.kind === "index") return { ...choice, document };
  if (isArtifact(manifest)) return null;
  const config = await readBlob(client, manifest.config, "config", options.verify);
  return { ...choice, document, ...defined({ platform: platformFromJson(parseConfig(config, `config ${manifest.config.digest}`).json) }) };
}

function narrowed(choices: readonly Choice[], platform: Platform | null, name: string): readonly Choice[] {
  if (platform === null) return choices;
  const best = bestForPlatform(choices, platform);
  return best.length > 0 ? best : [selectPlatform(choices, platform, name)];
}

function choose(choices: readonly Choice[], platform: Platform | null, name: string): Choice {
  if (platform === null && choices.length === 1) return choices[0]!;
  if (platform === null && bestForPlatform(choices, hostPlatform()).length === 0) {
    throw new BallastError(
      "ambiguous-image",
      `${name} has no image for ${formatPlatform(hostPlatform())}; it has ${listPlatforms(choices)}`,
      {
        hint: "choose one with --platform",
      },
    );
  }
  return selectPlatform(choices, platform ?? hostPlatform(), name);
}

function refuseOtherPlatform(image: Image, platform: Platform | null, name: string): void {
  if (platform === null || bestForPlatform([image], platform).length > 0) return;
  throw new BallastError(
    "platform-not-found",
    `${name} has no image for ${formatPlatform(platform)}; it has ${formatPlatform(image.platform)}`,
  );
}

async function openManifest(
  source: Source,
  manifest: Manifest,
  document: ManifestDocument,
  choice: Choice | null,
  attestations: readonly Descriptor[],
): Promise<Image> {
  const { client, reference, options } = source;
  const name = familiarReference(reference);
  checkImageManifest(manifest, name);
  const configBytes = await readBlob(client, manifest.config, "config", options.verify);
  const read = (descriptor: Descriptor, what: string): Promise<Buffer> =>
    isManifestType(descriptor.mediaType)
      ? readManifest(client, descriptor.digest, true).then(({ bytes }) => bytes)
      : readBlob(client, descriptor, what, true);
  return assembleImage(
    {
      reference: name,
      transport: "docker",
      manifest: { bytes: document.bytes, digest: document.digest, mediaType: manifest.mediaType },
      annotations: { ...choice?.annotations, ...manifest.annotations },
      configDigest: manifest.config.digest,
      configBytes,
      config: parseConfig(configBytes, `config of ${name}`),
      statedPlatform: choice?.platform,
      tags: reference.tag === null ? [] : [name],
      layers: manifest.layers.map((layer) => layerSource(source, layer)),
      attestations: attestations.map((descriptor): Attestation => attestation(descriptor, read)),
      warnings: [],
      transferredBytes: () => client.http.received,
      close: async () => {
        if (source.users === null) return;
        source.users.count -= 1;
        if (source.users.count === 0) await client.close();
      },
    },
    name,
  );
}

function layerSource(source: Pick<Source, "client" | "options">, layer: Descriptor): LayerSource {
  const { client, options } = source;
  const { digest, size } = layer;
  let bytes = 0;
  const request = (range: { readonly start: number; readonly end?: number } | undefined): Parameters<typeof openBlob>[1] => ({
    digest,
    size,
    start: range?.start ?? 0,
    end: Math.min(range?.end ?? size, size),
    onBytes: (more) => {
      bytes += more;
      const state = bytes >= size ? "done" : "running";
      options.onProgress?.({ what: shortDigest(digest), bytes, totalBytes: size, state });
    },
  });
  return {
    digest,
    mediaType: layer.mediaType,
    storedBytes: size,
    annotations: layer.annotations ?? {},
    file: null,
    open: async (range) => {
      bytes = 0;
      try {
        return await openBlob(client, request(range));
      } catch (error) {
        throw foreignLayerError(error, layer);
      }
    },
    openRange: (range) => openBlobRange(client, request(range)),
  };
}

/** Windows base layers may be stored elsewhere. Their URLs are not followed: the author of the manifest would choose what we fetch. */
function foreignLayerError(error: unknown, layer: Descriptor): unknown {
  const isForeign = isNonDistributableType(layer.mediaType);
  if (!isForeign || !(error instanceof BallastError) || error.code !== "blob-missing") return error;
  return new BallastError("blob-missing", `layer ${layer.digest} is not distributed by the registry (${layer.mediaType})`, {
    hint: "its licence keeps it elsewhere; save the image from an engine that has it and open the archive",
    cause: error,
  });
}
