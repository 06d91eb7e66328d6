/** Sends one blob (distribution specification, § pushing blobs): skipped if present, mounted if possible, else streamed with resumption. */
import { Readable } from "node:stream";

import { BallastError } from "../../../base/errors.ts";
import { shortDigest } from "../../../image/digest.ts";
import type { OutgoingBlob, TransferProgress } from "../../transport.ts";
import { verifiedBlob } from "../../source/verified-blob.ts";
import { isSuccess } from "../client.ts";
import type { RegistryClient } from "../client.ts";
import { describeRefusal } from "../refusal.ts";
import { discard } from "../connection/http.ts";
import type { HttpResponse } from "../connection/http.ts";
import { backoff, maxAttempts, wait } from "../connection/retry.ts";
import { nextLocation, standing, startUpload, withDigest } from "./upload-session.ts";
import type { UploadSession } from "./upload-session.ts";

/** Bytes per piece once a registry, or the proxy in front of it, has refused larger ones (413). */
const smallPiece = 8 * 1024 * 1024;

/** How a blob got there. */
export type UploadOutcome = "present" | "mounted" | "sent";

/** How a registry wants its bytes; learned from what it refuses. */
interface Manner {
  /** Maximum bytes per request. */
  piece: number;
  /** State the range of a piece even if it is the whole blob (Pulp). */
  alwaysRange: boolean;
  /** Send everything with the request that closes the upload: the one way that the specification makes every registry support. */
  monolithic: boolean;
  /** Restart an upload that broke off, because the registry accepts no second piece (GAR). */
  fromStart: boolean;
  /** Use a token of its own: a streamed body cannot be sent again with another one. */
  ownToken: boolean;
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
  if (await isMounted(client, registry, blob)) {
    report(size, "cached");
    return "mounted";
  }
  const manner: Manner = { piece: Number.POSITIVE_INFINITY, alwaysRange: false, monolithic: false, fromStart: false, ownToken: false };
  let session: UploadSession | null = null;
  let hasBegun = false;
  for (let failures = 0; ;) {
    const before: number = session?.offset ?? 0;
    try {
      session ??= await startUpload(client);
      hasBegun = true;
      const answer = await sendFrom(client, blob, session, manner, (bytes) => report(bytes, "running"));
      if (answer === "done") break;
      if (answer === "again") session = null;
    } catch (error) {
      if (!(error instanceof BallastError) || !mayBeRepeated.has(error.code)) throw error;
      // Once an upload has begun, the login is known to be good: then a token has expired.
      if (error.code === "unauthorized" && !hasBegun) throw error;
      if (error.code === "unauthorized") manner.ownToken = true;
      failures += 1;
      if (failures >= maxAttempts) throw error;
      await wait(backoff(failures), client.signal);
      if (await isPresent(client, blob)) break;
      session = session === null || manner.fromStart ? null : await standing(client, blob, session);
      // Progress resets the count, so that an upload gets through even if the connection breaks every few megabytes.
      if ((session?.offset ?? 0) > before) failures = 0;
    }
  }
  report(size, "done");
  return "sent";
}

/** A broken connection, a stall, a registry in trouble, one that lost the session, or a token that expired on the way. */
const mayBeRepeated: ReadonlySet<string> = new Set([
  "connection-failed",
  "connection-timeout",
  "rate-limited",
  "write-failed",
  "unauthorized",
]);

/** Any other answer counts as no: if something is wrong, the upload will report it. */
async function isPresent(client: RegistryClient, blob: OutgoingBlob): Promise<boolean> {
  const { digest } = blob.descriptor;
  const what = `blob ${digest} of ${client.name}`;
  const response = await client.request({ method: "HEAD", path: client.path(`blobs/${digest}`), what, accept: "all" });
  discard(response.body);
  return isSuccess(response);
}

/** A mount only saves time: if the registry refuses it, or the account may not read the other repository, the blob is uploaded. */
async function isMounted(client: RegistryClient, registry: string, blob: OutgoingBlob): Promise<boolean> {
  const { mountFrom, descriptor } = blob;
  if (mountFrom?.registry !== registry || `${registry}/${mountFrom.repository}` === client.name) return false;
  const query = new URLSearchParams({ mount: descriptor.digest, from: mountFrom.repository });
  try {
    const response = await client.request({
      method: "POST",
      path: client.path(`blobs/uploads/?${query.toString()}`),
      what: `upload to ${client.name}`,
      headers: { "content-length": "0" },
      accept: mountRefused,
      alsoPull: mountFrom.repository,
    });
    discard(response.body);
    // 202 has begun an upload instead. It is abandoned, so that what follows is the same for every registry.
    return response.status === 201 && (await isPresent(client, blob));
  } catch (error) {
    if (error instanceof BallastError && mountRefusals.has(error.code)) return false;
    throw error;
  }
}

