import { createServer } from "node:http2";
import type { ServerHttp2Stream } from "node:http2";
import { join } from "node:path";

import { expect, it, onTestFinished } from "vitest";

import { ContentStore } from "../../../src/transports/containerd/content-store.ts";
import { temporaryDirectory } from "../../helpers/temp-dir.ts";

/** What asks a socket for its images, where somebody answers each call with these bytes and this end. */
async function images(body: Buffer, trailers: Readonly<Record<string, string>>): Promise<unknown> {
  const socket = join(temporaryDirectory(), "socket");
  const server = createServer();
  server.on("stream", (stream: ServerHttp2Stream) => {
    stream.on("error", () => {});
    stream.respond({ ":status": 200, "content-type": "application/grpc" }, { waitForTrailers: true });
    stream.on("wantTrailers", () => stream.sendTrailers(trailers));
    stream.end(body);
  });
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  const store = new ContentStore(socket, 5000);
  onTestFinished(() => {
    store.close();
    server.close();
  });
  return store.images();
}

it("a refusal whose text is not percent-encoded is told as it is", async () => {
  await expect(images(Buffer.alloc(0), { "grpc-status": "2", "grpc-message": "100% full" })).rejects.toMatchObject({
    code: "protocol-error",
    message: expect.stringContaining("100% full"),
  });
});

it("an answer that is no message is no bug of ours", async () => {
  const message = Buffer.from("0a80", "hex");
  const framed = Buffer.concat([Buffer.from([0, 0, 0, 0, message.length]), message]);
  await expect(images(framed, { "grpc-status": "0" })).rejects.toMatchObject({ code: "protocol-error" });
});

it("a message that claims four gigabytes is refused before it is held", async () => {
  const framed = Buffer.concat([Buffer.from([0, 0xff, 0xff, 0xff, 0xff]), Buffer.alloc(1000)]);
  await expect(images(framed, { "grpc-status": "0" })).rejects.toMatchObject({
    code: "protocol-error",
    message: expect.stringMatching(/message of 4294967300 bytes/),
  });
});
