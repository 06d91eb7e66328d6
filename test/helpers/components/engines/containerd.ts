/** containerd with everything it keeps in a temporary directory, and `ctr` to speak to it. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { makeTemporaryDirectory } from "../../temp-dir.ts";
import { programPath } from "../available.ts";
import { startDaemon } from "./daemon.ts";
import { run, tryRun } from "../run.ts";
import type { RunOptions } from "../run.ts";
import { removeDaemonDirectory } from "../unmount.ts";

export interface Containerd {
  readonly directory: string;
  readonly socket: string;
  /** `ctr --address SOCKET ARGUMENTS…`; standard output. */
  ctr(args: readonly string[], options?: RunOptions): Promise<Buffer>;
  stop(): Promise<void>;
}

export async function startContainerd(): Promise<Containerd> {
  const directory = makeTemporaryDirectory();
  const socket = join(directory, "containerd.sock");
  const config = join(directory, "config.toml");
  writeFileSync(config, 'version = 2\ndisabled_plugins = ["io.containerd.grpc.v1.cri"]\n');
  const daemon = await startDaemon({
    command: programPath("containerd")!,
    args: ["--config", config, "--root", join(directory, "root"), "--state", join(directory, "state"), "--address", socket],
    log: join(directory, "containerd.log"),
    ready: async () => (await tryRun("ctr", ["--address", socket, "version"])).status === 0,
  });
  return {
    directory,
    socket,
    ctr: (args, options) => run("ctr", ["--address", socket, ...args], options),
    async stop() {
      await daemon.stop();
      removeDaemonDirectory(directory);
    },
  };
}
