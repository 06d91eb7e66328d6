/** Turns a registry's challenge and our credential into `Authorization` headers; keeps bearer tokens per scope until they expire. */
import { BallastError } from "../../../base/errors.ts";
import type { ConnectionOptions } from "../../transport.ts";
import { findCredential } from "./credentials.ts";
import type { CredentialSearch } from "./credentials.ts";
import type { HttpClient } from "../connection/http.ts";
import { hostOf, isLoopback } from "../connection/proxy.ts";
import { basicHeader, fetchToken, margin } from "./token-server.ts";
import type { Token } from "./token-server.ts";
import type { Challenge } from "./www-authenticate.ts";

export interface AuthenticatorOptions {
  /** The name credentials are filed under: `docker.io`, `ghcr.io`. */
  readonly registry: string;
  /** `host[:port]` that requests go to. */
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
  /** The schemes of a challenge that named none of ours. */
  #unknownSchemes: readonly string[] = [];
  #search: Promise<CredentialSearch> | null = null;
  readonly #tokens = new Map<string, Promise<Token>>();
  /** The tokens of `#tokens` that have arrived, as headers. */
  readonly #issued = new Map<string, string>();
  /** The registry has accepted our authorization at least once. */
  #wasAccepted = false;
  /** By our scopes, what a registry that accepted no token of ours demands instead: it may know the repository by another name. */
  readonly #demanded = new Map<string, readonly string[]>();

  constructor(options: AuthenticatorOptions) {
    this.#options = options;
  }

  /**
   * Notes what the registry asks for. Returns false when we can answer none of it.
   * @param scopes whose token the registry has just refused: it is fetched again, unless another request has already replaced it.
   * @param used the header that was refused.
   */
  challenged(challenges: readonly Challenge[], scopes: readonly string[], used: string | undefined): boolean {
    const [bearer, basic] = ["bearer", "basic"].map((wanted) => challenges.find(({ scheme }) => scheme === wanted));
    // A bearer challenge without a token server cannot be met; it is chosen only if there is no other, so that the error says so.
    const chosen = bearer?.parameters.has("realm") === true ? bearer : (basic ?? bearer);
    if (chosen === undefined) {
      this.#unknownSchemes = challenges.map(({ scheme }) => scheme);
      return false;
    }
    this.#challenge = chosen;
    const key = scopes.join(" ");
    if (this.#issued.get(key) !== used) return true;
    this.#tokens.delete(key);
    const demanded = chosen.parameters.get("scope") ?? "";
    if (used !== undefined && demanded !== "" && !this.#wasAccepted) this.#demanded.set(key, demanded.split(" "));
    return true;
  }

  /** Notes that an authorised request succeeded. */
  accepted(): void {
    this.#wasAccepted = true;
  }

  /**
   * Undefined when the registry has not asked for authorization, or we have none.
   * @param alone fetches a token that no other request shares.
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
    if (this.#challenge === null && this.#unknownSchemes.length > 0) {
      const message = `registry ${this.#options.registry} wants a login by ${this.#unknownSchemes.join(" or ")} for ${what}`;
      return new BallastError("unauthorized", message, {
        hint: "Ballast logs in by Bearer and Basic, as registries do; ask whoever runs it",
      });
    }
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
    const { http, registry, repository, signal } = this.#options;
    const realm = this.#realm(challenge);
    const { credential } = await this.#credential();
    const wanted = this.#demanded.get(scopes.join(" ")) ?? scopes;
    const token = await fetchToken(http, {
      registry,
      realm,
      service: challenge.parameters.get("service"),
      scopes: wanted,
      credential,
      signal,
    });
    if (token === null) throw await this.refusal(repository);
    return token;
  }

  /**
   * A registry may name any token server that uses TLS: the registry could get the password without one as well. Plain HTTP is allowed
   * only to this machine, or with `--insecure` to the registry's own host.
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
}
