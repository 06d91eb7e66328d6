/** A Redis on loopback that keeps every command in its append-only file before it answers. */
import { join } from "node:path";

import { makeTemporaryDirectory, removeDirectory } from "../temp-dir.ts";
import { programPath } from "./available.ts";
import { freePort, startDaemon } from "./daemon.ts";
import type { Daemon } from "./daemon.ts";
import { tryRun } from "./run.ts";

export interface RedisServer {
  /** `redis://127.0.0.1:PORT`. */
  readonly url: string;
  readonly directory: string;
  /** Ends it with SIGKILL and starts it again from its file. */
  crash(): Promise<void>;
  stop(): Promise<void>;
}

export async function startRedis(): Promise<RedisServer> {
  const directory = makeTemporaryDirectory();
  const port = await freePort();
  const start = (): Promise<Daemon> =>
    startDaemon({
      command: programPath("redis-server")!,
      args: [
        "--port",
        `${port}`,
        "--bind",
        "127.0.0.1",
        "--dir",
        directory,
        "--save",
        "",
        "--appendonly",
        "yes",
        "--appendfsync",
        "always",
      ],
      log: join(directory, "redis.log"),
      ready: async () => (await tryRun("redis-cli", ["-p", `${port}`, "ping"])).stdout.toString().startsWith("PONG"),
    });
  let daemon = await start();
  return {
    url: `redis://127.0.0.1:${port}`,
    directory,
    async crash() {
      process.kill(daemon.pid, "SIGKILL");
      await daemon.stop();
      daemon = await start();
    },
    async stop() {
      await daemon.stop();
      removeDirectory(directory);
    },
  };
}
