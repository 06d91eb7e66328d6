import { createHash } from "node:crypto";
import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";

import { describe, expect, it } from "vitest";

import { noise } from "../../helpers/draws.ts";
import { BallastError } from "../../../src/base/errors.ts";
import { registryDestination } from "../../../src/transports/registry/push/push.ts";
import type { TransferProgress, WriteOptions } from "../../../src/transports/transport.ts";
import { outgoingOf } from "../../helpers/image/outgoing-image.ts";
import { serveInTest } from "../../helpers/local-server.ts";
import { file } from "../../helpers/tar-fixture.ts";

const size = 20_000_000;
const fixture = { layers: [[file("big", noise("big", size))]] };

interface Patch {
  readonly range: string | undefined;
  readonly received: number;
}

interface Uploads {
  readonly address: string;
  readonly blobs: Map<string, Buffer>;
  readonly patches: Patch[];
  readonly manifests: Map<string, string>;
}

/** A registry that takes uploads. `cut` says after how many bytes the nth PATCH of a large blob is broken off. */
async function uploads(options: {
  readonly cut?: (patch: number) => number | null;
  readonly largest?: number;
  /** Forget the upload when it broke off. */
  readonly forgetful?: boolean;
  readonly refuse?: number;
}): Promise<Uploads> {
  const sessions = new Map<string, Buffer[]>();
  const result: Omit<Uploads, "address"> = { blobs: new Map(), patches: [], manifests: new Map() };
  let counter = 0;

  const patch = async (request: IncomingMessage, response: ServerResponse, id: string): Promise<void> => {
    const { socket } = request;
    const session = sessions.get(id);
    const length = Number(request.headers["content-length"]);
    if (session === undefined) return void response.writeHead(404).end();
    if (length > (options.largest ?? Infinity)) {
      response.writeHead(413, { connection: "close" }).end();
      return;
    }
    const isLarge = length > 1_000_000;
    const cut = isLarge ? (options.cut?.(result.patches.length + 1) ?? null) : null;
    let received = 0;
    const pieces: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) {
      const part = cut === null ? chunk : chunk.subarray(0, cut - received);
      pieces.push(part);
      received += part.length;
      if (received === cut) break;
    }
    session.push(...pieces);
    if (isLarge) result.patches.push({ range: request.headers["content-range"], received });
    if (cut !== null) {
      if (options.forgetful === true) sessions.delete(id);
      socket.destroy();
      return;
    }
    response.writeHead(202, { location: `/v2/app/blobs/uploads/${id}`, range: `0-${Buffer.concat(session).length - 1}` }).end();
  };

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? "/", "http://x");
    const id = url.pathname.split("/").at(-1) ?? "";
    if (request.method === "PATCH") return patch(request, response, id);
    const body: Buffer[] = [];
    for await (const chunk of request) body.push(chunk as Buffer);
    if (url.pathname === "/v2/") return void response.writeHead(200).end();
    if (url.pathname.includes("/manifests/")) {
      if (request.method === "PUT") result.manifests.set(id, Buffer.concat(body).toString());
      response.writeHead(request.method === "PUT" ? 201 : 404).end();
    } else if (request.method === "HEAD") response.writeHead(result.blobs.has(id) ? 200 : 404).end();
    else if (request.method === "POST") {
      if (options.refuse !== undefined) return void response.writeHead(options.refuse).end();
      counter += 1;
      sessions.set(`u${counter}`, []);
      response.writeHead(202, { location: `http://${request.headers.host}/v2/app/blobs/uploads/u${counter}?state=a%2Bb` }).end();
    } else if (request.method === "GET") {
      const session = sessions.get(id);
      if (session === undefined) return void response.writeHead(404).end();
      response.writeHead(204, { location: `/v2/app/blobs/uploads/${id}`, range: `0-${Buffer.concat(session).length - 1}` }).end();
    } else if (request.method === "PUT") {
      const bytes = Buffer.concat(sessions.get(id) ?? []);
      const digest = `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
      if (digest !== url.searchParams.get("digest")) return void response.writeHead(400).end();
      result.blobs.set(digest, bytes);
      response.writeHead(201).end();
    } else response.writeHead(204).end();
  };

  return { ...result, address: await serveInTest(createServer((request, response) => void answer(request, response))) };
}

const writing: WriteOptions = { force: false, connection: { authFile: "/nonexistent", timeout: 5000 } };

describe("an upload", () => {
  it("sends a blob in one request when nothing goes wrong", async () => {
    const registry = await uploads({});
    const outgoing = outgoingOf(fixture);
    const states: TransferProgress["state"][] = [];
    await registryDestination(`${registry.address}/app:1`).write(outgoing, {
      ...writing,
      onProgress: ({ state }) => void states.push(state),
    });
    expect(registry.patches).toEqual([{ range: undefined, received: outgoing.built.layers[0]!.bytes.length }]);
    expect(registry.manifests.get("1")).toBe(outgoing.built.manifest.bytes.toString());
    expect(states).toContain("done");
  });

  it("goes on where it broke off", async () => {
    const registry = await uploads({ cut: (patch) => (patch <= 2 ? 7_000_000 : null) });
    const outgoing = outgoingOf(fixture);
    await registryDestination(`${registry.address}/app:1`).write(outgoing, writing);
    const last = outgoing.built.layers[0]!.bytes.length - 1;
    expect(registry.patches.map(({ range }) => range)).toEqual([undefined, `7000000-${last}`, `14000000-${last}`]);
    expect(registry.blobs.size).toBe(2);
  });

  it("begins again when the registry has forgotten it", async () => {
    const registry = await uploads({ cut: (patch) => (patch === 1 ? 7_000_000 : null), forgetful: true });
    await registryDestination(`${registry.address}/app:1`).write(outgoingOf(fixture), writing);
    expect(registry.patches.map(({ range }) => range)).toEqual([undefined, undefined]);
  });

  it("goes in pieces where one request may not be that large", async () => {
    const registry = await uploads({ largest: 9_000_000 });
    await registryDestination(`${registry.address}/app:1`).write(outgoingOf(fixture), writing);
    expect(registry.patches.map(({ range }) => range)).toEqual([
      "0-8388607",
      "8388608-16777215",
      expect.stringMatching(/^16777216-200\d+$/),
    ]);
  });

  it("that is not allowed is refused before anything is sent", async () => {
    const registry = await uploads({ refuse: 403 });
    const error = await registryDestination(`${registry.address}/app:1`)
      .check(writing)
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(BallastError);
    expect((error as BallastError).code).toBe("forbidden");
    expect(registry.patches).toEqual([]);
  });
});
