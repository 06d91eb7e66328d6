/** A Docker Engine of the tests' own: its socket, its data and its containerd lie in a temporary directory. */
import { existsSync } from "node:fs";
import { join } from "node:path";

import { makeTemporaryDirectory } from "../../temp-dir.ts";
import { programPath } from "../available.ts";
import { startDaemon } from "./daemon.ts";
import { run, tryRun } from "../run.ts";
import type { RunOptions } from "../run.ts";
import { removeDaemonDirectory } from "../unmount.ts";

export interface Dockerd {
  readonly directory: string;
  readonly socket: string;
  /** `unix://…`, for DOCKER_HOST. */
  readonly host: string;
  /** `docker ARGUMENTS…` on this engine; standard output. */
  docker(args: readonly string[], options?: RunOptions): Promise<Buffer>;
  /** Builds `context` with the classic builder or BuildKit, and tags it. RUN steps reach the network. */
  build(context: string, tag: string, options?: { readonly buildKit?: boolean; readonly args?: readonly string[] }): Promise<void>;
  /** Makes an image of a root filesystem given as a tar. */
  importRootfs(tar: Buffer, tag: string): Promise<void>;
  stop(): Promise<void>;
}

/** The client that matches the engine: a newer one elsewhere on PATH has no builder without its plugins. */
const client = existsSync("/usr/bin/docker") ? "/usr/bin/docker" : "docker";

export async function startDockerd(options: { readonly args?: readonly string[] } = {}): Promise<Dockerd> {
  const directory = makeTemporaryDirectory();
  const socket = join(directory, "docker.sock");
  const host = `unix://${socket}`;
  const env = { DOCKER_HOST: host, DOCKER_CONFIG: join(directory, "client"), DOCKER_CONTEXT: "" };
  const daemon = await startDaemon({
    command: programPath("dockerd")!,
    args: [
      ...["--data-root", join(directory, "data"), "--exec-root", join(directory, "exec"), "-H", host],
      ...["--pidfile", join(directory, "pid"), "--iptables=false", "--ip6tables=false", "--bridge=none", "--storage-driver=overlay2"],
      ...(options.args ?? []),
    ],
    log: join(directory, "dockerd.log"),
    ready: async () => (await tryRun(client, ["version"], { env })).status === 0,
  });
  const docker: Dockerd["docker"] = (args, run_ = {}) => run(client, args, { ...run_, env: { ...env, ...run_.env } });
  return {
    directory,
    socket,
    host,
    docker,
    async build(context, tag, { buildKit = false, args = [] } = {}) {
      await docker(["build", "--network", "host", "-t", tag, ...args, context], { env: { DOCKER_BUILDKIT: buildKit ? "1" : "0" } });
    },
    async importRootfs(tar, tag) {
      await docker(["import", "-", tag], { input: tar });
    },
    async stop() {
      await daemon.stop();
      removeDaemonDirectory(directory);
    },
  };
}
