/** Requests to registries and token servers: TLS and proxy per host, redirects, timeouts, counted bytes. No retries, no authentication. */
import type { Readable } from "node:stream";
import { gunzipSync } from "node:zlib";

import type { Dispatcher } from "undici";

import { BallastError } from "../../../base/errors.ts";
import { sniffCompression } from "../../../compression/sniff.ts";
import type { ConnectionOptions } from "../../transport.ts";
import { secureContextFor } from "./certificates.ts";
import { describeNetworkError, isConnecting, isTimeout } from "./network-error.ts";
import { hostOf, isLoopback, proxyAuthorization, proxyFor } from "./proxy.ts";

/** Milliseconds without a byte before a registry counts as hung, unless `--timeout` says otherwise. */
export const defaultTimeout = 60_000;
const maxRedirects = 10;
/** Maximum bytes of an answer read into memory: manifests, token answers. The distribution specification asks for at least 4 MiB. */
const maxDocument = 8 * 1024 * 1024;

export interface HttpRequest {
  readonly method: "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly url: URL;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer | Readable | undefined;
  /** The body is only for the host of `url`, and follows no redirect to another. */
  readonly isSecret?: boolean;
  readonly signal?: AbortSignal | undefined;
}

export interface HttpResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** Must be read to its end or destroyed. */
  readonly body: Readable;
  /** Where the answer came from, after redirects. */
  readonly url: URL;
}

export class HttpClient {
  readonly timeout: number;
  readonly #connection: ConnectionOptions;
  readonly #env: NodeJS.ProcessEnv;
  readonly #dispatchers = new Map<string, Promise<Dispatcher>>();
  readonly #insecureHosts: ReadonlySet<string>;
  /** By error, the URL at which a request failed after redirects. */
  readonly #failedAt = new WeakMap<object, URL>();
  #received = 0;

  /** `insecureHosts` (`host[:port]`) are those whose certificate is not checked, in addition to what `connection.insecure` allows. */
  constructor(connection: ConnectionOptions, env: NodeJS.ProcessEnv = process.env, insecureHosts: readonly string[] = []) {
    this.#connection = connection;
    this.#env = env;
    this.#insecureHosts = new Set(insecureHosts);
    this.timeout = connection.timeout ?? defaultTimeout;
  }

  /** Bytes of documents and blobs received so far. */
  get received(): number {
    return this.#received;
  }

  /** Called by whoever reads a body. */
  count(bytes: number): void {
    this.#received += bytes;
  }

  isInsecure(host: string): boolean {
    return this.#connection.insecure === true || this.#insecureHosts.has(host);
  }

  /** Plain HTTP is allowed only to loopback and to hosts that may be insecure. */
  mayBePlain(url: URL): boolean {
    return isLoopback(hostOf(url)) || this.isInsecure(url.host);
  }

