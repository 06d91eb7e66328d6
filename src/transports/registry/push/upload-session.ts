/** The state of an upload: each answer of the registry gives the URL of the next request. */
import { BallastError } from "../../../base/errors.ts";
import type { OutgoingBlob } from "../../transport.ts";
import type { RegistryClient } from "../client.ts";
import { isSuccess } from "../client.ts";
import { discard } from "../connection/http.ts";
import type { HttpResponse } from "../connection/http.ts";

export interface UploadSession {
  location: URL;
  /** Bytes the registry has. */
  offset: number;
}

/** @throws {BallastError} what the client throws, protocol-error when the registry does not say where the upload goes */
export async function startUpload(client: RegistryClient): Promise<UploadSession> {
  const response = await client.request({
    method: "POST",
    path: client.path("blobs/uploads/"),
    what: `upload to ${client.name}`,
    headers: { "content-length": "0" },
    notFound: "forbidden",
  });
  discard(response.body);
  return { location: nextLocation(client, response, null), offset: 0 };
}

/** Asks how much has arrived; null when the registry no longer knows the upload. */
export async function standing(client: RegistryClient, blob: OutgoingBlob, session: UploadSession): Promise<UploadSession | null> {
  const what = `upload of ${blob.descriptor.digest} to ${client.name}`;
  const response = await client.request({ method: "GET", path: session.location, what, accept: "all" });
  discard(response.body);
  if (!isSuccess(response)) return null;
  const range = /^(?:bytes=)?0-(\d+)$/.exec(String(response.headers["range"] ?? ""));
  if (range === null) return null;
  // `0-0` may mean nothing or one byte; nothing is the safe reading.
  const last = Number(range[1]);
  const isSensible = last > 0 && last + 1 <= blob.descriptor.size;
  return isSensible ? { location: nextLocation(client, response, session.location), offset: last + 1 } : null;
}

/**
 * The `Location` of an answer, absolute or relative. When absent, the URL stays the same; the first one may be made from the upload's UUID
 * (Docker's registry API before the specification).
 */
export function nextLocation(client: RegistryClient, response: HttpResponse, before: URL | null): URL {
  const uuid = response.headers["docker-upload-uuid"];
  const location =
    response.headers["location"] ?? before?.href ?? (typeof uuid === "string" ? client.path(`blobs/uploads/${uuid}`) : undefined);
  if (typeof location !== "string" || !URL.canParse(location, response.url.href)) {
    throw new BallastError("protocol-error", `registry ${client.endpoint.host} does not say where an upload goes`);
  }
  const next = new URL(location, response.url);
  if (response.url.protocol === "https:" && next.protocol !== "https:") {
    throw new BallastError(
      "protocol-error",
      `registry ${client.endpoint.host} sends the upload from HTTPS to ${next.protocol}//; refused`,
      {
        hint: "a proxy before the registry does not tell it that clients come over HTTPS (X-Forwarded-Proto)",
      },
    );
  }
  return next;
}

/** The query is the registry's own and may be signed, so the digest is appended without encoding the rest again. */
export function withDigest(location: URL, digest: string): URL {
  const url = new URL(location);
  const kept = url.search
    .replace(/^\?/, "")
    .split("&")
    .filter((part) => part !== "" && !part.startsWith("digest="));
  url.search = [...kept, `digest=${encodeURIComponent(digest)}`].join("&");
  return url;
}
