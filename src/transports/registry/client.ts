/** The distribution specification's requests to one repository at one endpoint: authorised, retried, errors in words. */
import type { Readable } from "node:stream";

import { BallastError } from "../../base/errors.ts";
import type { ErrorCode } from "../../base/errors.ts";
import type { ConnectionOptions } from "../transport.ts";
import { Authenticator } from "./authenticator.ts";
import type { RegistryEndpoint } from "./endpoint.ts";
import { discard, HttpClient } from "./http.ts";
import type { HttpRequest, HttpResponse } from "./http.ts";
import { isPlainHttpLikely, isTransient } from "./network-error.ts";
import { describeRefusal } from "./refusal.ts";
import { backoff, isRetryStatus, longestWait, maxAttempts, retryAfter, wait } from "./retry.ts";
import { parseChallenges } from "./www-authenticate.ts";

export interface RegistryRequest {
  readonly method: HttpRequest["method"];
  /** Below `/v2/`, or a complete URL that the registry gave. */
  readonly path: string | URL;
  /** For messages: `manifest latest of ghcr.io/a/b`. */
  readonly what: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** A stream is sent once and never retried. */
  readonly body?: string | Buffer | Readable;
  /** Answers that are returned; all others are thrown. */
  readonly accept: readonly number[];
  /** The code of a 404. */
  readonly notFound?: ErrorCode;
}

export interface ClientOptions {
  readonly connection: ConnectionOptions;
  readonly env: NodeJS.ProcessEnv;
  readonly signal?: AbortSignal;
  /** `pull` or `pull,push`. */
  readonly actions: string;
  /** Other repositories of the same registry that shall be readable too, for mounts. */
  readonly alsoPull?: readonly string[];
}

export class RegistryClient {
  readonly endpoint: RegistryEndpoint;
  readonly http: HttpClient;
  readonly signal: AbortSignal | undefined;
  readonly #authenticator: Authenticator;
  readonly #scopes: readonly string[];
  #base: Promise<URL> | null = null;

  constructor(endpoint: RegistryEndpoint, options: ClientOptions) {
    this.endpoint = endpoint;
    this.signal = options.signal;
    this.http = new HttpClient(options.connection, options.env, endpoint.insecure ? [endpoint.host] : []);
    this.#scopes = [
      `repository:${endpoint.repository}:${options.actions}`,
      ...(options.alsoPull ?? []).map((repository) => `repository:${repository}:pull`),
    ];
    this.#authenticator = new Authenticator({
      registry: endpoint.credentialName,
      repository: endpoint.repository,
      http: this.http,
      connection: options.connection,
      env: options.env,
      ...(options.signal !== undefined && { signal: options.signal }),
    });
  }

  /** `ghcr.io/owner/name`, for messages. */
  get name(): string {
    return `${this.endpoint.credentialName}/${this.endpoint.repository}`;
  }

  /** Reaches the registry and learns what it wants of us. @throws {BallastError} */
  async connect(): Promise<void> {
    await this.#connected();
  }

  /** The URL of `path` below the repository: `blobs/sha256:…`. */
  path(path: string): string {
    return `/v2/${this.endpoint.repository}/${path}`;
  }

  /**
   * Sends a request, authorised as the registry wants it; tries again when the network breaks or the registry is busy.
   * @throws {BallastError} for every answer that is not accepted
   */
  async request(request: RegistryRequest): Promise<HttpResponse> {
    const base = await this.#connected();
    const url = new URL(request.path, base);
    let renewed = false;
    for (let attempt = 1; ; attempt += 1) {
      const response = await this.#tryOnce(url, request, attempt);
      if (response === null) continue;
      if (request.accept.includes(response.status)) return response;
      const challenges = parseChallenges(response.headers["www-authenticate"]);
      const ours = response.url.origin === url.origin;
      if (
        response.status === 401 &&
        ours &&
        !renewed &&
        isResendable(request) &&
        this.#authenticator.challenged(challenges, this.#scopes)
      ) {
        renewed = true;
        attempt -= 1;
        discard(response.body);
      } else if (isRetryStatus(response.status) && attempt < maxAttempts && isResendable(request)) {
        const delay = retryAfter(response.headers["retry-after"]) ?? backoff(attempt);
        if (delay > longestWait) throw await this.#refused(request, response);
        discard(response.body);
        await wait(delay, this.signal);
      } else throw await this.#refused(request, response);
    }
  }

  async document(request: RegistryRequest): Promise<{ readonly response: HttpResponse; readonly bytes: Buffer }> {
    for (let attempt = 1; ; attempt += 1) {
      const response = await this.request(request);
      try {
        return { response, bytes: await this.http.readDocument(response, request.what) };
      } catch (error) {
        if (!isTransient(error) || attempt === maxAttempts) throw this.http.describe(response.url, error);
        await wait(backoff(attempt), this.signal);
      }
    }
  }

  async close(): Promise<void> {
    await this.http.close();
  }

  /** Null: try again. */
  async #tryOnce(url: URL, request: RegistryRequest, attempt: number): Promise<HttpResponse | null> {
    const foreign = url.origin !== (await this.#connected()).origin;
    const authorization = foreign ? undefined : await this.#authenticator.header(this.#scopes);
    try {
      return await this.http.send({
        method: request.method,
        url,
        headers: { ...request.headers, ...(authorization !== undefined && { authorization }) },
        ...(request.body !== undefined && { body: request.body }),
        ...(this.signal !== undefined && { signal: this.signal }),
      });
    } catch (error) {
      if (attempt === maxAttempts || !isResendable(request) || !isTransient(error)) throw this.http.describe(url, error);
      await wait(backoff(attempt), this.signal);
      return null;
    }
  }

  async #refused(request: RegistryRequest, response: HttpResponse): Promise<BallastError> {
    if (response.status === 401) {
      discard(response.body);
      return await this.#authenticator.refusal(request.what);
    }
    return await describeRefusal(request.what, response, request.notFound ?? "image-not-found");
  }

  #connected(): Promise<URL> {
    this.#base ??= this.#ping();
    return this.#base;
  }

  /** Asks `/v2/`: over HTTPS, and where that is allowed over plain HTTP when nobody speaks TLS there. */
  async #ping(): Promise<URL> {
    const { host, scheme } = this.endpoint;
    if (!URL.canParse(`https://${host}/v2/`)) throw new BallastError("bad-argument", `"${host}" is no registry host`);
    const secure = new URL(`https://${host}/v2/`);
    const plain = new URL(`http://${host}/v2/`);
    if (scheme === "http") return await this.#pingAt(plain);
    if (scheme === "https" || !this.http.mayBePlain(plain)) return await this.#pingAt(secure);
    try {
      return await this.#pingAt(secure);
    } catch (error) {
      if (!(error instanceof Error) || !isPlainHttpLikely(error.cause)) throw error;
      return await this.#pingAt(plain);
    }
  }

  async #pingAt(url: URL): Promise<URL> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        const response = await this.http.send({ method: "GET", url, ...(this.signal !== undefined && { signal: this.signal }) });
        discard(response.body);
        const challenges = parseChallenges(response.headers["www-authenticate"]);
        if (response.status === 401) this.#authenticator.challenged(challenges, this.#scopes);
        return new URL(url.origin);
      } catch (error) {
        if (attempt === maxAttempts || !isTransient(error)) throw this.http.describe(url, error);
        await wait(backoff(attempt), this.signal);
      }
    }
  }
}

/** A body that is a stream is gone after the first try. */
function isResendable(request: RegistryRequest): boolean {
  return request.body === undefined || typeof request.body === "string" || Buffer.isBuffer(request.body);
}
