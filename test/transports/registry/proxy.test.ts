import { createServer } from "node:http";
import { connect, createServer as createSilentServer } from "node:net";

import { describe, expect, it, onTestFinished } from "vitest";

import { openRegistry } from "../../../src/transports/registry/open.ts";
import { proxyAuthorization, proxyFor } from "../../../src/transports/registry/connection/proxy.ts";
import { itComponents } from "../../helpers/components/available.ts";
import { startMisbehavingRegistry } from "../../helpers/registry/misbehaving-registry.ts";
import { file } from "../../helpers/tar-fixture.ts";
import { serveInTest } from "../../helpers/local-server.ts";

describe("the proxy variables", () => {
  const env = { HTTPS_PROXY: "http://proxy:3128", HTTP_PROXY: "plain-proxy:80" };
  const through = (url: string, variables: Record<string, string>): string | undefined => proxyFor(new URL(url), variables)?.href;

  it("name the proxy by scheme, in capitals or not, with or without http://", () => {
    expect(through("https://ghcr.io/v2/", env)).toBe("http://proxy:3128/");
    expect(through("http://ghcr.io/v2/", env)).toBe("http://plain-proxy/");
    expect(through("https://ghcr.io/v2/", { https_proxy: "https://user:pass@p:1" })).toBe("https://user:pass@p:1/");
    expect(through("https://ghcr.io/v2/", { all_proxy: "p:1" })).toBe("http://p:1/");
    expect(through("https://ghcr.io/v2/", {})).toBeUndefined();
  });

  it("set to nothing leave the word to the other spelling, as Go's clients have it, and switch ALL_PROXY off", () => {
    expect(through("https://ghcr.io/v2/", { HTTPS_PROXY: "", https_proxy: "p:1" })).toBe("http://p:1/");
    expect(through("https://ghcr.io/v2/", { https_proxy: "p:1", NO_PROXY: "", no_proxy: "ghcr.io" })).toBeUndefined();
    expect(through("https://ghcr.io/v2/", { HTTPS_PROXY: "", ALL_PROXY: "p:1" })).toBeUndefined();
  });

  it("are never asked for loopback addresses", () => {
    for (const host of ["localhost", "127.0.0.1:5000", "127.8.8.8", "[::1]:5000"]) expect(through(`https://${host}/`, env)).toBeUndefined();
  });

  it.each([
    ["*", "ghcr.io", false],
    ["ghcr.io", "ghcr.io", false],
    ["ghcr.io", "a.ghcr.io", false],
    ["ghcr.io", "notghcr.io", true],
    [".ghcr.io", "a.ghcr.io", false],
    [".ghcr.io", "ghcr.io", true],
    ["*.ghcr.io", "a.ghcr.io", false],
    ["other, ghcr.io:443", "ghcr.io", false],
    ["ghcr.io:8443", "ghcr.io", true],
    ["10.0.0.0/8", "10.1.2.3", false],
    ["10.0.0.0/8", "11.1.2.3", true],
    ["10.0.0.0/8", "ghcr.io", true],
    ["fd00::/8", "[fd12::1]", false],
    ["10.1.2.3", "10.1.2.3", false],
    ["", "ghcr.io", true],
  ])("NO_PROXY=%s and %s: through the proxy is %s", (list, host, expected) => {
    expect(through(`https://${host}/`, { ...env, NO_PROXY: list }) !== undefined).toBe(expected);
  });

  it.each([
    ["http://me:p%40w@proxy:1", "me:p@w"],
    ["http://token@proxy:1", "token:"],
    ["http://me:50%@proxy:1", "me:50%"],
    ["http://me:%C3%A9@proxy:1", "me:é"],
  ])("may hold an account: %s is shown to the proxy as %s", (url, account) => {
    expect(proxyAuthorization(new URL(url))).toBe(`Basic ${Buffer.from(account).toString("base64")}`);
    expect(proxyAuthorization(new URL("http://proxy:1"))).toBeNull();
  });

  it("that hold no URL are named without what they hold", () => {
    expect(() => through("https://ghcr.io/", { HTTPS_PROXY: "socks5://me:secret@p" })).toThrow(/^(?!.*secret).*https.*$/);
  });
});

