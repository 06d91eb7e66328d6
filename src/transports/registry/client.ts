/** The distribution specification's requests to one repository at one endpoint: authorised, retried, with readable errors. */
import type { Readable } from "node:stream";

import { BallastError } from "../../base/errors.ts";
import type { ErrorCode } from "../../base/errors.ts";
import type { Digest } from "../../image/digest.ts";
import type { ConnectionOptions } from "../transport.ts";
import { Authenticator } from "./auth/authenticator.ts";
import type { RegistryEndpoint } from "./endpoint.ts";
import { discard, HttpClient } from "./connection/http.ts";
import type { HttpRequest, HttpResponse } from "./connection/http.ts";
import { isPlainHttpLikely, isTransient } from "./connection/network-error.ts";
import { describeRefusal } from "./refusal.ts";
import { awaitAllowance, noteAllowance } from "./connection/rate-limit.ts";
import { backoff, isRetryStatus, longestWait, maxAttempts, retryAfter, wait } from "./connection/retry.ts";
import { parseChallenges } from "./auth/www-authenticate.ts";

export interface RegistryRequest {
  readonly method: HttpRequest["method"];
  /** From `/v2/` on, or an absolute URL that the registry gave. */
  readonly path: string | URL;
  /** For messages: `manifest latest of ghcr.io/a/b`. */
  readonly what: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** A stream is sent once and never retried. */
  readonly body?: string | Buffer | Readable;
  /** Statuses that are returned in addition to 2xx; others are thrown. `all` returns whatever the last try got. */
  readonly accept?: readonly number[] | "all";
  /** The error code for a 404. */
  readonly notFound?: ErrorCode;
  /** Another repository that has to be readable too, for a mount. */
  readonly alsoPull?: string;
  /** Use a token of its own, because others used up the shared one. */
  readonly ownToken?: boolean;
}

/** Maximum number of new tokens for one request. */
const mostRenewals = 2;

export interface ClientOptions {
  readonly connection: ConnectionOptions;
  readonly env: NodeJS.ProcessEnv;
  readonly signal?: AbortSignal | undefined;
  /** `pull` or `pull,push`. */
  readonly actions: string;
  /** The scope of tokens. Default: the repository. */
  readonly scope?: string | undefined;
  /** Documents that need not be fetched again, by digest. */
  readonly documents?: DocumentStore;
}

/** Keeps manifests and configs, which never change under their digest. */
export interface DocumentStore {
  find(digest: Digest): Promise<Buffer | null>;
  keep(digest: Digest, bytes: Buffer): Promise<void>;
}

export class RegistryClient {
  readonly endpoint: RegistryEndpoint;
  readonly http: HttpClient;
  readonly signal: AbortSignal | undefined;
  readonly documents: DocumentStore | null;
  readonly #authenticator: Authenticator;
  readonly #scopes: readonly string[];
  #base: Promise<URL> | null = null;

