/** What an engine is told of who we are: nothing, but for a pull that was asked for, and then for that registry alone. */
import { createServer } from "node:http";
import { join } from "node:path";

import { expect, it, onTestFinished } from "vitest";

import { openDaemon } from "../../../src/transports/daemon/open.ts";
import type { ConnectionOptions } from "../../../src/transports/transport.ts";
import { dockerArchive } from "../../helpers/image-fixture.ts";
import { file } from "../../helpers/tar-fixture.ts";
import { temporaryDirectory } from "../../helpers/temp-dir.ts";

const archive = dockerArchive({ layers: [[file("a", "1")]], tags: ["registry.example/app:1"] });

interface Heard {
  readonly url: string;
  readonly auth: unknown;
}

/** An engine that has the image once it was pulled; notes what it is told. */
async function engine(has: boolean): Promise<{ readonly host: string; readonly heard: readonly Heard[] }> {
  const heard: Heard[] = [];
  let isThere = has;
  const socket = join(temporaryDirectory(), "engine.sock");
  const server = createServer((request, response) => {
    const header = request.headers["x-registry-auth"];
    const auth = typeof header === "string" ? (JSON.parse(Buffer.from(header, "base64url").toString()) as unknown) : undefined;
    heard.push({ url: request.url!, auth });
    expect(JSON.stringify(request.headers)).not.toContain("s3cret");
    if (request.url === "/_ping") response.writeHead(200, { "api-version": "1.41" }).end("OK");
    else if (request.url!.includes("/images/create")) {
      isThere = true;
      response.end(JSON.stringify({ status: "done" }));
    } else if (!isThere) response.writeHead(404).end(JSON.stringify({ message: "no such image" }));
    else if (request.url!.endsWith("/json"))
      response.end(
        JSON.stringify({ Id: `sha256:${"1".repeat(64)}`, RepoTags: ["registry.example/app:1"], Os: "linux", Architecture: "amd64" }),
      );
    else response.writeHead(200, { "content-type": "application/x-tar" }).end(archive);
  });
  await new Promise<void>((resolve) => {
    server.listen(socket, resolve);
  });
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return { host: `unix://${socket}`, heard };
}

async function open(connection: ConnectionOptions): Promise<void> {
  const set = await openDaemon("docker-daemon", "registry.example/app:1", { platform: null, verify: true, connection });
  await set.close();
}

const password = { username: "ci", password: "s3cret" };
const told = (heard: readonly Heard[]): readonly unknown[] => heard.flatMap(({ auth }) => (auth === undefined ? [] : [auth]));

it("that has the image is told nothing, with --pull neither", async () => {
  for (const pull of [false, true]) {
    const { host, heard } = await engine(true);
    await open({ ...password, host, pull });
    expect(heard.length).toBeGreaterThan(1);
    expect(told(heard)).toEqual([]);
  }
});

it("that pulls what was asked for is told the login for that registry", async () => {
  const { host, heard } = await engine(false);
  await open({ ...password, host, pull: true, credentialsFor: "registry.example" });
  expect(told(heard)).toEqual([{ username: "ci", password: "s3cret", serveraddress: "registry.example" }]);
});

it("is not told the login for another registry", async () => {
  const { host, heard } = await engine(false);
  await open({ ...password, host, pull: true, credentialsFor: "other.example", authFile: "/nonexistent" });
  expect(told(heard)).toEqual([{}]);
});
