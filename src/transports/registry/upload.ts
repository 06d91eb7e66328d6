/** Sending one blob (distribution specification, § pushing blobs): not at all, mounted, or streamed and resumed where it broke off. */
import { Readable } from "node:stream";

import { BallastError } from "../../base/errors.ts";
import { shortDigest } from "../../image/digest.ts";
import type { OutgoingBlob, TransferProgress } from "../transport.ts";
import { verifiedBlob } from "../source/verified-blob.ts";
import type { RegistryClient } from "./client.ts";
import { discard } from "./http.ts";
import type { HttpResponse } from "./http.ts";
import { backoff, maxAttempts, wait } from "./retry.ts";

/** Bytes of a piece, once a registry or the proxy before it has refused larger ones (413). */
const smallPiece = 8 * 1024 * 1024;

/** How a blob got there. */
export type UploadOutcome = "present" | "mounted" | "sent";

/** Where an upload stands: each answer gives the address of the next request. */
interface Session {
  location: URL;
  /** Bytes the registry has. */
  offset: number;
}

/** @throws {BallastError} forbidden, unauthorized, digest-mismatch (the source changed), connection-failed, write-failed */
export async function uploadBlob(
  client: RegistryClient,
  registry: string,
  blob: OutgoingBlob,
  onProgress: ((progress: TransferProgress) => void) | undefined,
): Promise<UploadOutcome> {
  const { digest, size } = blob.descriptor;
  const report = (bytes: number, state: TransferProgress["state"]): void =>
    onProgress?.({ what: shortDigest(digest), bytes, totalBytes: size, state });
  if (await isPresent(client, blob)) {
    report(size, "cached");
    return "present";
  }
  const from = blob.mountFrom?.registry === registry ? blob.mountFrom.repository : null;
  let session = await startOrMount(client, blob, from);
  if (session === null) {
    report(size, "cached");
    return "mounted";
  }
  let piece = Number.POSITIVE_INFINITY;
  for (let failures = 0; ;) {
    const before: number = session.offset;
    try {
      const answer = await sendFrom(client, blob, session, piece, (bytes) => report(bytes, "running"));
      if (answer === "done") break;
      piece = smallPiece;
    } catch (error) {
      if (!(error instanceof BallastError) || !mayBeRepeated.has(error.code)) throw error;
      failures = session.offset > before ? 1 : failures + 1;
      if (failures >= maxAttempts) throw error;
      await wait(backoff(failures), client.signal);
      session = (await standing(client, blob, session)) ?? (await startOrMount(client, blob, null))!;
    }
  }
  report(size, "done");
  return "sent";
}

/** A broken connection, a stall, a registry in trouble, or one that lost the session. */
const mayBeRepeated: ReadonlySet<string> = new Set(["connection-failed", "connection-timeout", "rate-limited", "write-failed"]);

async function isPresent(client: RegistryClient, blob: OutgoingBlob): Promise<boolean> {
  const { digest } = blob.descriptor;
  const what = `blob ${digest} of ${client.name}`;
  const response = await client.request({ method: "HEAD", path: client.path(`blobs/${digest}`), what, accept: [200, 404] });
  discard(response.body);
  return response.status === 200;
}

/** A new upload; null when the registry mounted the blob from the other repository instead. */
async function startOrMount(client: RegistryClient, blob: OutgoingBlob, from: string | null): Promise<Session | null> {
  const query = from === null ? "" : `?${new URLSearchParams({ mount: blob.descriptor.digest, from }).toString()}`;
  const response = await client.request({
    method: "POST",
    path: client.path(`blobs/uploads/${query}`),
    what: `upload to ${client.name}`,
    headers: { "content-length": "0" },
    accept: [201, 202],
  });
  discard(response.body);
  if (response.status === 201) return null;
  return { location: nextLocation(client, response), offset: 0 };
}

/** Sends what is missing, in one piece or in small ones, and closes the upload. */
async function sendFrom(
  client: RegistryClient,
  blob: OutgoingBlob,
  session: Session,
  piece: number,
  onBytes: (total: number) => void,
): Promise<"done" | "too-large"> {
  const { digest, size } = blob.descriptor;
  while (session.offset < size) {
    const start = session.offset;
    const end = Math.min(size, start + piece);
    const whole = start === 0 && end === size;
    const response = await client.request({
      method: "PATCH",
      path: session.location,
      what: `upload of ${digest} to ${client.name}`,
      headers: {
        "content-type": "application/octet-stream",
        "content-length": String(end - start),
        // The whole in one request is what every registry takes; some do not know ranges here.
        ...(!whole && { "content-range": `${start}-${end - 1}` }),
      },
      body: Readable.from(bytesOf(blob, start, end, onBytes), { objectMode: false }),
      accept: [202, 204, 413],
      notFound: "write-failed",
    });
    discard(response.body);
    if (response.status === 413) {
      if (piece === smallPiece)
        throw new BallastError("forbidden", `registry ${client.endpoint.host} takes no piece of ${smallPiece} bytes (413)`);
      return "too-large";
    }
    session.location = nextLocation(client, response);
    session.offset = end;
  }
  const url = new URL(session.location);
  url.searchParams.set("digest", digest);
  const response = await client.request({
    method: "PUT",
    path: url,
    what: `upload of ${digest} to ${client.name}`,
    headers: { "content-length": "0", "content-type": "application/octet-stream" },
    accept: [201, 204],
    notFound: "write-failed",
  });
  discard(response.body);
  return "done";
}

/** Asks how much has arrived; null when the registry no longer knows the upload. */
async function standing(client: RegistryClient, blob: OutgoingBlob, session: Session): Promise<Session | null> {
  const what = `upload of ${blob.descriptor.digest} to ${client.name}`;
  let response: HttpResponse;
  try {
    response = await client.request({ method: "GET", path: session.location, what, accept: [204, 202], notFound: "write-failed" });
  } catch (error) {
    if (error instanceof BallastError && (error.code === "write-failed" || error.code === "protocol-error")) return null;
    throw error;
  }
  discard(response.body);
  const range = /^(?:bytes=)?0-(\d+)$/.exec(String(response.headers["range"] ?? ""));
  if (range === null) return null;
  // `0-0` is how a registry says that it has nothing, or one byte: nothing is the safe reading.
  const last = Number(range[1]);
  return last === 0 ? null : { location: nextLocation(client, response), offset: last + 1 };
}

function nextLocation(client: RegistryClient, response: HttpResponse): URL {
  const location = response.headers["location"];
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

/** Bytes `start` to `end`; those before are read too, since a blob on its way out is always checked against its digest. */
async function* bytesOf(blob: OutgoingBlob, start: number, end: number, onBytes: (total: number) => void): AsyncGenerator<Buffer> {
  let position = 0;
  for await (const chunk of verifiedBlob(blob)) {
    const part = chunk.subarray(Math.max(0, start - position), Math.max(0, end - position));
    position += chunk.length;
    if (part.length > 0) {
      onBytes(Math.min(position, end));
      yield part;
    }
    if (position >= end && end < blob.descriptor.size) return;
  }
}