describe("a registry behind a proxy", () => {
  const fixture = { layers: [[file("a", "1")]] };

  /** Lets every connection end at one port, whatever host is asked for. */
  async function startProxy(target: number, refuse?: number): Promise<{ url: string; seen: string[] }> {
    const seen: string[] = [];
    const server = createServer((request, response) => {
      seen.push(`${request.method} ${request.url}`);
      response.writeHead(502).end();
    });
    server.on("connect", (request, socket) => {
      seen.push(`CONNECT ${request.url} ${request.headers["proxy-authorization"] ?? ""}`);
      socket.on("error", () => undefined);
      if (refuse !== undefined) return void socket.end(`HTTP/1.1 ${refuse} No\r\n\r\n`);
      const upstream = connect(target, "127.0.0.1", () => {
        socket.write("HTTP/1.1 200 OK\r\n\r\n");
        upstream.pipe(socket).pipe(upstream);
      });
      upstream.on("error", () => socket.destroy());
    });
    return { url: `http://me:pw@${await serveInTest(server)}`, seen };
  }

  async function openThrough(proxy: string, timeout = 5000): Promise<number> {
    process.env["HTTPS_PROXY"] = proxy;
    onTestFinished(() => void delete process.env["HTTPS_PROXY"]);
    const connection = { authFile: "/nonexistent", insecure: true, timeout };
    const set = await openRegistry("registry.test/test/image:latest", { platform: null, verify: true, connection });
    onTestFinished(() => set.close());
    return set.images[0]!.layers.length;
  }

  itComponents(["openssl"], "is reached through CONNECT, the account of the proxy's URL being shown to the proxy alone", async () => {
    const registry = await startMisbehavingRegistry(fixture, { tls: await certificate() });
    onTestFinished(() => registry.stop());
    const proxy = await startProxy(Number(registry.address.split(":")[1]));
    expect(await openThrough(proxy.url)).toBe(1);
    expect(proxy.seen.length).toBeGreaterThan(0);
    for (const line of proxy.seen) expect(line).toBe(`CONNECT registry.test:443 Basic ${Buffer.from("me:pw").toString("base64")}`);
    expect(registry.requests.every(({ headers }) => headers["proxy-authorization"] === undefined)).toBe(true);
  });

  it("cannot be reached where nobody listens at the proxy, and it is the proxy that is named, without its account", async () => {
    const error: unknown = await openThrough("http://me:pw@127.0.0.1:1").catch((thrown: unknown) => thrown);
    expect(String(error)).toContain("the proxy 127.0.0.1:1, through which registry registry.test is to be asked, refuses the connection");
  });

  it("is not waited for longer than the timeout where the proxy takes the connection and says nothing", async () => {
    const silent = createSilentServer(() => {});
    const proxy = await serveInTest(silent);
    await expect(openThrough(`http://${proxy}`, 300)).rejects.toMatchObject({
      code: "connection-timeout",
      message: `registry registry.test, asked through the proxy ${proxy}, sent nothing for 0.3 s`,
    });
  });

  it("cannot be reached through a proxy that refuses, and the message says whose refusal it is", async () => {
    const proxy = await startProxy(1, 407);
    await expect(openThrough(proxy.url)).rejects.toThrow(/the proxy does not let us through to registry registry.test: it answered 407/);
  });
});

async function certificate(): Promise<{ key: Buffer; cert: Buffer }> {
  const { makeCertificates } = await import("../../helpers/components/servers/certificates.ts");
  const { temporaryDirectory } = await import("../../helpers/temp-dir.ts");
  const { readFileSync } = await import("node:fs");
  const made = await makeCertificates(temporaryDirectory());
  return { key: readFileSync(made.key), cert: readFileSync(made.certificate) };
}
