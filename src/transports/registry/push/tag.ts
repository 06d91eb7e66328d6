/** Reads what a tag holds before a push, and restores it when the push has to be undone. */
import { BallastError } from "../../../base/errors.ts";
import type { Digest } from "../../../image/digest.ts";
import { parseJsonObject } from "../../../image/json.ts";
import type { RegistryClient } from "../client.ts";
import { readManifest } from "../documents.ts";
import { discard } from "../connection/http.ts";

export interface TagContent {
  readonly bytes: Buffer;
  readonly digest: Digest;
  readonly mediaType: string;
}

/**
 * Null when there is no such tag.
 * @throws {BallastError} digest-mismatch, manifest-invalid: what was received is not what the tag holds, and could not be restored
 */
export async function readTag(client: RegistryClient, tag: string): Promise<TagContent | null> {
  try {
    const { bytes, digest, mediaType } = await readManifest(client, tag, true);
    parseJsonObject(bytes, `manifest of ${client.name}:${tag}`);
    return { bytes, digest, mediaType: mediaType ?? "application/vnd.oci.image.manifest.v1+json" };
  } catch (error) {
    if (error instanceof BallastError && error.code === "image-not-found") return null;
    throw error;
  }
}

export async function hasManifest(client: RegistryClient, digest: Digest): Promise<boolean> {
  const what = `manifest ${digest} of ${client.name}`;
  const response = await client.request({ method: "HEAD", path: client.path(`manifests/${digest}`), what, accept: "all" });
  discard(response.body);
  return response.status === 200;
}

export async function putManifest(client: RegistryClient, reference: string, bytes: Buffer, mediaType: string): Promise<void> {
  const response = await client.request({
    method: "PUT",
    path: client.path(`manifests/${reference}`),
    what: `push of the manifest of ${client.name}:${reference}`,
    headers: { "content-type": mediaType },
    body: bytes,
    notFound: "write-failed",
  });
  discard(response.body);
}

/** What was pushed under a tag. */
export interface PushedTag {
  readonly tag: string;
  readonly written: Digest;
  /** What the tag held before; null for nothing. */
  readonly previous: TagContent | null;
  /** The registry already had the manifest, perhaps under another tag. */
  readonly wasThere: boolean;
}

/**
 * Restores the tag, unless it holds something else by now: somebody else's push stays.
 * @throws {BallastError} write-failed when it may still hold what was pushed
 */
export async function takeBack(client: RegistryClient, { tag, written, previous, wasThere }: PushedTag): Promise<void> {
  const name = `${client.name}:${tag}`;
  try {
    const now = await readTag(client, tag);
    if (now !== null && now.digest !== written) return;
    if (previous !== null) await putManifest(client, tag, previous.bytes, previous.mediaType);
  } catch (error) {
    if (!(error instanceof BallastError)) throw error;
    throw new BallastError(
      "write-failed",
      `${name} was written, did not pass the verification, and may hold that still: ${error.message}`,
      {
        hint:
          previous === null
            ? "remove the tag by the registry's own means"
            : `push ${client.name}@${previous.digest} under the tag again: that is what it held before`,
      },
    );
  }
  if (previous === null) await deleteManifest(client, written, name, wasThere);
}

/** Deletes a manifest, unless it was there before: deleting it removes all its tags. */
async function deleteManifest(client: RegistryClient, digest: Digest, name: string, wasThere: boolean): Promise<void> {
  let why = "the registry holds the same manifest under another name";
  if (!wasThere) {
    const what = `manifest ${digest} of ${client.name}`;
    const response = await client.request({ method: "DELETE", path: client.path(`manifests/${digest}`), what, accept: "all" });
    discard(response.body);
    if (response.status < 400 || response.status === 404) return;
    why = `the registry does not delete manifests (${response.status})`;
  }
  throw new BallastError("write-failed", `${name} was written, did not pass the verification, and ${why}`, {
    hint: "remove the tag by the registry's own means",
  });
}
