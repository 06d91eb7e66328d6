/** A Redis on loopback that keeps every command in its append-only file before it answers. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { makeTemporaryDirectory, removeDirectory } from "../../temp-dir.ts";
import { programPath } from "../available.ts";
import type { Certificates } from "./certificates.ts";
import { freePort, startDaemon } from "../engines/daemon.ts";
import type { Daemon } from "../engines/daemon.ts";
import { tryRun } from "../run.ts";

export interface RedisServer {
  /** `redis://127.0.0.1:PORT`; with `locked` `rediss://`, account and password. */
  readonly url: string;
  readonly directory: string;
  /** Ends it with SIGKILL and starts it again from its file. */
  crash(): Promise<void>;
  stop(): Promise<void>;
}

export interface RedisOptions {
  /** Nothing but TLS, and an account that may do what a queue needs on its own keys. */
  readonly locked?: { readonly certificates: Certificates; readonly password: string };
}

const account = (password: string): string =>
  `user default off\nuser surveys on >${password} ~{ballast}* +@all -@dangerous +info +client\n`;

export async function startRedis({ locked }: RedisOptions = {}): Promise<RedisServer> {
  const directory = makeTemporaryDirectory();
  const port = await freePort();
  const accounts = join(directory, "users.acl");
  if (locked !== undefined) writeFileSync(accounts, account(locked.password));
  const { ca = "", certificate = "", key = "" } = locked?.certificates ?? {};
  const listening =
    locked === undefined
      ? ["--port", `${port}`]
      : [
          ...["--port", "0", "--tls-port", `${port}`, "--tls-auth-clients", "no", "--aclfile", accounts],
          ...["--tls-ca-cert-file", ca, "--tls-cert-file", certificate, "--tls-key-file", key],
        ];
  const asking = locked === undefined ? [] : ["--tls", "--cacert", ca];
  const start = (): Promise<Daemon> =>
    startDaemon({
      command: programPath("redis-server")!,
      args: [...listening, "--bind", "127.0.0.1", "--dir", directory, "--save", "", "--appendonly", "yes", "--appendfsync", "always"],
      log: join(directory, "redis.log"),
      ready: async () => /^(?:PONG|NOAUTH)/.test((await tryRun("redis-cli", [...asking, "-p", `${port}`, "ping"])).stdout.toString()),
    });
  let daemon = await start();
  return {
    url: locked === undefined ? `redis://127.0.0.1:${port}` : `rediss://surveys:${locked.password}@127.0.0.1:${port}`,
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
