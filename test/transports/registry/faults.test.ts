import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";

import { onTestFinished, describe, expect, it } from "vitest";

import { noise } from "../../helpers/draws.ts";
import type { Image } from "../../../src/image/image.ts";
import { openRegistry } from "../../../src/transports/registry/open.ts";
import type { ConnectionOptions } from "../../../src/transports/transport.ts";
import { startMisbehavingRegistry } from "../../helpers/registry/misbehaving-registry.ts";
import type { Fault, MisbehavingRegistry, MisbehavingRegistryOptions } from "../../helpers/registry/misbehaving-registry.ts";
import { buildImage } from "../../helpers/image-fixture.ts";
import { file } from "../../helpers/tar-fixture.ts";
import { refusal } from "../opening.ts";

const big = noise("big", 300_000);
const fixture = { layers: [[file("etc/motd", "hello")], [file("big", big)]] };

async function start(fault: Fault, options: MisbehavingRegistryOptions = {}): Promise<MisbehavingRegistry> {
  const registry = await startMisbehavingRegistry(fixture, { fault, ...options });
  onTestFinished(() => registry.stop());
  return registry;
}

async function open(registry: MisbehavingRegistry, connection: ConnectionOptions = {}): Promise<Image> {
  const set = await openRegistry(registry.reference, {
    platform: null,
    verify: true,
    connection: { authFile: "/nonexistent", ...connection },
  });
  onTestFinished(() => set.close());
  return set.images[0]!;
}

async function readLayer(image: Image, index: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of await image.layers[index]!.open()) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

const blobs = (url: string): boolean => url.includes("/blobs/");

