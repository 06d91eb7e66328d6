/** A tag whose new image cannot be vouched for is given back what it held, whatever the registry says in between. */
import { createHash } from "node:crypto";
import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";

import { describe, expect, it } from "vitest";

import { registryDestination } from "../../../src/transports/registry/push/push.ts";
import type { WriteOptions } from "../../../src/transports/transport.ts";
import { outgoingOf } from "../../helpers/image/outgoing-image.ts";
import { serveInTest } from "../../helpers/local-server.ts";
import { file } from "../../helpers/tar-fixture.ts";

const old = JSON.stringify({ schemaVersion: 2, config: { digest: `sha256:${"0".repeat(64)}`, size: 1 }, layers: [] });
const mediaType = "application/vnd.oci.image.manifest.v1+json";
const digestOf = (text: string): string => `sha256:${createHash("sha256").update(text).digest("hex")}`;

/** Answers otherwise than a registry would; true when it did. `count` counts the requests of this method for manifests. */
type Oddity = (request: IncomingMessage, response: ServerResponse, count: number) => boolean;

/** A registry that has all blobs, with `old` under the tag `1`, where that is wanted. */
async function registry({ tags = { "1": old }, odd = () => false }: { tags?: Record<string, string>; odd?: Oddity }) {
  const held = new Map(Object.entries(tags));
  const seen = new Map<string, number>();
  const find = (name: string): string | undefined =>
    name.startsWith("sha256:") ? [...held.values()].find((text) => digestOf(text) === name) : held.get(name);
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body: Buffer[] = [];
    for await (const chunk of request) body.push(chunk as Buffer);
    const { method = "", url = "" } = request;
    const name = url.split("/").at(-1)!;
    if (!url.includes("/manifests/")) {
      const status = method === "POST" ? 202 : 200;
      response.writeHead(status, { location: "/v2/app/blobs/uploads/u" }).end();
      return;
    }
    const count = (seen.get(method) ?? 0) + 1;
    seen.set(method, count);
    if (method === "PUT") held.set(name, Buffer.concat(body).toString());
    if (odd(request, response, count)) return;
    const text = find(name);
    if (method === "PUT") response.writeHead(201).end();
    else if (text === undefined) response.writeHead(404).end();
    else if (method === "DELETE") {
      for (const [tag, other] of held) if (other === text) held.delete(tag);
      response.writeHead(202).end();
    } else response.writeHead(200, { "content-type": mediaType, "docker-content-digest": digestOf(text) }).end(text);
  };
  const address = await serveInTest(createServer((request, response) => void answer(request, response)));
  return { held, destination: registryDestination(`${address}/app:1`) };
}

const writing: WriteOptions = { force: true, connection: { authFile: "/nonexistent", timeout: 5000 } };
const outgoing = () => outgoingOf({ layers: [[file("a", "1")]] });
const reason = (run: Promise<void>): Promise<string> =>
  run.then(
    () => "nothing",
    (error: unknown) => (error as Error).message,
  );

describe("a tag", () => {
  it("gets back what it held where the registry did not know it when the push began: it was deleted instead", async () => {
    const { held, destination } = await registry({
      odd: ({ method }, response, count) => method === "GET" && count === 2 && Boolean(response.writeHead(404).end()),
    });
    await destination.check(writing);
    await destination.write(outgoing(), writing);
    expect(held.get("1")).not.toBe(old);
    await destination.remove(writing);
    expect(held.get("1")).toBe(old);
  });

  it("gets it back where the registry took the manifest and its answer was an error", async () => {
    const { held, destination } = await registry({
      odd: ({ method }, response, count) => method === "PUT" && count === 1 && Boolean(response.writeHead(400).end()),
    });
    await destination.check(writing);
    expect(await reason(destination.write(outgoing(), writing))).toMatch(/answers 400 for push of the manifest of .*app:1/);
    expect(held.get("1")).toBe(old);
  });

  it("gets it back after an interruption, whose signal ended the requests that would have done it", async () => {
    const { held, destination } = await registry({});
    const interruption = new AbortController();
    await destination.write(outgoing(), { ...writing, signal: interruption.signal });
    interruption.abort();
    await destination.remove({ ...writing, signal: interruption.signal });
    expect(held.get("1")).toBe(old);
  });

  it("keeps what somebody else pushed meanwhile, which was overwritten by what had been there before", async () => {
    const { held, destination } = await registry({});
    await destination.write(outgoing(), writing);
    const theirs = old.replace("{", '{"annotations":{"whose":"theirs"},');
    held.set("1", theirs);
    await destination.remove(writing);
    expect(held.get("1")).toBe(theirs);
  });

  it("that was new goes, but not with another tag of the same manifest: deleting that deletes both", async () => {
    const image = outgoing();
    const manifest = image.images[0]!.manifestBytes.toString();
    const lone = await registry({ tags: {} });
    await lone.destination.write(image, writing);
    await lone.destination.remove(writing);
    expect([...lone.held.keys()]).toEqual([]);
    const { held, destination } = await registry({ tags: { stable: manifest } });
    await destination.write(outgoing(), writing);
    expect(await reason(destination.remove(writing))).toMatch(/holds the same manifest under another name/);
    expect(held.get("stable")).toBe(manifest);
  });

  it("is not overwritten where what it holds came damaged, which could not be put back", async () => {
    const { held, destination } = await registry({
      odd: ({ method }, response) =>
        method === "GET" && Boolean(response.writeHead(200, { "docker-content-digest": digestOf(old) }).end("{}")),
    });
    expect(await reason(destination.write(outgoing(), writing))).toMatch(/promises sha256:\w+ and sends/);
    expect(held.get("1")).toBe(old);
  });

  it("whose verification failed and that cannot be put back is named with what it held", async () => {
    const { destination } = await registry({
      odd: ({ method }, response, count) => method === "PUT" && count === 2 && Boolean(response.writeHead(403).end()),
    });
    await destination.write(outgoing(), writing);
    const error = (await destination.remove(writing).catch((thrown: unknown) => thrown)) as { message: string; hint: string };
    expect(error.message).toMatch(/app:1 was written, did not pass the verification, and may hold that still: .*does not allow the push/);
    expect(error.hint).toContain(digestOf(old));
  });
});
