/** `docker://REGISTRY/NAME:TAG` as a destination: blobs first, then manifests, the tag last. */
import { BallastError } from "../../../base/errors.ts";
import { isNonDistributableType } from "../../../image/media-types.ts";
import { familiarReference, formatReference, parseReference } from "../../../image/reference.ts";
import type { Reference } from "../../../image/reference.ts";
import type { Destination, Outgoing, OutgoingBlob, OutgoingImage, WriteOptions } from "../../transport.ts";
import { RegistryClient } from "../client.ts";
import { readManifest } from "../documents.ts";
import { endpointAt } from "../endpoint.ts";
import { discard } from "../connection/http.ts";
import { uploadBlob } from "./upload.ts";

/** Blobs on their way at the same time. */
const parallel = 3;

/** What the tag pointed to before. */
interface Previous {
  readonly bytes: Buffer;
  readonly mediaType: string;
}

/** @throws {BallastError} bad-argument when `name` is not a name a tag can have */
export function registryDestination(name: string): Destination {
  const reference = parseReference(name);
  if (reference.digest !== null) {
    throw new BallastError("bad-argument", `"docker://${name}" cannot be written to: a digest is known only afterwards`, {
      hint: "name a tag",
    });
  }
  const tag = reference.tag ?? "latest";
  let previous: Previous | null = null;
  let written: string | null = null;
  return {
    name: `docker://${name}`,
    transport: "docker",
    reopenName: `docker://${formatReference(reference)}`,
    async check(options) {
      await withClient(reference, options, async (client) => {
        await refuseExisting(client, reference, tag, options);
        await probePermission(client);
      });
    },
    async write(outgoing, options) {
      await withClient(reference, options, async (client) => {
        previous = await refuseExisting(client, reference, tag, options);
        await pushBlobs(client, reference.registry, outgoing, options);
        const single = outgoing.index === null && outgoing.images.length === 1;
        for (const image of outgoing.images)
          await putManifest(client, single ? tag : image.manifestDigest, image.manifestBytes, image.manifestMediaType);
        if (outgoing.index !== null) await putManifest(client, tag, outgoing.index.bytes, outgoing.index.mediaType);
        else if (!single) throw new BallastError("write-failed", `docker://${name}: several images need an index to stand under one tag`);
        written = outgoing.index?.digest ?? outgoing.images[0]!.manifestDigest;
      });
    },
    async remove(options) {
      await withClient(reference, options, async (client) => {
        if (previous !== null) await putManifest(client, tag, previous.bytes, previous.mediaType);
        else if (written !== null) await deleteManifest(client, written, name);
      });
    },
  };
}

async function withClient(reference: Reference, options: WriteOptions, use: (client: RegistryClient) => Promise<void>): Promise<void> {
  const client = new RegistryClient(endpointAt(reference.registry, reference.repository), {
    connection: options.connection,
    env: process.env,
    actions: "pull,push",
    ...(options.signal !== undefined && { signal: options.signal }),
  });
  try {
    await use(client);
  } finally {
    await client.close();
  }
}

/** What the tag holds, when it may be replaced. @throws {BallastError} destination-exists */
async function refuseExisting(client: RegistryClient, reference: Reference, tag: string, options: WriteOptions): Promise<Previous | null> {
  try {
    const { bytes, mediaType } = await readManifest(client, tag, false);
    if (!options.force) {
      throw new BallastError("destination-exists", `registry ${reference.registry} has an image ${familiarReference(reference)} already`);
    }
    return { bytes, mediaType: mediaType ?? "application/vnd.oci.image.manifest.v1+json" };
  } catch (error) {
    if (error instanceof BallastError && error.code === "image-not-found") return null;
    throw error;
  }
}

/** Begins an upload and cancels it: a missing permission shows before the work, not after it. */
async function probePermission(client: RegistryClient): Promise<void> {
  const started = await client.request({
    method: "POST",
    path: client.path("blobs/uploads/"),
    what: `push to ${client.name}`,
    headers: { "content-length": "0" },
    notFound: "forbidden",
  });
  discard(started.body);
  const location = started.headers["location"];
  if (typeof location !== "string" || !URL.canParse(location, started.url.href)) return;
  const what = "the upload that was only tried";
  const cancelled = await client.request({ method: "DELETE", path: new URL(location, started.url), what, accept: "all" }).catch(() => null);
  if (cancelled !== null) discard(cancelled.body);
}

/** Each blob once, layers of the lowest image first. */
function blobsOf(outgoing: Outgoing): readonly OutgoingBlob[] {
  const blobs = new Map<string, OutgoingBlob>();
  for (const blob of outgoing.images.flatMap((image: OutgoingImage) => [...image.layers, image.config])) {
    if (!blobs.has(blob.descriptor.digest)) blobs.set(blob.descriptor.digest, blob);
  }
  return [...blobs.values()];
}

async function pushBlobs(client: RegistryClient, registry: string, outgoing: Outgoing, options: WriteOptions): Promise<void> {
  // Layers that may not be distributed stay where their URLs say (OCI image-spec, layer.md § non-distributable layers).
  const waiting = blobsOf(outgoing).filter(
    ({ descriptor }) => !(isNonDistributableType(descriptor.mediaType) && (descriptor.urls?.length ?? 0) > 0),
  );
  let failed = false;
  const work = async (): Promise<void> => {
    for (let blob = waiting.shift(); blob !== undefined && !failed; blob = waiting.shift()) {
      try {
        await uploadBlob(client, registry, blob, options.onProgress);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  const results = await Promise.allSettled(Array.from({ length: Math.min(parallel, waiting.length) }, work));
  for (const result of results) if (result.status === "rejected") throw result.reason;
}

async function putManifest(client: RegistryClient, reference: string, bytes: Buffer, mediaType: string): Promise<void> {
  const response = await client.request({
    method: "PUT",
    path: client.path(`manifests/${reference}`),
    what: `manifest of ${client.name}:${reference}`,
    headers: { "content-type": mediaType },
    body: bytes,
    notFound: "write-failed",
  });
  discard(response.body);
}

async function deleteManifest(client: RegistryClient, digest: string, name: string): Promise<void> {
  const what = `manifest ${digest} of ${client.name}`;
  const response = await client.request({
    method: "DELETE",
    path: client.path(`manifests/${digest}`),
    what,
    accept: "all",
  });
  discard(response.body);
  if (response.status >= 400 && response.status !== 404) {
    throw new BallastError(
      "write-failed",
      `docker://${name} was written, did not pass the verification, and the registry does not delete manifests (${response.status})`,
      {
        hint: "remove the tag by the registry's own means",
      },
    );
  }
}