  /**
   * Sends one request. GET and HEAD follow every redirect; other methods only those that keep method and body (307, 308), and only if the
   * body can be sent again. `Authorization` goes to the first origin only. No redirect leads from HTTPS to HTTP.
   * @throws what undici throws for broken connections (`describeNetworkError` makes it readable), BallastError protocol-error
   */
  async send(request: HttpRequest): Promise<HttpResponse> {
    const headers: Record<string, string> = { "user-agent": "ballast", "accept-encoding": "identity", ...request.headers };
    let url = request.url;
    for (let redirects = 0; ; redirects += 1) {
      const response = await this.#sendOnce({ ...request, url, headers }).catch((error: unknown) => {
        if (redirects > 0 && typeof error === "object" && error !== null) this.#failedAt.set(error, url);
        throw error;
      });
      const location = response.headers["location"];
      if (!mayFollow(request, response.status) || typeof location !== "string") return response;
      discard(response.body);
      if (redirects === maxRedirects) {
        throw new BallastError("protocol-error", `registry ${request.url.host} redirects in a circle (${maxRedirects} redirects)`);
      }
      const next = this.#redirectTarget(url, location);
      if (next.origin !== url.origin) {
        if (request.isSecret === true) {
          throw new BallastError("protocol-error", `${url.host} redirects our credentials to ${next.host}; refused`);
        }
        delete headers["authorization"];
      }
      url = next;
    }
  }

  /** The body as bytes. @throws {BallastError} protocol-error when it is larger than a document may be */
  async readDocument(response: HttpResponse, what: string): Promise<Buffer> {
    const chunks: Buffer[] = [];
    let size = 0;
    for await (const chunk of response.body as AsyncIterable<Buffer>) {
      size += chunk.length;
      this.count(chunk.length);
      if (size > maxDocument) {
        response.body.destroy();
        throw new BallastError("protocol-error", `${what} is larger than ${maxDocument / 1024 / 1024} MiB`);
      }
      chunks.push(chunk);
    }
    return plainDocument(response, Buffer.concat(chunks), what);
  }

  /** Makes an error of `send`, or of reading a body, readable. */
  describe(url: URL, error: unknown): Error {
    const asked = (typeof error === "object" && error !== null ? this.#failedAt.get(error) : undefined) ?? url;
    const name = asked.host === url.host ? `registry ${url.host}` : `${asked.host} (to which registry ${url.host} sends us on)`;
    const proxy = isConnecting(error) || isTimeout(error) ? proxyFor(asked, this.#env) : null;
    if (proxy === null) return describeNetworkError(name, error, this.timeout);
    // Behind a proxy that can be reached, a silent host cannot be told from a silent proxy.
    const both = isConnecting(error)
      ? `the proxy ${proxy.host}, through which ${name} is to be asked,`
      : `${name}, asked through the proxy ${proxy.host},`;
    return describeNetworkError(both, error, this.timeout);
  }

  async close(): Promise<void> {
    const dispatchers = [...this.#dispatchers.values()];
    this.#dispatchers.clear();
    await Promise.all(dispatchers.map(async (dispatcher) => (await dispatcher).destroy()).map((closed) => closed.catch(() => {})));
  }

  async #sendOnce(request: HttpRequest): Promise<HttpResponse> {
    const { request: send } = await import("undici");
    const { statusCode, headers, body } = await send(request.url, {
      method: request.method,
      headers: request.headers ?? {},
      body: request.body ?? null,
      dispatcher: await this.#dispatcherFor(request.url),
      headersTimeout: this.timeout,
      bodyTimeout: this.timeout,
      signal: request.signal,
    });
    return { status: statusCode, headers, body, url: request.url };
  }

  #redirectTarget(from: URL, location: string): URL {
    if (!URL.canParse(location, from.href)) {
      throw new BallastError("protocol-error", `registry ${from.host} redirects to something that is not a URL`);
    }
    const next = new URL(location, from);
    if (next.protocol !== "https:" && next.protocol !== "http:") {
      throw new BallastError("protocol-error", `registry ${from.host} redirects to a ${next.protocol} URL`);
    }
    if (from.protocol === "https:" && next.protocol === "http:") {
      throw new BallastError("protocol-error", `registry ${from.host} redirects from HTTPS to plain HTTP at ${next.host}; refused`, {
        hint: "the registry is misconfigured: its blobs would travel unprotected",
      });
    }
    return next;
  }

  #dispatcherFor(url: URL): Promise<Dispatcher> {
    let dispatcher = this.#dispatchers.get(url.origin);
    if (dispatcher === undefined) {
      dispatcher = this.#connect(url);
      this.#dispatchers.set(url.origin, dispatcher);
    }
    return dispatcher;
  }

  async #connect(url: URL): Promise<Dispatcher> {
    const { Agent, Pool, ProxyAgent } = await import("undici");
    const tls = {
      rejectUnauthorized: !this.isInsecure(url.host),
      timeout: this.timeout,
      ...(url.protocol === "https:" && { secureContext: secureContextFor(url.host, this.#connection, this.#env) }),
    };
    const proxy = proxyFor(url, this.#env);
    if (proxy === null) return new Agent({ connect: tls });
    const proxyTls = proxy.protocol === "https:" ? { secureContext: secureContextFor(proxy.host, this.#connection, this.#env) } : {};
    const token = proxyAuthorization(proxy);
    return new ProxyAgent({
      uri: proxy.origin,
      ...(token !== null && { token }),
      // The registry's timeout also applies to a proxy that accepts the connection but never says whether it lets us through.
      clientFactory: (origin, options) => new Pool(origin, { ...options, headersTimeout: this.timeout }),
      requestTls: tls,
      proxyTls: { ...proxyTls, timeout: this.timeout },
      proxyTunnel: url.protocol === "https:",
    });
  }
}

/** Undoes gzip, which some proxies apply although it was not asked for. @throws {BallastError} protocol-error */
function plainDocument(response: HttpResponse, bytes: Buffer, what: string): Buffer {
  const encoding = String(response.headers["content-encoding"] ?? "identity");
  const isMarked = /^(?:x-)?gzip$/i.test(encoding);
  // Some state an encoding and apply none. All documents are JSON, so that shows.
  if (!isMarked && encoding !== "identity" && !/^\s*[[{<]/.test(bytes.toString("latin1", 0, 100))) {
    throw new BallastError("protocol-error", `${what} comes compressed on its way (Content-Encoding: ${encoding})`, {
      hint: "a proxy before the registry alters what passes, unasked: have it leave what is below /v2/ alone",
    });
  }
  if (!isMarked || sniffCompression(bytes) !== "gzip") return bytes;
  try {
    return gunzipSync(bytes, { maxOutputLength: maxDocument });
  } catch (error) {
    throw new BallastError("protocol-error", `${what} is not gzip of at most ${maxDocument / 1024 / 1024} MiB, as it claims to be`, {
      cause: error,
    });
  }
}

/** Drops a body: a short one is read to its end, so that the connection can be reused; a long one is broken off. */
export function discard(body: Readable): void {
  body.on("error", () => {});
  let size = 0;
  body.on("data", (chunk: Buffer) => {
    size += chunk.length;
    if (size > 64 * 1024) body.destroy();
  });
}

function mayFollow({ method, body }: HttpRequest, status: number): boolean {
  if (method === "GET" || method === "HEAD") return [301, 302, 303, 307, 308].includes(status);
  return (status === 307 || status === 308) && (body === undefined || typeof body === "string" || Buffer.isBuffer(body));
}
