/** Turns a registry's challenge and our credential into `Authorization` headers; keeps bearer tokens per scope until they expire. */
import { BallastError } from "../../../base/errors.ts";
import type { ConnectionOptions } from "../../transport.ts";
import { findCredential } from "./credentials.ts";
import type { Credential } from "./credential.ts";
import type { CredentialSearch } from "./credentials.ts";
import type { HttpClient, HttpResponse } from "../connection/http.ts";
import { hostOf, isLoopback } from "../connection/proxy.ts";
import type { Challenge } from "./www-authenticate.ts";

/** Seconds that a token lives when the server does not say (distribution, token specification). */
const defaultLifetime = 60;
/** Seconds before its end at which a token is renewed. */
const margin = 10;

interface Token {
  readonly value: string;
  /** Milliseconds since 1970. */
  readonly expires: number;
}

export interface AuthenticatorOptions {
  /** The name credentials are filed under: `docker.io`, `ghcr.io`. */
  readonly registry: string;
  /** `host[:port]` that is asked. */
  readonly host: string;
  readonly repository: string;
  readonly http: HttpClient;
  readonly connection: ConnectionOptions;
  readonly env: NodeJS.ProcessEnv;
  readonly signal?: AbortSignal | undefined;
}

export class Authenticator {
  readonly #options: AuthenticatorOptions;
  #challenge: Challenge | null = null;
  #search: Promise<CredentialSearch> | null = null;
  readonly #tokens = new Map<string, Promise<Token>>();
  /** What `#tokens` holds, as far as it has arrived, as headers. */
  readonly #issued = new Map<string, string>();
  /** The registry has taken what we sent at least once. */
  #wasAccepted = false;
  /** What a registry that took no token of ours wants in place of our scopes: it may know the repository by another name than we do. */
  readonly #demanded = new Map<string, readonly string[]>();

  constructor(options: AuthenticatorOptions) {
    this.#options = options;
  }

