import { createServer } from "node:net";
import { brotliCompressSync } from "node:zlib";

import { describe, expect, it, onTestFinished } from "vitest";

import { BallastError } from "../../../src/base/errors.ts";
import { openRegistry } from "../../../src/transports/registry/open.ts";
import { startMisbehavingRegistry } from "../../helpers/registry/misbehaving-registry.ts";
import type { Fault } from "../../helpers/registry/misbehaving-registry.ts";
import { file } from "../../helpers/tar-fixture.ts";
import { serveInTest } from "../../helpers/local-server.ts";

const ociIndex = "application/vnd.oci.image.index.v1+json";

/** What comes of opening and reading the image at a registry that answers so; null where it is read to its end. */
async function tried(fault: Fault): Promise<BallastError | null> {
  const registry = await startMisbehavingRegistry({ layers: [[file("etc/motd", "hello")]] }, { fault });
  onTestFinished(() => registry.stop());
  return read(registry.reference);
}

async function read(reference: string): Promise<BallastError | null> {
  try {
    const set = await openRegistry(reference, { platform: null, verify: true, connection: { authFile: "/nonexistent", timeout: 5000 } });
    onTestFinished(() => set.close());
    for (const layer of set.images[0]!.layers) for await (const _ of await layer.open());
    return null;
  } catch (error) {
    expect(error).toBeInstanceOf(BallastError);
    return error as BallastError;
  }
}

const isManifest = (url: string): boolean => url.includes("/manifests/");
const isBlob = (url: string): boolean => url.includes("/blobs/");

describe("what is no answer of a registry", () => {
  it.each([
    ["a header without a colon", "HTTP/1.1 200 OK\r\nno header at all\r\n\r\n"],
    ["a negative length", "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n"],
    ["the greeting of another server", "SSH-2.0-OpenSSH_9.9\r\n"],
    ["headers without end", `HTTP/1.1 200 OK\r\nX-Long: ${"x".repeat(200_000)}\r\n\r\n`],
  ])("is an error of the registry and no bug of ours: %s", async (_, answer) => {
    const error = await tried((request, response) => isManifest(request.url) && Boolean(response.socket?.end(answer)));
    expect(error?.code).toBe("protocol-error");
    expect(error?.message).toContain("does not answer in HTTP as it should");
  });

  it("is a web page where a layer should be, which is no damaged copy", async () => {
    const error = await tried((request, response) => {
      if (!isBlob(request.url)) return false;
      response.writeHead(200, { "content-type": "text/html", "content-length": 13 }).end("<html>Log in!");
      return true;
    });
    expect(error?.message).toMatch(/answers with a web page instead of the blob sha256:/);
  });

  it("is a gateway's page about a registry that is down, which is told to have trouble", async () => {
    const error = await tried((request, response) => {
      if (!isManifest(request.url)) return false;
      response.writeHead(502, { "content-type": "text/html", "retry-after": "0" }).end("<html>Bad Gateway");
      return true;
    });
    expect(error?.code).toBe("connection-failed");
    expect(error?.message).toContain("answers 502 for manifest of");
    expect(error?.hint).toContain("try again later");
  });

  it("is a challenge for a login that nobody here can do, which is named", async () => {
    const error = await tried((request, response) => {
      if (!isManifest(request.url)) return false;
      response.writeHead(401, { "www-authenticate": ["Negotiate", 'NTLM realm="corp"'] }).end();
      return true;
    });
    expect(error?.code).toBe("unauthorized");
    expect(error?.message).toContain("wants a login by negotiate or ntlm");
  });

  it("is a web page without a type where a manifest should be", async () => {
    const page = "\n<!DOCTYPE html><html>Log in!";
    const error = await tried((request, response) => isManifest(request.url) && Boolean(response.writeHead(200).end(page)));
    expect(error?.message).toContain("answers with a web page instead of the manifest of");
  });

  it.each([
    ["config", (url: string, seen: number) => isBlob(url) && seen === 1],
    ["manifest", (url: string) => isManifest(url)],
  ])("is a %s that a proxy compresses unasked in a way of its own, and it is the proxy that is to blame", async (_, isIt) => {
    const error = await tried((request, response, seen) => {
      if (!isIt(request.url, seen)) return false;
      response.writeHead(200, { "content-type": "application/octet-stream", "content-encoding": "br" }).end(brotliCompressSync("{}"));
      return true;
    });
    expect(error?.code).toBe("protocol-error");
    expect(error?.message).toContain("(Content-Encoding: br)");
    expect(error?.hint).toContain("a proxy before the registry");
  });

  it("is an artifact of OCI's release candidates, which is named for what it is", async () => {
    const mediaType = "application/vnd.oci.artifact.manifest.v1+json";
    const error = await tried((request, response) => {
      if (!isManifest(request.url)) return false;
      response.writeHead(200, { "content-type": mediaType });
      response.end(JSON.stringify({ mediaType, artifactType: "application/vnd.example.sbom", blobs: [] }));
      return true;
    });
    expect(error?.code).toBe("unsupported-image");
    expect(error?.message).toContain('is an artifact of type "application/vnd.example.sbom", not a container image');
  });

  it("is a redirect to a host that is not there, which is the one that is named", async () => {
    const error = await tried((request, response) => {
      if (!isBlob(request.url)) return false;
      response.writeHead(307, { location: "http://127.0.0.1:1/blob" }).end();
      return true;
    });
    expect(error?.message).toMatch(/^127\.0\.0\.1:1 \(to which registry 127\.0\.0\.1:\d+ sends us on\) refuses the connection$/);
  });

  it("is a layer that a store marks as gzip, which it is, and which is read as it is", async () => {
    const seen: string[] = [];
    const error = await tried((request, response) => {
      if (!isBlob(request.url)) return false;
      seen.push(request.url);
      response.setHeader("content-encoding", "gzip");
      return false;
    });
    expect([error, seen.length]).toEqual([null, 2]);
  });

  it("is what a store of blobs says in XML, which reaches the message", async () => {
    const error = await tried((request, response) => {
      if (!isBlob(request.url)) return false;
      response.writeHead(403, { "content-type": "application/xml" });
      response.end("<Error><Code>AccessDenied</Code><Message>Request\u001b[2J has expired</Message></Error>");
      return true;
    });
    expect(error?.message).toContain("(AccessDenied: Request [2J has expired)");
  });
});