  constructor(endpoint: RegistryEndpoint, options: ClientOptions) {
    this.endpoint = endpoint;
    this.signal = options.signal;
    this.documents = options.documents ?? null;
    this.http = new HttpClient(options.connection, options.env, endpoint.insecure ? [endpoint.host] : []);
    this.#scopes = [options.scope ?? `repository:${endpoint.repository}:${options.actions}`];
    this.#authenticator = new Authenticator({
      registry: endpoint.credentialName,
      host: endpoint.host,
      repository: endpoint.repository,
      http: this.http,
      connection: options.connection,
      env: options.env,
      signal: options.signal,
    });
  }

  /** `ghcr.io/owner/name`, for messages. */
  get name(): string {
    return `${this.endpoint.credentialName}/${this.endpoint.repository}`;
  }

  /** Contacts the registry and learns which authentication it wants. @throws {BallastError} */
  async connect(): Promise<void> {
    await this.#connected();
  }

  /** The request path of `path` below the repository: `blobs/sha256:…`. */
  path(path: string): string {
    return `/v2/${this.endpoint.repository}/${path}`;
  }

  /**
   * Sends a request, authorised as the registry wants it; retries when the network fails or the registry is busy.
   * @throws {BallastError} for every answer that is not accepted
   */
  async request(request: RegistryRequest): Promise<HttpResponse> {
    const base = await this.#connected();
    const url = new URL(request.path, base);
    const scopes = this.#scopesOf(request);
    let renewals = 0;
    for (let attempt = 1; ; attempt += 1) {
      // The last try does not share its token: where a token is good for only a few requests, parallel ones may keep using it up.
      const authorization = await this.#authorization(url, scopes, request.ownToken === true || renewals === mostRenewals);
      const response = await this.#tryOnce(url, request, authorization, attempt);
      if (response === null) continue;
      if (isSuccess(response) && authorization !== undefined) this.#authenticator.accepted();
      if (isSuccess(response) || (Array.isArray(request.accept) && request.accept.includes(response.status))) return response;
      // Only the host that was named may ask for our credentials, not one that it redirects to or sends uploads to.
      const mayChallenge = url.origin === base.origin && response.url.origin === base.origin;
      const challenges = mayChallenge && response.status === 401 ? parseChallenges(response.headers["www-authenticate"]) : [];
      // Requests that share a token may find it used up twice; a wrong password is sent only once.
      const mayRenew = renewals < (challenges.some(({ scheme }) => scheme === "bearer") ? mostRenewals : 1);
      const wanted = mayRenew && this.#authenticator.challenged(challenges, scopes, authorization);
      if (wanted && isResendable(request)) {
        renewals += 1;
        attempt -= 1;
        discard(response.body);
      } else if (isRetryStatus(response.status) && attempt < maxAttempts && isResendable(request)) {
        const delay = retryAfter(response.headers["retry-after"]) ?? backoff(attempt);
        if (delay > longestWait) throw await this.#refused(request, response);
        discard(response.body);
        await wait(delay, this.signal);
      } else if (request.accept === "all") return response;
      else throw await this.#refused(request, response);
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

  /** Undefined for any host but the registry's own. */
  async #authorization(url: URL, scopes: readonly string[], alone: boolean): Promise<string | undefined> {
    const foreign = url.origin !== (await this.#connected()).origin;
    return foreign ? undefined : await this.#authenticator.header(scopes, alone);
  }

  /** Null means: try again. */
  async #tryOnce(url: URL, request: RegistryRequest, authorization: string | undefined, attempt: number): Promise<HttpResponse | null> {
    await awaitAllowance(url.origin, this.signal);
    try {
      const response = await this.http.send({
        method: request.method,
        url,
        headers: { ...request.headers, ...(authorization !== undefined && { authorization }) },
        body: request.body,
        signal: this.signal,
      });
      noteAllowance(response.url.origin, response.headers);
      return response;
    } catch (error) {
      if (attempt === maxAttempts || !isResendable(request) || !isTransient(error)) throw this.http.describe(url, error);
      await wait(backoff(attempt), this.signal);
      return null;
    }
  }

  async #refused(request: RegistryRequest, response: HttpResponse): Promise<BallastError> {
    const { origin, host } = await this.#connected();
    const isForeign = response.url.origin !== origin;
    if (isForeign && (response.status === 401 || response.status === 403)) {
      discard(response.body);
      const message = `registry ${host} sends the ${request.what} on to ${response.url.host}, which answers ${response.status}`;
      return new BallastError("forbidden", message, {
        hint: "credentials go to the host that was named alone; if both are one registry, its external URL is set wrong, or name the other host",
      });
    }
    if (response.status === 401) {
      discard(response.body);
      return await this.#authenticator.refusal(request.what);
    }
    const isWrite = request.method !== "GET" && request.method !== "HEAD";
    return await describeRefusal(request.what, response, request.notFound ?? "image-not-found", isWrite);
  }

  #scopesOf({ alsoPull }: RegistryRequest): readonly string[] {
    return alsoPull === undefined ? this.#scopes : [...this.#scopes, `repository:${alsoPull}:pull`];
  }

  #connected(): Promise<URL> {
    this.#base ??= this.#ping();
    return this.#base;
  }

  /** Requests `/v2/` over HTTPS, or, where that is allowed and TLS is not spoken, over plain HTTP. */
  async #ping(): Promise<URL> {
    const { host, scheme } = this.endpoint;
    if (!URL.canParse(`https://${host}/v2/`)) {
      throw new BallastError("bad-argument", `"${host}" is not a registry host`, {
        hint: "it stands in registries.conf or daemon.json as a mirror or a location: correct it there",
      });
    }
    const secure = new URL(`https://${host}/v2/`);
    const plain = new URL(`http://${host}/v2/`);
    if (scheme === "http") return await this.#pingAt(plain);
    if (scheme === "https" || !this.http.mayBePlain(plain)) return await this.#pingAt(secure);
    try {
      return await this.#pingAt(secure);
    } catch (error) {
      if (!(error instanceof Error) || !isPlainHttpLikely(error.cause)) throw error;
      // If plain HTTP fails as well, the error of the TLS attempt is the one to report.
      return await this.#pingAt(plain).catch(() => Promise.reject(error));
    }
  }

  async #pingAt(url: URL): Promise<URL> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        const response = await this.http.send({ method: "GET", url, signal: this.signal });
        discard(response.body);
        // This is how servers that speak only TLS answer plain HTTP.
        if (url.protocol === "http:" && response.status === 400) {
          throw new BallastError("protocol-error", `registry ${url.host} answers 400 over plain HTTP`);
        }
        const challenges = parseChallenges(response.headers["www-authenticate"]);
        if (response.status === 401 && response.url.origin === url.origin)
          this.#authenticator.challenged(challenges, this.#scopes, undefined);
        return new URL(url.origin);
      } catch (error) {
        if (attempt === maxAttempts || !isTransient(error)) throw this.http.describe(url, error);
        await wait(backoff(attempt), this.signal);
      }
    }
  }
}

export function isSuccess({ status }: HttpResponse): boolean {
  return status >= 200 && status < 300;
}

/** A body that is a stream is gone after the first try. */
function isResendable(request: RegistryRequest): boolean {
  return request.body === undefined || typeof request.body === "string" || Buffer.isBuffer(request.body);
}