  /**
   * Takes note of what the registry asks for. Returns false when it asks for nothing we can answer.
   * @param scopes whose token the registry has just refused: it is fetched anew, unless another request has seen to that.
   * @param used the header that was refused.
   */
  challenged(challenges: readonly Challenge[], scopes: readonly string[], used: string | undefined): boolean {
    const chosen = challenges.find(({ scheme }) => scheme === "bearer") ?? challenges.find(({ scheme }) => scheme === "basic");
    if (chosen === undefined) return false;
    this.#challenge = chosen;
    const key = scopes.join(" ");
    if (this.#issued.get(key) !== used) return true;
    this.#tokens.delete(key);
    const demanded = chosen.parameters.get("scope") ?? "";
    if (used !== undefined && demanded !== "" && !this.#wasAccepted) this.#demanded.set(key, demanded.split(" "));
    return true;
  }

  /** Takes note that an authorised request went through. */
  accepted(): void {
    this.#wasAccepted = true;
  }

  /**
   * Undefined when the registry has asked for nothing, or we have nothing to answer.
   * @param alone takes a token that no other request has, or gets.
   * @throws {BallastError}
   */
  async header(scopes: readonly string[], alone = false): Promise<string | undefined> {
    if (this.#challenge === null) return undefined;
    const { credential } = await this.#credential();
    if (this.#challenge.scheme === "basic") return credential?.kind === "basic" ? basicHeader(credential) : undefined;
    if (credential?.kind === "bearer") return `Bearer ${credential.token}`;
    return `Bearer ${alone ? (await this.#fetchToken(this.#challenge, scopes)).value : await this.#token(this.#challenge, scopes)}`;
  }

  /** The error for a request that stays unauthorised. */
  async refusal(what: string): Promise<BallastError> {
    const { credential, note } = await this.#credential();
    if (credential !== null) {
      return new BallastError("unauthorized", `registry ${this.#options.registry} does not accept our credentials for ${what}`, {
        hint: `log in again with \`docker login ${this.#options.registry}\`, or pass --username and --password-stdin`,
      });
    }
    return new BallastError(
      "unauthorized",
      `registry ${this.#options.registry} wants a login for ${what}${note === null ? "" : ` (${note})`}`,
      {
        hint: `if the name is right, log in with \`docker login ${this.#options.registry}\`, or pass --username and --password-stdin`,
      },
    );
  }

  #credential(): Promise<CredentialSearch> {
    const { registry, repository, connection, env } = this.#options;
    this.#search ??= findCredential(registry, repository, connection, env);
    return this.#search;
  }

  async #token(challenge: Challenge, scopes: readonly string[]): Promise<string> {
    const key = scopes.join(" ");
    let token = this.#tokens.get(key);
    if (token !== undefined && (await token).expires - margin * 1000 <= Date.now()) {
      if (this.#tokens.get(key) === token) this.#tokens.delete(key);
      token = this.#tokens.get(key);
    }
    if (token === undefined) {
      // Requests that start together wait for one token; a fetch that failed is not remembered.
      const fetched = this.#fetchToken(challenge, scopes);
      this.#tokens.set(key, fetched);
      fetched.then(
        ({ value }) => this.#issued.set(key, `Bearer ${value}`),
        () => this.#tokens.delete(key),
      );
      token = fetched;
    }
    return (await token).value;
  }

  async #fetchToken(challenge: Challenge, scopes: readonly string[]): Promise<Token> {
    const { http, registry } = this.#options;
    const realm = this.#realm(challenge);
    const { credential } = await this.#credential();
    let response: HttpResponse;
    let body: Buffer;
    try {
      response = await this.#askToken(
        realm,
        challenge.parameters.get("service"),
        this.#demanded.get(scopes.join(" ")) ?? scopes,
        credential,
      );
      body = await http.readDocument(response, `the token server's answer for registry ${registry}`);
    } catch (error) {
      throw http.describe(realm, error);
    }
    if (response.status === 429)
      throw new BallastError("rate-limited", `token server ${realm.host} of registry ${registry} answers 429: too many requests`);
    if (response.status === 401 || response.status === 403) throw await this.refusal(this.#options.repository);
    const isAnswer = response.status >= 200 && response.status < 300;
    const token = isAnswer ? parseToken(body) : null;
    if (token === null) {
      const answer = isAnswer ? "no token" : `status ${response.status}`;
      throw new BallastError("protocol-error", `token server ${realm.host} of registry ${registry} answers with ${answer}`);
    }
    return token;
  }

  /**
   * A registry may name any token server that is spoken to over TLS: who it was named by could have the password without it, too. Plain
   * HTTP stays on this machine, or with `--insecure` on the registry's own host.
   */
  #realm(challenge: Challenge): URL {
    const { registry, http, host } = this.#options;
    const realm = challenge.parameters.get("realm") ?? "";
    if (!URL.canParse(realm)) throw new BallastError("protocol-error", `registry ${registry} names no token server in its challenge`);
    const url = new URL(realm);
    const [name, own] = [hostOf(url), hostOf(new URL(`https://${host}`))];
    if (isLoopback(name) && !isLoopback(own)) {
      throw new BallastError("protocol-error", `registry ${registry} names a token server on this machine (${url.host}); refused`, {
        hint: "only a registry on this machine may do that",
      });
    }
    if (url.protocol === "https:") return url;
    if (url.protocol === "http:" && (isLoopback(name) || (name === own && http.isInsecure(host)))) return url;
    throw new BallastError("protocol-error", `registry ${registry} wants credentials sent over ${url.protocol}// to ${url.host}; refused`, {
      hint: "a token server has to speak TLS; with --insecure the registry's own host need not",
    });
  }

  async #askToken(
    realm: URL,
    service: string | undefined,
    scopes: readonly string[],
    credential: Credential | null,
  ): Promise<HttpResponse> {
    const { http, signal } = this.#options;
    const signalled = signal === undefined ? {} : { signal };
    const url = new URL(realm);
    if (credential?.kind === "identity") {
      // OAuth2 (distribution, token oauth): the refresh token goes into the body.
      const form = new URLSearchParams({ grant_type: "refresh_token", client_id: "ballast", refresh_token: credential.token });
      if (service !== undefined) form.set("service", service);
      form.set("scope", scopes.join(" "));
      const headers = { "content-type": "application/x-www-form-urlencoded" };
      return await http.send({ method: "POST", url, headers, body: form.toString(), isSecret: true, ...signalled });
    }
    if (service !== undefined) url.searchParams.set("service", service);
    for (const scope of scopes) url.searchParams.append("scope", scope);
    const headers = credential?.kind === "basic" ? { authorization: basicHeader(credential) } : {};
    return await http.send({ method: "GET", url, headers, ...signalled });
  }
}

function basicHeader(credential: { readonly username: string; readonly password: string }): string {
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
