/** The AWS SDK's own client against a server that keeps objects as S3 does, as far as the store asks. */
import { createServer } from "node:http";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";

import { afterAll, beforeAll, expect, it, vi } from "vitest";

import { openS3Store } from "../../src/queue/store/s3-store.ts";

const objects = new Map<string, Buffer>();
const requests: string[] = [];
let server: Server;

beforeAll(async () => {
  vi.stubEnv("AWS_ACCESS_KEY_ID", "key");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "hush");
  server = createServer((request, response) => {
    const name = new URL(request.url ?? "", "http://s3").pathname;
    requests.push(`${request.method} ${name} ${request.headers.authorization?.split(" ")[0]}`);
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const kept = objects.get(name);
      if (request.method === "PUT") objects.set(name, Buffer.concat(chunks));
      if (request.method === "DELETE") objects.delete(name);
      if (request.method === "PUT" || request.method === "DELETE") return response.writeHead(request.method === "PUT" ? 200 : 204).end();
      if (name.startsWith("/closed/")) return response.writeHead(403).end("<Error><Code>AccessDenied</Code><Message>no</Message></Error>");
      if (kept === undefined) return response.writeHead(404).end(request.method === "HEAD" ? "" : "<Error><Code>NoSuchKey</Code></Error>");
      return response.writeHead(200, { "content-length": kept.length }).end(request.method === "HEAD" ? "" : kept);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});
afterAll(() => {
  server.close();
  vi.unstubAllEnvs();
});

const storeOf = (bucket: string) =>
  openS3Store(`s3://${bucket}/a/b?endpoint=http://127.0.0.1:${(server.address() as AddressInfo).port}&region=eu-central-1`);

it("keeps, finds and removes objects below its prefix, by signed requests", async () => {
  const store = await storeOf("results");
  expect(store.address).toBe("s3://results/a/b");
  const bytes = Buffer.from([0, 1, 2, 255]);
  expect([await store.has("layers/x"), await store.get("layers/x")]).toEqual([false, null]);
  await store.put("layers/x", bytes);
  expect([...objects]).toEqual([["/results/a/b/layers/x", bytes]]);
  expect([await store.has("layers/x"), await store.get("layers/x")]).toEqual([true, bytes]);
  await store.remove("layers/x");
  expect(objects.size).toBe(0);
  expect(requests.every((request) => request.endsWith(" AWS4-HMAC-SHA256"))).toBe(true);
});

it("says which bucket refuses it, and no key", async () => {
  const error = await (await storeOf("closed")).get("layers/x").catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: "read-failed", message: "s3://closed/a/b cannot be read (AccessDenied: no)" });
});

it.each(["s3://", "s3:///prefix", "s3://key:hush@bucket/x", "s3://bucket/x?end-point=y"])("refuses %s", async (text) => {
  await expect(openS3Store(text)).rejects.toMatchObject({ code: "bad-argument", message: "--store names no bucket" });
});
