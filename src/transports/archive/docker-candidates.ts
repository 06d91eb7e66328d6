/** The images that `manifest.json` of a docker-archive lists. */
import { defined } from "../../base/defined.ts";
import { BallastError } from "../../base/errors.ts";
import { displayBytes } from "../../filesystem/paths.ts";
import { parseConfig } from "../../image/config.ts";
import type { ImageConfig } from "../../image/config.ts";
import { digestOf, isDigest } from "../../image/digest.ts";
import type { Digest } from "../../image/digest.ts";
import type { Image } from "../../image/image.ts";
import { MediaType } from "../../image/media-types.ts";
import type { Warning } from "../../image/warning.ts";
import { platformFromJson } from "../../image/platform.ts";
import { familiarReference, parseReferenceOrNull } from "../../image/reference.ts";
import { assembleImage } from "../source/assemble.ts";
import type { LayerSource } from "../source/assemble.ts";
import { digestOfBlob, readDocument } from "../source/blob-source.ts";
import type { BlobSource, StoredBlob } from "../source/blob-source.ts";
import type { Candidate, LoadContext } from "../source/candidate.ts";
import { digestInPath, parseDockerManifest } from "./docker-manifest.ts";
import type { DockerManifestRow } from "./docker-manifest.ts";

/** @throws {BallastError} manifest-invalid, limit-exceeded, read-failed */
export async function dockerCandidates(source: BlobSource, manifest: StoredBlob, verify: boolean): Promise<Candidate[]> {
  const what = `manifest.json of ${source.name}`;
  const rows = parseDockerManifest(await readDocument(manifest, what), what);
  const candidates: Candidate[] = [];
  for (const row of rows) candidates.push(await candidateOf(row, source, verify));
  return candidates;
}

async function candidateOf(row: DockerManifestRow, source: BlobSource, verify: boolean): Promise<Candidate> {
  const tags = row.tags.map((tag) => {
    const reference = parseReferenceOrNull(tag);
    return reference === null ? tag : familiarReference(reference);
  });
  const base = { indexes: [], indexBytes: null, tags };
  try {
    const { bytes, digest, config, warnings } = await readConfig(row, source, verify);
    const layers = await findLayers(row, source);
    return {
      ...base,
      digest,
      configDigest: digest,
      layerDigests: layers.map(({ path }) => blobDigest(path)),
      platform: platformFromJson(config.json),
      problem: null,
      load: (context) => load({ row, source, bytes, digest, config, layers, warnings }, context),
    };
  } catch (error) {
    if (!(error instanceof BallastError)) throw error;
    // Entries are told apart by a digest; the one in the path is as good as any.
    const digest = digestInPath(row.config) ?? digestOf(Buffer.from(row.config, "latin1"));
    const problem = { kind: error.code === "blob-missing" ? "absent" : "broken", error } as const;
    return { ...base, digest, configDigest: null, layerDigests: [], platform: undefined, problem, load: () => Promise.reject(error) };
  }
}

async function readConfig(
  row: DockerManifestRow,
  source: BlobSource,
  verify: boolean,
): Promise<{ bytes: Buffer; digest: Digest; config: ImageConfig; warnings: readonly Warning[] }> {
  const blob = await source.find(row.config);
  const what = `config ${displayBytes(row.config)} of ${source.name}`;
  if (blob === null) throw new BallastError("blob-missing", `config ${displayBytes(row.config)} is not in ${source.name}`);
  const bytes = await readDocument(blob, what, source.digests);
  const promised = digestInPath(row.config);
  const digest = digestOfBlob(source, blob, bytes, promised?.startsWith("sha512:") === true ? "sha512" : "sha256");
  const isRenamed = promised !== null && promised !== digest;
  const message = `${what} has the digest ${digest}, not the one it is named after`;
  // Below `blobs/` the name promises a digest. Elsewhere it is only a name, and the image's ID is the digest of the bytes, as in Docker.
  if (verify && isRenamed && row.config.startsWith("blobs/")) throw new BallastError("digest-mismatch", message);
  const warnings: Warning[] = isRenamed ? [{ code: "config-renamed", message }] : [];
  if (row.hasOddKeys) {
    warnings.push({ code: "odd-keys", message: `manifest.json of ${source.name} does not write its keys as Docker does` });
  }
  return { bytes, digest, config: parseConfig(bytes, what), warnings };
}

async function findLayers(row: DockerManifestRow, source: BlobSource): Promise<StoredBlob[]> {
  const layers: StoredBlob[] = [];
  for (const [index, path] of row.layers.entries()) {
    const blob = await source.find(path);
    if (blob === null) throw new BallastError("blob-missing", `layer ${index} (${displayBytes(path)}) is not in ${source.name}`);
    layers.push(blob);
  }
  return layers;
}

interface DockerImage {
  readonly row: DockerManifestRow;
  readonly source: BlobSource;
  readonly bytes: Buffer;
  readonly digest: Digest;
  readonly config: ImageConfig;
  readonly layers: readonly StoredBlob[];
  readonly warnings: readonly Warning[];
}

async function load(image: DockerImage, context: LoadContext): Promise<Image> {
  return assembleImage(
    {
      reference: context.reference,
      transport: context.transport,
      manifest: null,
      annotations: {},
      configDigest: image.digest,
      configBytes: image.bytes,
      config: image.config,
      statedPlatform: undefined,
      tags: context.tags,
      layers: image.layers.map((blob, index) => layerOf(blob, image.row, image.config.diffIds[index])),
      attestations: [],
      warnings: [...context.warnings, ...image.warnings],
      close: () => context.close(),
    },
    `manifest.json of ${image.source.name}`,
  );
}

function layerOf(blob: StoredBlob, row: DockerManifestRow, diffId: Digest | undefined): LayerSource {
  return {
    digest: blobDigest(blob.path),
    mediaType: (diffId === undefined ? undefined : row.mediaTypes.get(diffId)) ?? MediaType.dockerLayer,
    storedBytes: blob.size,
    file: blob.file,
    ...defined({ streamedAs: blob.streamedAs }),
    open: (range) => blob.open(range),
  };
}

/** Before Docker 25, layers are stored under the legacy v1 ID, which is not a digest of anything. */
function blobDigest(path: string): Digest | null {
  const digest = path.startsWith("blobs/") ? digestInPath(path) : null;
  return isDigest(digest) ? digest : null;
}
