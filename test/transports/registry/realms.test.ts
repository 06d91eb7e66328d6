/** Which token server a registry may name, and where a credential goes when that server redirects: seen by a proxy that plays every host. */
import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";

import { describe, expect, it, onTestFinished } from "vitest";

import { Authenticator } from "../../../src/transports/registry/auth/authenticator.ts";
import { HttpClient } from "../../../src/transports/registry/connection/http.ts";
import type { ConnectionOptions } from "../../../src/transports/transport.ts";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryDirectory } from "../../helpers/temp-dir.ts";
import { failure } from "../opening.ts";
import { serveInTest } from "../../helpers/local-server.ts";

interface Seen {
  readonly host: string;
  readonly authorization: string | undefined;
  readonly body: string;
}

type Answer = (request: IncomingMessage, response: ServerResponse) => void;
const givesToken: Answer = (_, response) => void response.end(JSON.stringify({ token: "t0ken" }));
const redirectsTo =
  (location: string): Answer =>
  (request, response) =>
    request.url!.includes("/moved") ? givesToken(request, response) : void response.writeHead(307, { location }).end();

/** An authenticator of `registry.example` whose requests all end at one server, which notes them. */
async function client(
  connection: ConnectionOptions,
  answer: Answer = givesToken,
  host = "registry.example",
): Promise<{ readonly header: (realm: string) => Promise<string | undefined>; readonly seen: readonly Seen[] }> {
  const seen: Seen[] = [];
  const server = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8").on("data", (text: string) => (body += text));
    request.on("end", () => {
      const host = URL.canParse(request.url!) ? new URL(request.url!).host : request.headers.host!;
      seen.push({ host, authorization: request.headers.authorization, body });
      answer(request, response);
    });
  });
  server.on("connect", ({ url, headers }: IncomingMessage, socket) => {
    seen.push({ host: url!, authorization: headers.authorization, body: "" });
    socket.end("HTTP/1.1 502 Bad Gateway\r\n\r\n");
  });
  const proxy = `http://${await serveInTest(server)}`;
  const env = { HTTP_PROXY: proxy, HTTPS_PROXY: proxy };
  const http = new HttpClient(connection, env);
  onTestFinished(() => http.close());
  const authenticator = new Authenticator({ registry: host, host, repository: "team/app", http, connection, env });
  return {
    seen,
    header: (realm) => {
      authenticator.challenged([{ scheme: "bearer", parameters: new Map([["realm", realm]]) }], ["scope"], undefined);
      return authenticator.header(["scope"]);
    },
  };
}

const password = { username: "ci", password: "s3cret" };
const basic = `Basic ${Buffer.from("ci:s3cret").toString("base64")}`;

describe("a registry on another machine", () => {
  it.each([
    ["http://tokens.example/token"],
    ["http://registry.example.thief.example/token"],
    ["http://registry.example@thief.example/token"],
    ["https://localhost/token"],
    ["https://localhost./token"],
    ["https://tokens.localhost/token"],
    ["https://127.0.0.1/token"],
    ["https://127.1/token"],
    ["https://2130706433/token"],
    ["https://0x7f.1/token"],
    ["https://0.0.0.0/token"],
    ["https://[::1]/token"],
    ["https://[::]/token"],
    ["https://[::ffff:127.0.0.1]/token"],
    ["http://localhost:5001/token"],
    ["ftp://tokens.example/token"],
    ["file:///etc/passwd"],
    ["//tokens.example"],
    [""],
  ])("may not name %s, with --insecure neither, and nobody is asked", async (realm) => {
    for (const insecure of [false, true]) {
      const { header, seen } = await client({ ...password, insecure });
      expect((await failure(header(realm))).code).toBe("protocol-error");
      expect(seen).toEqual([]);
    }
  });

  it("may name a server that speaks TLS, wherever it is", async () => {
    const { header, seen } = await client(password);
    expect((await failure(header("https://auth.elsewhere.example/token"))).exitStatus).toBe(3);
    // Up to the tunnel, which the proxy refuses: the password has not been sent.
    expect(seen).toEqual([{ host: "auth.elsewhere.example:443", authorization: undefined, body: "" }]);
  });

  it("may name itself without TLS when it may be insecure, and not without", async () => {
    const { header, seen } = await client({ ...password, insecure: true });
    expect(await header("http://registry.example/token")).toBe("Bearer t0ken");
    expect(seen).toMatchObject([{ host: "registry.example", authorization: basic }]);
    const secure = await client(password);
    expect((await failure(secure.header("http://registry.example/token"))).message).toContain("refused");
    expect(secure.seen).toEqual([]);
  });
});

describe("a token server that redirects", () => {
  it("to another host takes no password there, and gets none again when that sends back", async () => {
    const bounce: Answer = (request, response) => {
      const { host } = new URL(request.url!);
      const next = host === "registry.example" ? "http://thief.example/" : "http://registry.example/moved";
      redirectsTo(next)(request, response);
    };
    const { header, seen } = await client({ ...password, insecure: true }, bounce);
    expect(await header("http://registry.example/token")).toBe("Bearer t0ken");
    expect(seen.map(({ host, authorization }) => [host, authorization])).toEqual([
      ["registry.example", basic],
      ["thief.example", undefined],
      ["registry.example", undefined],
    ]);
  });

  const identity = (): ConnectionOptions => {
    const authFile = join(temporaryDirectory(), "auth.json");
    writeFileSync(authFile, JSON.stringify({ auths: { "registry.example": { identitytoken: "refresh-me" } } }));
    return { authFile, insecure: true };
  };

  it("to another host does not get an identity token there, which goes in the body", async () => {
    const { header, seen } = await client(identity(), redirectsTo("http://thief.example/moved"));
    expect((await failure(header("http://registry.example/token"))).message).toContain(
      "redirects our credentials to thief.example; refused",
    );
    expect(seen.map(({ host }) => host)).toEqual(["registry.example"]);
  });

  it("within its host gets it", async () => {
    const { header, seen } = await client(identity(), redirectsTo("/moved"));
    expect(await header("http://registry.example/token")).toBe("Bearer t0ken");
    expect(seen.map(({ host, body }) => [host, new URLSearchParams(body).get("refresh_token")])).toEqual([
      ["registry.example", "refresh-me"],
      ["registry.example", "refresh-me"],
    ]);
  });
});
