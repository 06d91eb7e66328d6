import { createServer } from "node:http";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";

import { expect, it, onTestFinished } from "vitest";

import { containerChanges } from "../../../src/transports/daemon/container.ts";
import type { TarEntry } from "../../../src/tar/entry.ts";
import { TarParser } from "../../../src/tar/read/parser.ts";
import { directory, file, tar } from "../../helpers/tar-fixture.ts";
import type { FixtureItem } from "../../helpers/tar-fixture.ts";
import { temporaryDirectory } from "../../helpers/temp-dir.ts";

const changed = 0;
const added = 1;
const deleted = 2;

/** An engine whose container has these files and these changes. */
async function engine(exported: readonly FixtureItem[], changes: readonly [path: string, kind: number][]): Promise<string> {
  const socket = join(temporaryDirectory(), "engine.sock");
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? "", "http://engine");
    if (pathname === "/_ping") response.writeHead(200, { "api-version": "1.41" }).end("OK");
    else if (pathname.endsWith("/changes")) response.end(JSON.stringify(changes.map(([Path, Kind]) => ({ Path, Kind }))));
    else if (pathname.endsWith("/export")) response.end(tar(exported));
    else response.end(JSON.stringify({ Id: "1".repeat(64), Image: `sha256:${"2".repeat(64)}` }));
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

it("what a container changed keeps large owners, nanoseconds, attributes and names that are no UTF-8", async () => {
  const capability = "\x01\0\0\x02\0\x20\0\0\xff\0\0\0\0\0\0\0\0\0\0\0";
  const odd = {
    uid: 1_000_660_000,
    gid: 300_000,
    pax: [["mtime", "1700000000.123456789"]] as const,
    xattrs: { "security.capability": Buffer.from(capability, "latin1") },
  };
  const host = await engine(
    [
      directory("etc/"),
      file("etc/kept", "not changed"),
      file("etc/odd", "odd", odd),
      file(Buffer.from("caf\xe9", "latin1"), "latin"),
      file("café".normalize("NFD"), "composed"),
      file("long/".repeat(40) + "name", "x".repeat(3000)),
    ],
    [
      ["/etc", changed],
      ["/etc/odd", changed],
      ["/etc/gone", deleted],
      ["/caf\ufffd", added],
      [`/${"long/".repeat(40)}name`, added],
    ],
  );
  const changes = await containerChanges("docker-daemon", "web", {
    platform: null,
    verify: true,
    connection: { host, timeout: 5000 },
  });
  onTestFinished(() => changes.close());
  const layer = changes.layer(1);
  const entries: TarEntry[] = [];
  const bytes = await buffer(await layer.open());
  const parser = new TarParser({ entry: (entry) => entries.push(entry) < 0, data: () => {}, endEntry: () => {} });
  parser.write(bytes);
  parser.end();
  expect(entries.map(({ path }) => path)).toEqual(["etc/", "etc/odd", "caf\xe9", `${"long/".repeat(40)}name`, "etc/.wh.gone"]);
  expect(entries[1]).toMatchObject({
    uid: 1_000_660_000,
    gid: 300_000,
    mtimeSeconds: 1_700_000_000,
    mtimeNanos: 123_456_789,
    xattrs: [{ name: "security.capability", value: capability }],
  });
  const { dataOffset, size } = entries[3]!;
  expect(bytes.subarray(dataOffset, dataOffset + size).toString()).toBe("x".repeat(3000));
});