/** Refusals of a mount that are not worth a second try. */
const mountRefused = [400, 403, 404, 405, 409, 412, 415, 416, 422, 500, 501, 502, 503];

const mountRefusals: ReadonlySet<string> = new Set(["unauthorized", "forbidden", "protocol-error", "connection-failed", "rate-limited"]);

/** `again` and `retry`: the manner was changed, to be tried in a new session or in the same one. */
type Sent = "done" | "again" | "retry";

/** Sends what is missing and closes the upload. */
async function sendFrom(
  client: RegistryClient,
  blob: OutgoingBlob,
  session: UploadSession,
  manner: Manner,
  onBytes: (total: number) => void,
): Promise<Sent> {
  const pieces = manner.monolithic ? "done" : await sendPieces(client, blob, session, manner, onBytes);
  if (pieces !== "done") return pieces;
  const { digest, size } = blob.descriptor;
  const rest = size - session.offset;
  const response = await client.request({
    method: "PUT",
    path: withDigest(session.location, digest),
    what: `upload of ${digest} to ${client.name}`,
    headers: { "content-length": String(rest), "content-type": "application/octet-stream" },
    ...(rest > 0 && { body: Readable.from(bytesOf(blob, session.offset, size, onBytes), { objectMode: false }) }),
    notFound: "write-failed",
    ownToken: manner.ownToken,
  });
  discard(response.body);
  return "done";
}

/** Sends all of the blob that the registry does not have yet. */
async function sendPieces(
  client: RegistryClient,
  blob: OutgoingBlob,
  session: UploadSession,
  manner: Manner,
  onBytes: (total: number) => void,
): Promise<Sent> {
  const { digest, size } = blob.descriptor;
  const what = `upload of ${digest} to ${client.name}`;
  let redirects = 0;
  while (session.offset < size) {
    const start = session.offset;
    const end = Math.min(size, start + manner.piece);
    const whole = start === 0 && end === size;
    const response = await client.request({
      method: "PATCH",
      path: session.location,
      what,
      headers: {
        "content-type": "application/octet-stream",
        "content-length": String(end - start),
        // Every registry accepts the whole in one request; some do not support ranges here.
        ...((!whole || manner.alwaysRange) && { "content-range": `${start}-${end - 1}` }),
      },
      body: Readable.from(bytesOf(blob, start, end, onBytes), { objectMode: false }),
      accept: [307, 308, ...(start === 0 ? whyOtherwise : whyNoFurther)],
      notFound: "write-failed",
      ownToken: manner.ownToken,
    });
    if (response.status === 307 || response.status === 308) {
      discard(response.body);
      redirects += 1;
      if (redirects > 5) throw new BallastError("protocol-error", `registry ${client.endpoint.host} redirects the ${what} in a circle`);
      session.location = nextLocation(client, response, session.location);
      continue;
    }
    if (!isSuccess(response)) return await otherManner(response, manner, what, start > 0);
    discard(response.body);
    session.location = nextLocation(client, response, session.location);
    session.offset = end;
  }
  return "done";
}

/** Statuses for the first piece that mean: not in this manner. */
const whyOtherwise = [400, 404, 405, 413, 415, 416, 501];
/** Statuses for a further piece that mean: only all of it at once. */
const whyNoFurther = [400, 405, 409, 416, 501];

async function otherManner(response: HttpResponse, manner: Manner, what: string, isFurther: boolean): Promise<"again" | "retry"> {
  const { status } = response;
  if (isFurther) {
    if (manner.piece < Number.POSITIVE_INFINITY || manner.fromStart) throw await describeRefusal(what, response, "write-failed", true);
    discard(response.body);
    manner.fromStart = true;
    return "again";
  }
  if (status === 413 && manner.piece > smallPiece) {
    discard(response.body);
    manner.piece = smallPiece;
    return "retry";
  }
  if (status === 416 && !manner.alwaysRange) {
    discard(response.body);
    manner.alwaysRange = true;
    return "retry";
  }
  if (status === 413 || status === 416) throw await describeRefusal(what, response, "write-failed", true);
  discard(response.body);
  manner.monolithic = true;
  return "again";
}

/** Bytes `start` to `end`; those before are read too, since every blob that is sent is checked against its digest. */
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
