/** Stands before an engine's socket and remembers what was asked of it, and how much it answered. */
import { createServer, connect } from "node:net";
import { join } from "node:path";

import { makeTemporaryDirectory, removeDirectory } from "../../temp-dir.ts";

export interface SocketProxy {
  readonly socket: string;
  /** `GET /v1.41/images/json`, in their order; of engines that speak HTTP/1.1. */
  requests(): string[];
  /** Bytes that the engine has sent. */
  received(): number;
  stop(): void;
}

export async function startSocketProxy(engine: string): Promise<SocketProxy> {
  const directory = makeTemporaryDirectory();
  const socket = join(directory, "proxy.sock");
  let asked = "";
  let received = 0;
  const server = createServer((client) => {
    const upstream = connect(engine);
    client.on("data", (chunk) => (asked += chunk.toString("latin1")));
    upstream.on("data", (chunk) => (received += chunk.length));
    client.pipe(upstream).pipe(client);
    for (const [one, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      one.on("error", () => other.destroy());
      // What has ended has ended the other by the pipe, which still sends what it holds.
      one.on("close", () => one.readableEnded || other.destroy());
    }
  });
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  return {
    socket,
    requests: () => [...asked.matchAll(/^([A-Z]+ \/\S*) HTTP\/1\.1$/gm)].map(([, request]) => request!),
    received: () => received,
    stop() {
      server.close();
      removeDirectory(directory);
    },
  };
}
