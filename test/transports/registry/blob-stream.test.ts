import { Readable } from "node:stream";

import { describe, expect, it } from "vitest";

import { BallastError } from "../../../src/base/errors.ts";
import { openBlob } from "../../../src/transports/registry/blob-stream.ts";
import type { RegistryClient } from "../../../src/transports/registry/client.ts";
import { failure } from "../opening.ts";

const blob = Buffer.from("a blob of thirty bytes or so...");
const halfway = 10;

function withCode(code: string): Error {
  return Object.assign(new Error(code), { code });
}

async function* half(): AsyncGenerator<Buffer> {
  yield blob.subarray(0, halfway);
  throw withCode("ECONNRESET");
}

/** What comes of the blob from a registry that breaks off halfway, and is there again after it refused so many connections. */
async function readFrom(refusals: number): Promise<{ bytes: Buffer; requests: number }> {
  let requests = 0;
  const url = new URL("http://registry.test/");
  const client = {
    endpoint: { host: "registry.test" },
    path: (path: string) => path,
    http: { count: () => {}, describe: (_url: URL, error: unknown) => error },
    request: async () => {
      requests += 1;
      if (requests === 1) return { status: 200, headers: {}, url, body: Readable.from(half(), { objectMode: false }) };
      if (requests <= 1 + refusals) throw new BallastError("connection-failed", "refuses", { cause: withCode("ECONNREFUSED") });
      const headers = { "content-range": `bytes ${halfway}-${blob.length - 1}/${blob.length}` };
      return { status: 206, headers, url, body: Readable.from([blob.subarray(halfway)], { objectMode: false }) };
    },
  };
  const request = { digest: `sha256:${"1".repeat(64)}`, size: blob.length, start: 0, end: blob.length } as const;
  const chunks: Buffer[] = [];
  for await (const chunk of await openBlob(client as unknown as RegistryClient, request)) chunks.push(chunk as Buffer);
  return { bytes: Buffer.concat(chunks), requests };
}

describe("a blob of a registry that goes away halfway", () => {
  it("is read to its end when the registry comes back", async () => {
    const { bytes, requests } = await readFrom(2);
    expect(bytes.toString()).toBe(blob.toString());
    expect(requests).toBe(4);
  });

  it("is given up when it stays away, and the message says that it was there", async () => {
    const error = await failure(readFrom(100));
    expect(error.code).toBe("connection-failed");
    expect(error.message).toContain("breaks off after 10 of 31 bytes, and the registry refuses the connection since then");
    expect(error.hint).toContain("was there a moment ago");
  });
});
