/** `docker://REGISTRY/NAME:TAG` as a destination: blobs first, then manifests, the tag last. */
import { BallastError } from "../../../base/errors.ts";
import { isNonDistributableType } from "../../../image/media-types.ts";
import { familiarReference, formatReference, parseReference } from "../../../image/reference.ts";
import type { Reference } from "../../../image/reference.ts";
import type { Destination, Outgoing, OutgoingBlob, OutgoingImage, WriteOptions } from "../../transport.ts";
import { RegistryClient } from "../client.ts";
import { endpointAt } from "../endpoint.ts";
import { discard } from "../connection/http.ts";
import { hasManifest, putManifest, readTag, takeBack } from "./tag.ts";
import type { PushedTag, TagContent } from "./tag.ts";
import { uploadBlob } from "./upload.ts";

/** How many blobs are uploaded at the same time. */
const parallel = 3;

/** @throws {BallastError} bad-argument when `name` is invalid or has a digest */
export function registryDestination(name: string): Destination {
  const reference = parseReference(name);
  if (reference.digest !== null) {
    throw new BallastError("bad-argument", `"docker://${name}" cannot be written to: a digest is known only afterwards`, {
      hint: "name a tag",
    });
  }
  const tag = reference.tag ?? "latest";
  let previous: TagContent | null = null;
  let pushed: PushedTag | null = null;
  return {
    name: `docker://${name}`,
    transport: "docker",
    reopenName: `docker://${formatReference(reference)}`,
    async check(options) {
      await withClient(reference, options, async (client) => {
        previous = await refuseExisting(client, reference, tag, options);
        await probePermission(client);
      });
    },
    async write(outgoing, options) {
      await withClient(reference, options, async (client) => {
        const top = topDocument(outgoing, name);
        // A registry of several machines may know a tag at one moment and not at the next, so what `check` saw is kept.
        previous = (await refuseExisting(client, reference, tag, options)) ?? previous;
        const wasThere = previous === null && (await hasManifest(client, top.digest));
        await pushBlobs(client, reference.registry, outgoing, options);
        if (outgoing.index !== null)
          for (const { manifestDigest, manifestBytes, manifestMediaType } of outgoing.images)
            await putManifest(client, manifestDigest, manifestBytes, manifestMediaType);
        pushed = { tag, written: top.digest, previous, wasThere };
        try {
          await putManifest(client, tag, top.bytes, top.mediaType);
        } catch (error) {
          // The registry may have accepted it, with only its answer lost.
          await this.remove(options).catch(() => {});
          throw error;
        }
      });
    },
    async remove(options) {
      const taken = pushed;
      pushed = null;
      // Without the signal: after an interruption it would abort these requests too.
      if (taken !== null) await withClient(reference, { ...options, signal: undefined }, (client) => takeBack(client, taken));
    },
  };
}

/** The document that the tag will point to. @throws {BallastError} write-failed when several images have no index */
function topDocument({ index, images }: Outgoing, name: string): NonNullable<Outgoing["index"]> {
  if (index !== null) return index;
  if (images.length > 1) throw new BallastError("write-failed", `docker://${name}: several images under one tag need an index`);
  const { manifestBytes, manifestMediaType, manifestDigest } = images[0]!;
  return { bytes: manifestBytes, mediaType: manifestMediaType, digest: manifestDigest };
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

/** What the tag holds now, if it may be replaced. @throws {BallastError} destination-exists */
async function refuseExisting(
  client: RegistryClient,
  reference: Reference,
  tag: string,
  { force }: WriteOptions,
): Promise<TagContent | null> {
  const content = await readTag(client, tag);
  if (content === null || force) return content;
  throw new BallastError("destination-exists", `registry ${reference.registry} has an image ${familiarReference(reference)} already`);
}

/** Begins an upload and cancels it, so that a missing permission shows before the work and not after it. */
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

/** Each blob once: image by image, layers before the config. */
function blobsOf(outgoing: Outgoing): readonly OutgoingBlob[] {
  const blobs = new Map<string, OutgoingBlob>();
  for (const blob of outgoing.images.flatMap((image: OutgoingImage) => [...image.layers, image.config])) {
    if (!blobs.has(blob.descriptor.digest)) blobs.set(blob.descriptor.digest, blob);
  }
  return [...blobs.values()];
}

async function pushBlobs(client: RegistryClient, registry: string, outgoing: Outgoing, options: WriteOptions): Promise<void> {
  // Non-distributable layers stay where their URLs point (OCI image-spec, layer.md § non-distributable layers).
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
