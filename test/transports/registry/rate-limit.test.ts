/** Registries that say how much they still allow. */
import { createServer } from "node:http";

import { expect, it } from "vitest";

import { RegistryClient } from "../../../src/transports/registry/client.ts";
import { pauseOf } from "../../../src/transports/registry/connection/rate-limit.ts";
import { serveInTest } from "../../helpers/local-server.ts";

const now = Date.parse("2026-01-01T00:00:00Z");

it.each([
  ["Docker Hub, something left", { "ratelimit-limit": "100;w=21600", "ratelimit-remaining": "76;w=21600" }, null],
  ["Docker Hub, nothing left, and not for how long", { "ratelimit-remaining": "0;w=21600" }, null],
  ["three headers", { "ratelimit-remaining": "0", "ratelimit-reset": "7" }, 7000],
  ["one header of an earlier draft", { ratelimit: "limit=10, remaining=0, reset=5" }, 5000],
  ["one header of a later draft", { ratelimit: '"default";r=0;t=3' }, 3000],
  ["one header, something left", { ratelimit: '"default";r=4;t=3' }, null],
  ["a moment", { "x-ratelimit-remaining": "0", "x-ratelimit-reset": String(now / 1000 + 9) }, 9000],
  ["a moment that is past", { "x-ratelimit-remaining": "0", "x-ratelimit-reset": String(now / 1000 - 9) }, 0],
  ["nonsense", { "ratelimit-remaining": "none", "ratelimit-reset": "-1" }, null],
])("reads %s", (_, headers, pause) => expect(pauseOf(headers, now)).toBe(pause));

it("waits where nothing is left instead of being refused", async () => {
  const times: number[] = [];
  const server = createServer((request, response) => {
    if (request.url === "/v2/") return response.end("{}");
    times.push(Date.now());
    const used = times.length === 1;
    return response.writeHead(200, used ? { "ratelimit-remaining": "0;w=60", "ratelimit-reset": "1" } : {}).end("{}");
  });
  const host = await serveInTest(server);
  const endpoint = { host, scheme: "http", repository: "a", credentialName: host, insecure: false } as const;
  const client = new RegistryClient(endpoint, { connection: { authFile: "/nonexistent" }, env: {}, actions: "pull" });
  for (let count = 0; count < 8; count += 1) await client.document({ method: "GET", path: client.path("tags/list"), what: "tags" });
  await client.close();
  expect(times[1]! - times[0]!).toBeGreaterThanOrEqual(990);
  // A busy machine may keep one of them waiting, but not all.
  expect(Math.min(...times.slice(2).map((time, index) => time - times[index + 1]!))).toBeLessThan(900);
});