describe("a registry that misbehaves", () => {
  it("is read to the end when it breaks off in the middle of a layer, without fetching a byte twice", async () => {
    const registry = await start((request, response) => {
      const layer = registry.image.layers[1]!;
      if (!request.url.endsWith(layer.digest) || request.headers.range !== undefined) return false;
      response.writeHead(200, { "content-length": layer.bytes.length });
      response.write(layer.bytes.subarray(0, 100_000), () => response.destroy());
      return true;
    });
    const image = await open(registry);
    expect((await readLayer(image, 1)).equals(registry.image.layers[1]!.bytes)).toBe(true);
    expect(registry.requestsFor(registry.image.layers[1]!.digest).map(({ headers }) => headers.range)).toEqual([
      undefined,
      expect.stringMatching(/^bytes=\d+-\d+$/),
    ]);
    expect(image.transferredBytes()).toBeLessThan(310_000);
  });

  it("is read to the end however often it breaks off, as long as something more comes each time", async () => {
    const registry = await start((request, response) => {
      const layer = registry.image.layers[1]!;
      if (!request.url.endsWith(layer.digest)) return false;
      const from = Number(/^bytes=(\d+)-/.exec(request.headers.range ?? "bytes=0-")![1]);
      const total = layer.bytes.length;
      const headers = { "content-length": total - from, "content-range": `bytes ${from}-${total - 1}/${total}` };
      response.writeHead(request.headers.range === undefined ? 200 : 206, headers);
      const to = from + 50_000;
      response.write(layer.bytes.subarray(from, to), () => (to < total ? response.destroy() : response.end()));
      return true;
    });
    const image = await open(registry);
    expect((await readLayer(image, 1)).equals(registry.image.layers[1]!.bytes)).toBe(true);
    expect(registry.requestsFor(registry.image.layers[1]!.digest).length).toBeGreaterThan(5);
  });

  it("is read to the end when it breaks off and does not know Range", async () => {
    const registry = await start(
      (request, response, seen) => {
        const layer = registry.image.layers[1]!;
        if (!request.url.endsWith(layer.digest) || seen > 1) return false;
        response.writeHead(200, { "content-length": layer.bytes.length });
        response.write(layer.bytes.subarray(0, 100_000), () => response.destroy());
        return true;
      },
      { withoutRange: true },
    );
    expect((await readLayer(await open(registry), 1)).equals(registry.image.layers[1]!.bytes)).toBe(true);
  });

  it("is given up when it breaks off at the same place again and again", async () => {
    const registry = await start((request, response) => {
      if (!blobs(request.url) || !request.url.endsWith(registry.image.layers[1]!.digest)) return false;
      response.writeHead(request.headers.range === undefined ? 200 : 206, {
        "content-range": `bytes ${request.headers.range?.slice(6)}/${registry.image.layers[1]!.bytes.length}`,
      });
      response.flushHeaders();
      response.destroy();
      return true;
    });
    const error = await refusal(readLayer(await open(registry), 1));
    expect(error.code).toBe("blob-corrupt");
    expect(error.message).toMatch(/breaks off after 0 of \d+ bytes/);
  });

  it.each([429, 500, 503])("is asked again after %d, as soon as Retry-After allows", async (status) => {
    const registry = await start((request, response, seen) => {
      if (seen > 2 || request.url === "/v2/") return false;
      response.writeHead(status, { "retry-after": "0" }).end();
      return true;
    });
    expect(await readLayer(await open(registry), 0)).toEqual(registry.image.layers[0]!.bytes);
  });

  it("is not waited for longer than is sensible, and the message says how long it wants", async () => {
    const registry = await start((request, response) => {
      if (request.url === "/v2/") return false;
      response.writeHead(429, { "retry-after": "3600", "content-type": "application/json" });
      response.end('{"errors":[{"code":"TOOMANYREQUESTS","message":"You have reached your\\u001b[31m pull rate limit"}]}');
      return true;
    });
    const error = await refusal(open(registry));
    expect(error.code).toBe("rate-limited");
    expect(error.message).toContain("3600 s");
    expect(error.message).toContain("TOOMANYREQUESTS: You have reached your [31m pull rate limit");
  });

  it.each([
    ["manifest", (url: string) => url.includes("/manifests/")],
    ["layer", blobs],
  ])("ends by the timeout when it stalls before the %s", async (_what, stalls) => {
    const registry = await start((request) => stalls(request.url));
    const error = await refusal(open(registry, { timeout: 300 }).then((image) => readLayer(image, 1)));
    expect(error.code).toBe("connection-timeout");
    expect(error.message).toContain("0.3 s");
  });

  it("ends by the timeout when it stalls in the middle of a layer", async () => {
    const registry = await start((request, response) => {
      if (!request.url.endsWith(registry.image.layers[1]!.digest)) return false;
      const range = /^bytes=(\d+)-/.exec(request.headers.range ?? "");
      const size = registry.image.layers[1]!.bytes.length;
      response.writeHead(range === null ? 200 : 206, {
        "content-length": size - Number(range?.[1] ?? 0),
        "content-range": `bytes ${range?.[1] ?? 0}-${size - 1}/${size}`,
      });
      if (range === null) response.write(registry.image.layers[1]!.bytes.subarray(0, 1000));
      else response.flushHeaders();
      return true;
    });
    const error = await refusal(open(registry, { timeout: 300 }).then((image) => readLayer(image, 1)));
    expect(error.code).toBe("connection-timeout");
  });

  it("is caught lying about a layer's length", async () => {
    const registry = await start((request, response) => {
      if (!request.url.endsWith(registry.image.layers[1]!.digest)) return false;
      response.writeHead(200, { "content-length": 5 }).end("short");
      return true;
    });
    const error = await refusal(open(registry).then((image) => readLayer(image, 1)));
    expect(error.code).toBe("blob-corrupt");
    expect(error.message).toMatch(/is 5 bytes long there; its manifest says \d+/);
  });

  it("is caught sending another manifest than it promises", async () => {
    const registry = await start((request, response) => {
      if (!request.url.includes("/manifests/")) return false;
      response.writeHead(200, { "content-type": registry.image.manifestMediaType, "docker-content-digest": `sha256:${"0".repeat(64)}` });
      response.end(registry.image.manifest.bytes);
      return true;
    });
    expect((await refusal(open(registry))).code).toBe("digest-mismatch");
  });

  it("is caught sending another config than its digest says", async () => {
    const registry = await start((request, response) => {
      const { digest, bytes } = registry.image.config;
      if (!request.url.endsWith(digest)) return false;
      response.writeHead(200).end(Buffer.from(bytes.toString().replace("linux", "minix")));
      return true;
    });
    expect((await refusal(open(registry))).code).toBe("digest-mismatch");
  });

  it.each([
    [404, "image-not-found"],
    [403, "forbidden"],
    [418, "protocol-error"],
  ])("that answers %d is an error of its own", async (status, code) => {
    const registry = await start((request, response) => {
      if (request.url === "/v2/") return false;
      response.writeHead(status).end();
      return true;
    });
    const error = await refusal(open(registry));
    expect(error.code).toBe(code);
    expect(error.message).toContain("test/image:latest");
  });

  it("that serves a login page is told from a registry", async () => {
    const registry = await start((request, response) => {
      if (request.url === "/v2/") return false;
      response.writeHead(200, { "content-type": "text/html; charset=utf-8" }).end("<html>Please log in</html>");
      return true;
    });
    const error = await refusal(open(registry));
    expect(error.code).toBe("protocol-error");
    expect(error.message).toContain("web page");
  });

  it("behind a proxy that compresses documents unasked is read", async () => {
    const registry = await start((request, response) => {
      if (!request.url.includes("/manifests/")) return false;
      const { bytes, digest } = buildImage(fixture).manifest;
      response.writeHead(200, { "content-encoding": "gzip", "docker-content-digest": digest }).end(gzipSync(bytes));
      return true;
    });
    expect((await open(registry)).layers).toHaveLength(2);
  });

  it("that redirects in a circle is left", async () => {
    const registry = await start((request, response) => {
      if (request.url === "/v2/") return false;
      response.writeHead(307, { location: request.url }).end();
      return true;
    });
    const error = await refusal(open(registry));
    expect(error.message).toContain("redirects in a circle");
  });

  it("that sends schema 1 gets it refused by name", async () => {
    const registry = await start((request, response) => {
      if (!request.url.includes("/manifests/")) return false;
      response.writeHead(200, { "content-type": "application/vnd.docker.distribution.manifest.v1+prettyjws" });
      response.end('{"schemaVersion":1,"name":"a","fsLayers":[]}');
      return true;
    });
    const error = await refusal(open(registry));
    expect(error.code).toBe("unsupported-image");
    expect(error.message).toContain("schema 1");
  });

  it("that sends an endless manifest is stopped", async () => {
    const registry = await start((request, response) => {
      if (!request.url.includes("/manifests/")) return false;
      response.writeHead(200, { "content-type": registry.image.manifestMediaType });
      const more = (error?: Error | null): void => {
        if (error == null && !response.destroyed) response.write(Buffer.alloc(1 << 20, 32), more);
      };
      more();
      return true;
    });
    expect((await refusal(open(registry))).message).toContain("larger than 8 MiB");
  });

  it("that is not there is named", async () => {
    const registry = await startMisbehavingRegistry(fixture);
    await registry.stop();
    const error = await refusal(open(registry));
    expect(error.code).toBe("connection-failed");
    expect(error.message).toBe(`registry ${registry.address} refuses the connection`);
  });

  it("whose name nobody knows is named", async () => {
    const error = await refusal(
      openRegistry("registry.invalid/a", { platform: null, verify: true, connection: { authFile: "/nonexistent" } }),
    );
    expect(error.message).toMatch(/registry registry\.invalid (is not a known host name|cannot be resolved)/);
  });

  it("that closes before the manifest is asked again", async () => {
    const registry = await start((request, response, seen) => {
      if (!request.url.includes("/manifests/") || seen > 1) return false;
      response.destroy();
      return true;
    });
    expect((await open(registry)).configDigest).toBe(registry.image.config.digest);
  });
});

