import { once } from "node:events";
import { chmodSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { RequestListener, ServerResponse } from "node:http";
import { createServer as createSocketServer } from "node:net";
import { join } from "node:path";

import { describe, expect, it, onTestFinished } from "vitest";

import { DaemonClient } from "../../../src/transports/daemon/connection/client.ts";
import { parseEndpoint } from "../../../src/transports/daemon/connection/endpoint.ts";
import type { ChosenEndpoint } from "../../../src/transports/daemon/connection/endpoint.ts";
import { NoEngineAnswers } from "../../../src/transports/daemon/connection/no-engine.ts";
import { openDaemon } from "../../../src/transports/daemon/open.ts";
import type { ImageSet } from "../../../src/transports/transport.ts";
import { dockerArchive } from "../../helpers/image-fixture.ts";
import { file } from "../../helpers/tar-fixture.ts";
import { temporaryDirectory } from "../../helpers/temp-dir.ts";
import { failure, refusal } from "../opening.ts";

const archive = dockerArchive({ layers: [[file("a", "a".repeat(100_000))]], tags: ["app:1"] });

/** An engine that answers as the test says; a good one where it says nothing. */
async function engine(fault: RequestListener): Promise<string> {
  const socket = join(temporaryDirectory(), "engine.sock");
  const server = createServer((request, response) => {
    fault(request, response);
    if (response.headersSent || response.destroyed || response.hasHeader("x-stall")) return;
    if (request.url === "/_ping") response.writeHead(200, { "api-version": "1.41" }).end("OK");
    else if (request.url?.endsWith("/json") === true) {
      response
        .writeHead(200)
        .end(JSON.stringify({ Id: `sha256:${"1".repeat(64)}`, RepoTags: ["app:1"], Os: "linux", Architecture: "amd64" }));
    } else response.writeHead(200, { "content-type": "application/x-tar" }).end(archive);
  });
  await new Promise<void>((resolve) => {
    server.listen(socket, resolve);
  });
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return `unix://${socket}`;
}

const open = (host: string, timeout = 5000): Promise<ImageSet> =>
  openDaemon("docker-daemon", "app:1", {
    platform: null,
    verify: true,
    connection: { host, timeout },
    onLayerBlob: async (blob) => {
      for await (const _ of blob);
    },
  });

describe("an engine", () => {
  it("that is fine is read", async () => {
    const set = await open(await engine(() => undefined));
    expect(set.images[0]!.tags).toEqual(["app:1"]);
    await set.close();
  });

  it("that is not there is said not to run", async () => {
    const error = await refusal(open("unix:///nonexistent/docker.sock"));
    expect(error.code).toBe("daemon-unavailable");
    expect(error.message).toContain("/nonexistent/docker.sock (from --host)");
  });

  it("whose socket is left over is said not to run", async () => {
    const socket = join(temporaryDirectory(), "left.sock");
    const server = createSocketServer();
    await new Promise<void>((resolve) => {
      server.listen(socket, resolve);
    });
    chmodSync(socket, 0o600);
    writeFileSync(`${socket}.txt`, "");
    const plain = await refusal(open(`unix://${socket}.txt`));
    expect(plain.code).toBe("daemon-unavailable");
    await new Promise((resolve) => {
      server.close(resolve);
    });
    expect((await refusal(open(`unix://${socket}`))).code).toBe("daemon-unavailable");
  });

  it("that is too old is told so", async () => {
    const host = await engine(
      (request, response) => void (request.url === "/_ping" && response.writeHead(200, { "api-version": "1.9" }).end("OK")),
    );
    const error = await refusal(open(host));
    expect(error.code).toBe("daemon-too-old");
    expect(error.message).toContain("API 1.9");
  });

  it("that is a web server is told from an engine", async () => {
    const host = await engine((_request, response) => void response.writeHead(200, { "content-type": "text/html" }).end("<html>"));
    expect((await refusal(open(host))).code).toBe("protocol-error");
    const registry = await refusal(open(await engine((_request, response) => void response.writeHead(404).end("{}"))));
    expect(registry.code).toBe("protocol-error");
    expect(registry.message).toContain("is not a container engine: it answers 404 to /_ping");
  });

  it("that answers with something else than the archive is left at once: a connection that stays open would keep the process alive", async () => {
    const answers: ServerResponse[] = [];
    const host = await engine((request, response) => {
      if (request.url?.endsWith("/get") !== true) return;
      answers.push(response);
      // Not ended: whoever waits for the rest waits for ever.
      response.writeHead(200, { "content-type": "application/json" }).write('{"error":"no space left on device"}');
    });
    expect((await refusal(open(host))).message).toContain("answers with application/json instead of the archive of app:1");
    expect(answers).toHaveLength(1);
    for (const answer of answers) if (!answer.destroyed) await once(answer, "close");
  });

  it("that speaks an API yet unknown is not told to be too old", async () => {
    const host = await engine(
      (request, response) => void (request.url === "/_ping" && response.writeHead(200, { "api-version": "2.0" }).end("OK")),
    );
    const error = await refusal(open(host));
    expect(error.code).toBe("protocol-error");
    expect(error.message).toContain("speaks API 2.0, of which nothing is known here");
  });

  it("that does not speak HTTP is told so", async () => {
    const socket = join(temporaryDirectory(), "odd.sock");
    const server = createSocketServer((connection) => void connection.end("SSH-2.0-OpenSSH_9.2\r\n"));
    await new Promise<void>((resolve) => {
      server.listen(socket, resolve);
    });
    onTestFinished(() => void server.close());
    expect((await refusal(open(`unix://${socket}`))).code).toBe("protocol-error");
  });

  it.each([
    ["at once", (url: string) => url === "/_ping"],
    ["before the archive", (url: string) => url.endsWith("/get")],
  ])("that stalls %s is given up after the timeout", async (_when, stalls) => {
    const host = await engine((request, response) => void (stalls(request.url ?? "") && response.setHeader("x-stall", "1")));
    const error = await refusal(open(host, 200));
    expect(error.code).toBe("connection-timeout");
    expect(error.message).toContain("0.2 s");
  });

  it("at a usual place that does not answer sensibly is passed over for one that does", async () => {
    const usual = (host: string): ChosenEndpoint => ({ endpoint: parseEndpoint(host, "test"), origin: "the usual place", isUsual: true });
    const odd = [
      await engine((request) => void request.socket.destroy()),
      await engine((_request, response) => void response.writeHead(500).end()),
      await engine((_request, response) => void response.writeHead(200, { "content-type": "text/html" }).end("<html>")),
      "unix:///nonexistent/docker.sock",
    ].map(usual);
    const good = await engine(() => undefined);
    const client = await DaemonClient.connectTo("docker-daemon", [...odd, usual(good)]);
    expect(client.endpoint).toEqual({ kind: "socket", path: good.slice("unix://".length) });
    const none = await failure(DaemonClient.connectTo("docker-daemon", [odd.at(-1)!, ...odd]));
    expect(none).toBeInstanceOf(NoEngineAnswers);
    expect(none.code).toBe("connection-failed");
  });

  it("at a usual place that accepts and never answers is given up after the timeout", async () => {
    const silent = await engine((_request, response) => void response.setHeader("x-stall", "1"));
    const error = await failure(
      DaemonClient.connectTo("docker-daemon", [{ endpoint: parseEndpoint(silent, "test"), origin: "the usual place", isUsual: true }], 100),
    );
    expect(error).toBeInstanceOf(NoEngineAnswers);
    expect(error.message).toMatch(/^Docker at .*engine\.sock sent nothing for 0\.1 s$/);
    expect(error.hint).toContain("it hangs");
  });

  it("that stalls in the middle of the archive is given up after the timeout", async () => {
    const host = await engine((request, response) => {
      if (request.url?.endsWith("/get") === true) response.writeHead(200).write(archive.subarray(0, 20_000));
    });
    expect((await refusal(open(host, 200))).code).toBe("connection-timeout");
  });

  it.each(["", "{", "null", "[]", "<html>", '{"Id":5}'])(
    "that describes an image with %j is misbehaving, and no bug of ours",
    async (body) => {
      const host = await engine((request, response) => {
        if (request.url?.endsWith("/json") === true) response.writeHead(200).end(body);
      });
      expect((await refusal(open(host))).code).toBe("protocol-error");
    },
  );

  it("that hangs up in the middle of the archive is never taken for a whole image", async () => {
    const host = await engine((request, response) => {
      if (request.url?.endsWith("/get") !== true) return;
      response.writeHead(200);
      response.write(archive.subarray(0, 20_000), () => response.destroy());
    });
    expect((await refusal(open(host))).code).toBe("connection-failed");
  });

  it("that sends another image than it described is not believed: its tag may have moved meanwhile", async () => {
    const answers = (more: object): Promise<string> =>
      engine((request, response) => {
        const described = { Id: `sha256:${"1".repeat(64)}`, RepoTags: ["app:1"], Os: "linux", Architecture: "amd64", ...more };
        if (request.url?.endsWith("/json") === true) response.writeHead(200).end(JSON.stringify(described));
      });
    const set = await open(await engine(() => undefined));
    const { configDigest, layers } = set.images[0]!;
    const RootFS = { Type: "layers", Layers: layers.map(({ diffId }) => diffId) };
    await set.close();
    const others = [
      { RootFS: { Type: "layers", Layers: [`sha256:${"2".repeat(64)}`] } },
      { RootFS: { Type: "layers", Layers: [] } },
      { RootFS, GraphDriver: { Name: "overlay2" } },
    ];
    for (const other of others) {
      const error = await refusal(open(await answers(other)));
      expect([error.code, error.message]).toEqual([
        "digest-mismatch",
        expect.stringMatching(/describes app:1 as another image than it sends/),
      ]);
    }
    for (const same of [
      { RootFS },
      { RootFS, GraphDriver: { Name: "overlay2" }, Id: configDigest },
      { RootFS, GraphDriver: { Name: "overlayfs" } },
    ])
      await (await open(await answers(same))).close();
  });

  it("that has removed the image since it described it is said to have", async () => {
    const host = await engine((request, response) => {
      if (request.url?.endsWith("/get") === true) response.writeHead(404).end('{"message":"No such image: app:1"}');
    });
    const error = await refusal(open(host));
    expect([error.code, error.message]).toEqual([
      "image-not-found",
      "Docker does not have the image app:1 any more: it was removed meanwhile",
    ]);
  });

  it("that knows several images by the beginning of an ID asks for more of it", async () => {
    const host = await engine((request, response) => {
      if (request.url?.endsWith("/json") === true) response.writeHead(400).end('{"message":"Multiple IDs found with provided prefix: ab"}');
    });
    const error = await failure(open(host));
    expect([error.code, error.hint]).toEqual(["ambiguous-image", "write more of the ID"]);
  });

  it("that fails says why", async () => {
    const host = await engine((request, response) => {
      if (request.url?.endsWith("/get") === true) response.writeHead(500).end('{"message":"no space left\\u001b[2J on device"}');
    });
    expect((await refusal(open(host))).message).toMatch(/no space left \[2J on device$/);
  });
});
