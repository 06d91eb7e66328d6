/** A registry in the test's own process that serves one image, and breaks the rules where a test tells it to. */
import { createServer } from "node:http";
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";

import { buildImage } from "../image-fixture.ts";
import type { BuiltImage, ImageFixture } from "../image-fixture.ts";
import { listenLocally } from "../local-server.ts";

export interface Request {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly headers: IncomingMessage["headers"];
}

/** Answers the request itself and returns true, or leaves it to the good registry. `seen` counts requests for this URL, 1 first. */
export type Fault = (request: Request, response: ServerResponse, seen: number) => boolean | undefined | void;

export interface MisbehavingRegistryOptions {
  readonly fault?: Fault;
  /** Ignore `Range`. */
  readonly withoutRange?: boolean;
  readonly tls?: {
    readonly key: Buffer | string;
    readonly cert: Buffer | string;
    readonly ca?: Buffer | string;
    readonly requestCert?: boolean;
  };
}

export interface MisbehavingRegistry {
  /** `127.0.0.1:PORT/test/image:latest`. */
  readonly reference: string;
  readonly address: string;
  readonly image: BuiltImage;
  readonly requests: readonly Request[];
  /** Requests whose path holds this text. */
  requestsFor(text: string): readonly Request[];
  /** Bytes of blob bodies sent. */
  readonly blobBytes: number;
  stop(): Promise<void>;
}

export async function startMisbehavingRegistry(
  fixture: ImageFixture,
  options: MisbehavingRegistryOptions = {},
): Promise<MisbehavingRegistry> {
  const image = buildImage(fixture);
  const blobs = new Map([...image.layers, image.config].map((blob) => [blob.digest, blob.bytes]));
  const requests: Request[] = [];
  const seen = new Map<string, number>();
  let blobBytes = 0;

  const listener: RequestListener = (message, response) => {
    const request: Request = { method: message.method ?? "GET", url: message.url ?? "/", headers: message.headers };
    requests.push(request);
    message.resume();
    const count = (seen.get(request.url) ?? 0) + 1;
    seen.set(request.url, count);
    if (options.fault?.(request, response, count) === true) return;
    if (request.url === "/v2/") response.writeHead(200).end("{}");
    else if (request.url.includes("/manifests/")) {
      response.writeHead(200, { "content-type": image.manifestMediaType, "docker-content-digest": image.manifest.digest });
      response.end(image.manifest.bytes);
    } else serveBlob(request, response);
  };

  const serveBlob = (request: Request, response: ServerResponse): void => {
    const bytes = blobs.get(request.url.slice(request.url.lastIndexOf("/") + 1));
    if (bytes === undefined) {
      response.writeHead(404, { "content-type": "application/json" }).end('{"errors":[{"code":"BLOB_UNKNOWN","message":"blob unknown"}]}');
      return;
    }
    const range = options.withoutRange === true ? null : /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? "");
    if (range === null) {
      blobBytes += bytes.length;
      response.writeHead(200, { "content-length": bytes.length }).end(bytes);
      return;
    }
    const start = Number(range[1]);
    const part = bytes.subarray(start, range[2] === "" ? bytes.length : Number(range[2]) + 1);
    blobBytes += part.length;
    response.writeHead(206, {
      "content-length": part.length,
      "content-range": `bytes ${start}-${start + part.length - 1}/${bytes.length}`,
    });
    response.end(part);
  };

  const server = options.tls === undefined ? createServer(listener) : createTlsServer(options.tls, listener);
  const address = await listenLocally(server);
  return {
    reference: `${address}/test/image:latest`,
    address,
    image,
    requests,
    requestsFor: (text) => requests.filter((request) => request.url.includes(text)),
    get blobBytes() {
      return blobBytes;
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