describe("Authorization", () => {
  const password = "s3cret-of-ours";
  const basic = `Basic ${Buffer.from(`me:${password}`).toString("base64")}`;

  it("does not follow a redirect to another host", async () => {
    const elsewhere = await start(() => false);
    const registry = await start((request, response) => {
      if (request.headers.authorization !== basic) {
        response.writeHead(401, { "www-authenticate": 'Basic realm="x"' }).end();
        return true;
      }
      if (!blobs(request.url)) return false;
      response.writeHead(307, { location: `http://${elsewhere.address}${request.url}?signature=abc` }).end();
      return true;
    });
    // The other host serves by the last part of the path: drop the query as a real store would.
    const image = await open(registry, { username: "me", password }).catch((error: unknown) => error);
    expect(image).toBeInstanceOf(Error);
    expect(elsewhere.requests.length).toBeGreaterThan(0);
    expect(elsewhere.requests.every(({ headers }) => headers.authorization === undefined)).toBe(true);
  });

  it("is renewed when a token expires between two layers", async () => {
    let issued = 0;
    let valid = "";
    const registry = await start((request, response) => {
      if (request.url.startsWith("/token")) {
        issued += 1;
        valid = `token-${issued}`;
        response.writeHead(200).end(JSON.stringify({ token: valid, expires_in: 300 }));
        return true;
      }
      if (request.headers.authorization === `Bearer ${valid}` && valid !== "") return false;
      const realm = `http://${registry.address}/token`;
      response.writeHead(401, { "www-authenticate": `Bearer realm="${realm}",service="s",scope="repository:test/image:pull"` }).end();
      return true;
    });
    const image = await open(registry);
    await readLayer(image, 0);
    valid = "revoked meanwhile";
    await readLayer(image, 1);
    expect(issued).toBe(2);
    expect(registry.requestsFor("/token").map(({ url }) => new URL(url, "http://x").searchParams.get("scope"))).toEqual([
      "repository:test/image:pull",
      "repository:test/image:pull",
    ]);
  });

  it("is asked for under the name that the registry has for the repository", async () => {
    const registry = await start((request, response) => {
      const { pathname, searchParams } = new URL(request.url, "http://x");
      if (pathname === "/token") {
        response
          .writeHead(200)
          .end(JSON.stringify({ token: searchParams.get("scope") === "repository:inner/image:pull" ? "right" : "wrong" }));
        return true;
      }
      if (request.headers.authorization === "Bearer right") return false;
      const realm = `http://${registry.address}/token`;
      response.writeHead(401, { "www-authenticate": `Bearer realm="${realm}",service="s",scope="repository:inner/image:pull"` }).end();
      return true;
    });
    const image = await open(registry);
    await readLayer(image, 0);
    expect(registry.requestsFor("/token")).toHaveLength(2);
  });

  it("that is refused never shows up in the message", async () => {
    const registry = await start((_request, response) => {
      response.writeHead(401, { "www-authenticate": 'Basic realm="x"' }).end();
      return true;
    });
    const error = await refusal(open(registry, { username: "me", password }));
    expect(error.code).toBe("unauthorized");
    expect(`${error.message} ${error.hint} ${String(error.cause)}`).not.toContain(password);
  });

  it("is not sent to a token server that the registry names over plain HTTP elsewhere", async () => {
    const registry = await start((_request, response) => {
      response.writeHead(401, { "www-authenticate": 'Bearer realm="http://tokens.example/token"' }).end();
      return true;
    });
    const error = await refusal(open(registry, { username: "me", password }));
    expect(error.message).toContain("http:// to tokens.example");
  });
});

it("the digest of what a registry streams is that of the layer", async () => {
  const registry = await start(() => false);
  const bytes = await readLayer(await open(registry), 1);
  expect(`sha256:${createHash("sha256").update(bytes).digest("hex")}`).toBe(registry.image.layers[1]!.digest);
});