describe("an index in a registry", () => {
  const index =
    (manifests: readonly object[]): Fault =>
    (request, response) => {
      if (!isManifest(request.url)) return false;
      if (!request.url.endsWith("/latest")) return Boolean(response.writeHead(404).end("{}"));
      response.writeHead(200, { "content-type": ociIndex });
      response.end(JSON.stringify({ schemaVersion: 2, mediaType: ociIndex, manifests }));
      return true;
    };

  it("that lists nothing is said to, whatever the platform", async () => {
    expect((await tried(index([])))?.message).toMatch(/is an index that lists no image$/);
  });

  it("that lists a manifest the registry has lost names that manifest, and does not doubt the tag", async () => {
    const digest = `sha256:${"a".repeat(64)}`;
    const lost = { mediaType: "application/vnd.oci.image.manifest.v1+json", digest, size: 1000 };
    const error = await tried(index([lost]));
    expect(error?.code).toBe("blob-missing");
    expect(error?.message).toContain(`lists the manifest ${digest}, which registry`);
  });
});

describe("a token server", () => {
  const challenged =
    (token: Fault): Fault =>
    (request, response, seen) => {
      if (request.url.startsWith("/token")) return token(request, response, seen);
      if (request.headers.authorization === "Bearer good") return false;
      response.writeHead(401, { "www-authenticate": `Bearer realm="http://${request.headers.host}/token",service="s"` }).end();
      return true;
    };

  it("that is busy, or breaks off, is asked again as the registry would be", async () => {
    const answers: ((response: Parameters<Fault>[1]) => void)[] = [
      (response) => response.writeHead(503, { "retry-after": "0" }).end(),
      (response) => response.destroy(),
      (response) => response.writeHead(429, { "retry-after": "0" }).end(),
      (response) => response.end('{"token":"good"}'),
    ];
    let asked = 0;
    const error = await tried(
      challenged((_, response) => {
        answers[asked]!(response);
        asked += 1;
        return true;
      }),
    );
    expect(error).toBeNull();
    expect(asked).toBe(4);
  });

  it("that stays down is named with the registry, and not blamed for being none", async () => {
    const error = await tried(
      challenged((_, response) => {
        response.writeHead(500, { "retry-after": "0" }).end();
        return true;
      }),
    );
    expect(error?.code).toBe("connection-failed");
    expect(error?.message).toMatch(/^token server 127\.0\.0\.1:\d+ of registry 127\.0\.0\.1:\d+ answers with status 500$/);
  });
});

it("a registry on this machine that hangs up at a TLS handshake is spoken to in plain HTTP", async () => {
  const registry = await startMisbehavingRegistry({ layers: [[file("a", "1")]] });
  onTestFinished(() => registry.stop());
  const [host, port] = registry.address.split(":");
  const { connect } = await import("node:net");
  // Passes on whoever begins with a letter, as HTTP does, and drops the handshake of TLS (RFC 8446 § 5.1: record type 22).
  const server = createServer((client) => {
    client.on("error", () => {});
    client.once("data", (first: Buffer) => {
      if (first[0] === 22) return void client.destroy();
      const upstream = connect(Number(port), host);
      upstream.on("error", () => client.destroy());
      upstream.write(first);
      client.pipe(upstream).pipe(client);
    });
  });
  const address = await serveInTest(server);
  expect(await read(registry.reference.replace(registry.address, address))).toBeNull();
});
