/** A blob as a stream that outlives its connections: after a break it resumes by Range where it stopped. */
import { Readable } from "node:stream";

import { BallastError } from "../../base/errors.ts";
import type { Digest } from "../../image/digest.ts";
import type { RegistryClient } from "./client.ts";
import { discard } from "./connection/http.ts";
import type { HttpResponse } from "./connection/http.ts";
import { isTimeout, isTransient, networkCode } from "./connection/network-error.ts";
import { backoff, maxAttempts, wait } from "./connection/retry.ts";
import { isHtml, webPage } from "./refusal.ts";

export interface BlobRequest {
  readonly digest: Digest;
  /** Bytes of the whole blob, as the manifest says. */
  readonly size: number;
  /** First byte wanted. */
  readonly start: number;
  /** The byte after the last one wanted. */
  readonly end: number;
  readonly onBytes?: (bytes: number) => void;
}

/**
 * Opens bytes `start` to `end` of a blob. The length is checked here, the digest by whoever reads all of it.
 * @throws {BallastError} blob-missing, blob-corrupt, and what the client throws; the stream fails with the same
 */
export async function openBlob(client: RegistryClient, request: BlobRequest): Promise<Readable> {
  if (request.start >= request.end) return Readable.from([]);
  const first = await fetchFrom(client, request, request.start);
  return Readable.from(resumed(client, request, first), { objectMode: false, highWaterMark: 1024 * 1024 });
}

/** As `openBlob`, but null when the registry does not support Range; nothing has been read then. */
export async function openBlobRange(client: RegistryClient, request: BlobRequest): Promise<Readable | null> {
  const first = await fetchFrom(client, request, request.start);
  if (first.status !== 206 && (request.start > 0 || request.end < request.size)) {
    first.body.on("error", () => {}).destroy();
    return null;
  }
  return Readable.from(resumed(client, request, first), { objectMode: false, highWaterMark: 1024 * 1024 });
}

async function* resumed(client: RegistryClient, request: BlobRequest, first: HttpResponse): AsyncGenerator<Buffer> {
  let at = request.start;
  let response: HttpResponse | null = first;
  let isGone = false;
  for (let failures = 0; at < request.end;) {
    const before = at;
    try {
      response ??= await fetchFrom(client, request, at);
      for await (const chunk of wantedPart(client, response, request, at)) {
        at += chunk.length;
        request.onBytes?.(chunk.length);
        yield chunk;
      }
      if (at === request.end) return;
    } catch (error) {
      // A registry that has just sent something and now refuses connections is probably restarting.
      isGone = at > request.start && networkCode(error instanceof BallastError ? error.cause : error) === "ECONNREFUSED";
      // A registry that stalls gets another try only if this one brought some bytes.
      if (!(isGone || isTransient(error) || (isTimeout(error) && at > before)))
        throw client.http.describe(response?.url ?? first.url, error);
    } finally {
      response?.body.on("error", () => {}).destroy();
      response = null;
    }
    failures = at > before ? 1 : failures + 1;
    if (failures === maxAttempts) throw brokenOff(`${describe(client, request)} breaks off after ${at} of ${request.size} bytes`, isGone);
    await wait(backoff(failures), client.signal);
  }
}

function brokenOff(what: string, isGone: boolean): BallastError {
  if (isGone) {
    const hint = "the registry was there a moment ago: try again when it runs";
    return new BallastError("connection-failed", `${what}, and the registry refuses the connection since then`, { hint });
  }
  return new BallastError("blob-corrupt", `${what}, again and again`, {
    hint: "try again later; when it stays so, the registry's copy is damaged: push the image again",
  });
}

/** The part of an answer between `at` and the end; a registry without Range answers from byte 0 on. */
async function* wantedPart(client: RegistryClient, response: HttpResponse, request: BlobRequest, at: number): AsyncGenerator<Buffer> {
  let position = response.status === 206 ? at : 0;
  for await (const chunk of response.body as AsyncIterable<Buffer>) {
    client.http.count(chunk.length);
    const from = Math.max(0, at - position);
    const to = Math.min(chunk.length, request.end - position);
    position += chunk.length;
    if (from < to) yield from === 0 && to === chunk.length ? chunk : chunk.subarray(from, to);
    if (position >= request.end) return;
  }
}

async function fetchFrom(client: RegistryClient, request: BlobRequest, at: number): Promise<HttpResponse> {
  const whole = at === 0 && request.end === request.size;
  const response = await client.request({
    method: "GET",
    path: client.path(`blobs/${request.digest}`),
    what: `blob ${request.digest}`,
    accept: whole ? [] : [416],
    notFound: "blob-missing",
    ...(!whole && { headers: { range: `bytes=${at}-${request.end - 1}` } }),
  });
  // Some stores give gzip layers a Content-Encoding without changing them; the length is then that of the blob.
  const recoded = response.status !== 206 && isRecoded(response, request.size);
  const problem = lengthProblem(response, request, at);
  if (problem === null && !recoded) return response;
  discard(response.body);
  if (recoded) {
    const encoding = String(response.headers["content-encoding"]);
    throw new BallastError("protocol-error", `${describe(client, request)} comes compressed on its way (Content-Encoding: ${encoding})`, {
      hint: "a proxy before the registry alters what passes, unasked: have it leave what is below /v2/ alone",
    });
  }
  if (isHtml(response)) throw webPage(response, `blob ${request.digest}`);
  throw new BallastError("blob-corrupt", `${describe(client, request)} ${problem}`, {
    hint: "the registry's copy does not match its manifest; push the image again",
  });
}

/** True when the blob was compressed on the way, unasked: its length and ranges cannot be relied on then. */
function isRecoded({ headers }: HttpResponse, size: number): boolean {
  const encoding = String(headers["content-encoding"] ?? "identity").toLowerCase();
  return encoding !== "identity" && headers["content-length"] !== String(size);
}

function lengthProblem(response: HttpResponse, request: BlobRequest, at: number): string | null {
  const stated = response.headers["content-length"];
  if (response.status === 416) return `does not reach to byte ${at}; its manifest says ${request.size} bytes`;
  if (response.status !== 206) {
    return typeof stated === "string" && Number(stated) !== request.size
      ? `is ${stated} bytes long there; its manifest says ${request.size}`
      : null;
  }
  const range = /^bytes (\d+)-(\d+)\/(\d+|\*)$/.exec(String(response.headers["content-range"] ?? ""));
  if (range === null || Number(range[1]) !== at) return `was asked for from byte ${at}, and came from another place`;
  return range[3] !== "*" && Number(range[3]) !== request.size
    ? `is ${range[3]} bytes long there; its manifest says ${request.size}`
    : null;
}

function describe(client: RegistryClient, request: BlobRequest): string {
  return `blob ${request.digest} at registry ${client.endpoint.host}`;
}
