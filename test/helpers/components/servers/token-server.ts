/** The bearer-token service a registry sends its clients to (distribution's token specification), small enough for tests. */
import { createSign, randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";

import type { Certificates } from "./certificates.ts";
import { listenLocally } from "../../local-server.ts";

export interface TokenServer {
  readonly realm: string;
  /** `Authorization` header and scopes of every request so far. */
  readonly requests: readonly { readonly authorization: string | undefined; readonly scopes: readonly string[] }[];
  stop(): Promise<void>;
}

export const tokenIssuer = "ballast-tests";
export const tokenService = "ballast-registry";

export interface TokenServerOptions {
  readonly certificates: Certificates;
  /** Who may push; anyone may pull when null, nobody else when set. */
  readonly credentials: { readonly username: string; readonly password: string } | null;
  /** Seconds a token is good for; default 300. */
  readonly lifetime?: number;
}

export async function startTokenServer(options: TokenServerOptions): Promise<TokenServer> {
  const requests: { authorization: string | undefined; scopes: string[] }[] = [];
  const expected =
    options.credentials && `Basic ${Buffer.from(`${options.credentials.username}:${options.credentials.password}`).toString("base64")}`;
  const server = createServer((request, response) => {
    const scopes = new URL(request.url ?? "/", "http://localhost").searchParams.getAll("scope");
    const { authorization } = request.headers;
    requests.push({ authorization, scopes });
    if (expected !== null && authorization !== expected) {
      response.writeHead(401, { "content-type": "application/json" }).end('{"errors":[{"code":"UNAUTHORIZED","message":"who are you?"}]}');
      return;
    }
    const lifetime = options.lifetime ?? 300;
    const token = signToken(scopes, lifetime, options.certificates);
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify({ token, expires_in: lifetime }));
  });
  const address = await listenLocally(server);
  return { realm: `http://${address}/token`, requests, stop: () => new Promise((done) => server.close(() => done())) };
}

function signToken(scopes: readonly string[], lifetime: number, certificates: Certificates): string {
  const now = Math.floor(Date.now() / 1000);
  const certificate = readFileSync(certificates.certificate, "utf8").replaceAll(/-----[^-]+-----|\s/g, "");
  const access = scopes.map((scope) => {
    const [type, ...rest] = scope.split(":");
    const actions = rest.pop() ?? "";
    return { type, name: rest.join(":"), actions: actions.split(",") };
  });
  const claims = { iss: tokenIssuer, aud: tokenService, sub: "", exp: now + lifetime, nbf: now - 10, iat: now, jti: randomUUID(), access };
  const encode = (part: object): string => Buffer.from(JSON.stringify(part)).toString("base64url");
  const body = `${encode({ typ: "JWT", alg: "RS256", x5c: [certificate] })}.${encode(claims)}`;
  return `${body}.${createSign("RSA-SHA256").update(body).sign(readFileSync(certificates.key)).toString("base64url")}`;
}
