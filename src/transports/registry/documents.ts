/** Reads manifests and configs of a repository, and checks their digests before they are parsed. */
import { BallastError } from "../../base/errors.ts";
import type { Descriptor } from "../../image/descriptor.ts";
import { algorithmOf, digestOf, isDigest } from "../../image/digest.ts";
import type { Digest } from "../../image/digest.ts";
import { manifestMediaTypes } from "../../image/media-types.ts";
import { checkJsonSize } from "../../image/json.ts";
import { openBlob } from "./blob-stream.ts";
import type { RegistryClient } from "./client.ts";
import { isHtml, webPage } from "./refusal.ts";

/** Includes schema 1, so that it can be refused by name instead of as "not found". */
const accept = [...manifestMediaTypes, "application/vnd.docker.distribution.manifest.v1+prettyjws;q=0.5"].join(", ");

export interface ManifestDocument {
  readonly bytes: Buffer;
  readonly digest: Digest;
  readonly mediaType: string | null;
}

/**
 * Reads the manifest or index under a tag or digest.
 * @throws {BallastError} image-not-found, protocol-error, digest-mismatch (when `verify`)
 */
export async function readManifest(client: RegistryClient, reference: string, verify: boolean): Promise<ManifestDocument> {
  const kept = isDigest(reference) ? await findKept(client, reference) : null;
  if (kept !== null) return { bytes: kept, digest: reference as Digest, mediaType: null };
  const separator = isDigest(reference) ? "@" : ":";
  const what = `manifest of ${client.name}${separator}${reference}`;
  const { response, bytes } = await client.document({
    method: "GET",
    path: client.path(`manifests/${reference}`),
    what,
    headers: { accept },
  });
  if (isHtml(response, bytes)) throw webPage(response, what);
  const stated = response.headers["docker-content-digest"];
  const promised = isDigest(reference) ? reference : isDigest(stated) ? stated : null;
  const digest = digestOf(bytes, promised === null ? "sha256" : algorithmOf(promised));
  if (verify && promised !== null && digest !== promised) {
    throw new BallastError("digest-mismatch", `${what}: the registry promises ${promised} and sends ${digest}`);
  }
  const contentType = response.headers["content-type"];
  await client.documents?.keep(digest, bytes);
  return { bytes, digest, mediaType: typeof contentType === "string" ? (contentType.split(";")[0] ?? "").trim() : null };
}

/** Reads a small blob: a config, an in-toto statement. @throws {BallastError} blob-missing, digest-mismatch, limit-exceeded */
export async function readBlob(client: RegistryClient, descriptor: Descriptor, what: string, verify: boolean): Promise<Buffer> {
  const { digest, size, data } = descriptor;
  checkJsonSize(size, `${what} ${digest}`);
  if (data !== undefined && digestOf(data, algorithmOf(digest)) === digest) return data;
  const kept = await findKept(client, digest);
  if (kept !== null) return kept;
  const chunks: Buffer[] = [];
  for await (const chunk of await openBlob(client, { digest, size, start: 0, end: size })) chunks.push(chunk as Buffer);
  const bytes = Buffer.concat(chunks);
  const actual = digestOf(bytes, algorithmOf(digest));
  if (verify && actual !== digest) {
    throw new BallastError("digest-mismatch", `${what} ${digest} of ${client.name} has the digest ${actual}`);
  }
  if (actual === digest) await client.documents?.keep(digest, bytes);
  return bytes;
}

/** The document kept under a digest, if it still has that digest. */
async function findKept(client: RegistryClient, digest: Digest): Promise<Buffer | null> {
  const bytes = (await client.documents?.find(digest)) ?? null;
  return bytes !== null && digestOf(bytes, algorithmOf(digest)) === digest ? bytes : null;
}
