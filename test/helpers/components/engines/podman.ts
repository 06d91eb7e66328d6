/** Podman with a store of the tests' own, and its Docker-compatible service on a socket in a temporary directory. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { makeTemporaryDirectory } from "../../temp-dir.ts";
import { programPath } from "../available.ts";
import { startDaemon } from "./daemon.ts";
import { run, tryRun } from "../run.ts";
import type { RunOptions } from "../run.ts";
import { removeDaemonDirectory } from "../unmount.ts";

export interface Podman {
  readonly directory: string;
  readonly socket: string;
  /** `unix://…`, for CONTAINER_HOST or --host. */
  readonly host: string;
  /** `podman ARGUMENTS…` on this store; standard output. */
  podman(args: readonly string[], options?: RunOptions): Promise<Buffer>;
  stop(): Promise<void>;
}

/** `plainRegistry`: an address that is spoken to without TLS. */
export async function startPodman({ plainRegistry }: { readonly plainRegistry?: string } = {}): Promise<Podman> {
  const directory = makeTemporaryDirectory();
  const socket = join(directory, "podman.sock");
  const store = [
    "--root",
    join(directory, "root"),
    "--runroot",
    join(directory, "run"),
    "--storage-driver",
    "vfs",
    "--cgroup-manager",
    "cgroupfs",
  ];
  const program = programPath("podman")!;
  const registries = join(directory, "registries.conf");
  writeFileSync(registries, plainRegistry === undefined ? "" : `[[registry]]\nlocation = "${plainRegistry}"\ninsecure = true\n`);
  const env = { TMPDIR: directory, ...(plainRegistry === undefined ? {} : { CONTAINERS_REGISTRIES_CONF: registries }) };
  const daemon = await startDaemon({
    command: program,
    args: [...store, "system", "service", "--time=0", `unix://${socket}`],
    env,
    log: join(directory, "podman.log"),
    ready: async () => (await tryRun("curl", ["-sf", "--unix-socket", socket, "http://d/_ping"])).status === 0,
  });
  return {
    directory,
    socket,
    host: `unix://${socket}`,
    podman: (args, options = {}) => run(program, [...store, ...args], { ...options, env: { ...env, ...options.env } }),
    async stop() {
      await daemon.stop();
      removeDaemonDirectory(directory);
    },
  };
}
