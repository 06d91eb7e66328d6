/** Asks a token server for a bearer token (distribution, token specification; OAuth2 for identity tokens). */
import { BallastError } from "../../../base/errors.ts";
import type { HttpClient, HttpResponse } from "../connection/http.ts";
import { describeNetworkError, isTransient } from "../connection/network-error.ts";
import { backoff, isRetryStatus, longestWait, maxAttempts, retryAfter, wait } from "../connection/retry.ts";
import type { Credential } from "./credential.ts";

/** Lifetime of a token in seconds when the server does not state it. */
const defaultLifetime = 60;
/** A token is renewed so many seconds before it expires. */
export const margin = 10;

export interface Token {
  readonly value: string;
  /** Milliseconds since 1970. */
  readonly expires: number;
}

export interface TokenRequest {
  /** For messages: whose token server this is. */
  readonly registry: string;
  readonly realm: URL;
  readonly service: string | undefined;
  readonly scopes: readonly string[];
  readonly credential: Credential | null;
  readonly signal: AbortSignal | undefined;
}

/**
 * Null when the server refuses our credential. A busy server or a broken connection is retried, as for a manifest.
 * @throws {BallastError} rate-limited, connection-failed, protocol-error, …
 */
export async function fetchToken(http: HttpClient, request: TokenRequest): Promise<Token | null> {
  const name = `token server ${request.realm.host} of registry ${request.registry}`;
  const { status, headers, body } = await askPatiently(http, request, name);
  if (status === 401 || status === 403) return null;
  if (status === 429) {
    const delay = retryAfter(headers["retry-after"]);
    const later = delay === null ? "" : `; it asks to come back in ${Math.ceil(delay / 1000)} s`;
    throw new BallastError("rate-limited", `${name} answers 429: too many requests${later}`);
  }
  if (status >= 500) {
    throw new BallastError("connection-failed", `${name} answers with status ${status}`, {
      hint: "the token server has trouble of its own: try again later",
    });
  }
  const token = status >= 200 && status < 300 ? parseToken(body) : null;
  if (token !== null) return token;
  throw new BallastError("protocol-error", `${name} answers with ${status >= 200 && status < 300 ? "no token" : `status ${status}`}`);
}

interface Answer extends Pick<HttpResponse, "status" | "headers"> {
  readonly body: Buffer;
}

async function askPatiently(http: HttpClient, request: TokenRequest, name: string): Promise<Answer> {
  for (let attempt = 1; ; attempt += 1) {
    let delay = backoff(attempt);
    try {
      const response = await ask(http, request);
      const { status, headers } = response;
      const body = await http.readDocument(response, `the answer of ${name}`);
      delay = retryAfter(headers["retry-after"]) ?? delay;
      if (!isRetryStatus(status) || attempt === maxAttempts || delay > longestWait) return { status, headers, body };
    } catch (error) {
      if (attempt === maxAttempts || !isTransient(error)) throw describeNetworkError(name, error, http.timeout);
    }
    await wait(delay, request.signal);
  }
}

async function ask(http: HttpClient, { realm, service, scopes, credential, signal }: TokenRequest): Promise<HttpResponse> {
  const url = new URL(realm);
  if (credential?.kind === "identity") {
    // OAuth2 (distribution, token oauth): the refresh token goes into the body.
    const form = new URLSearchParams({ grant_type: "refresh_token", client_id: "ballast", refresh_token: credential.token });
    if (service !== undefined) form.set("service", service);
    form.set("scope", scopes.join(" "));
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    return await http.send({ method: "POST", url, headers, body: form.toString(), isSecret: true, signal });
  }
  if (service !== undefined) url.searchParams.set("service", service);
  for (const scope of scopes) url.searchParams.append("scope", scope);
  const headers = credential?.kind === "basic" ? { authorization: basicHeader(credential) } : {};
  return await http.send({ method: "GET", url, headers, signal });
}

export function basicHeader(credential: { readonly username: string; readonly password: string }): string {
  return `Basic ${Buffer.from(`${credential.username}:${credential.password}`, "utf8").toString("base64")}`;
}

function parseToken(body: Buffer): Token | null {
  try {
    const json = JSON.parse(body.toString("utf8")) as Record<string, unknown>;
    const value = [json["token"], json["access_token"]].find((text) => typeof text === "string" && text !== "");
    if (typeof value !== "string" || !/^[\x21-\x7e]+$/.test(value)) return null;
    const lifetime = typeof json["expires_in"] === "number" && json["expires_in"] > 0 ? json["expires_in"] : defaultLifetime;
    // Counted from now, not from `issued_at`: the server's clock may differ from ours.
    return { value, expires: Date.now() + Math.max(lifetime, margin + 5) * 1000 };
  } catch {
    return null;
  }
}
