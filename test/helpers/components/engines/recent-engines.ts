/** Engines newer than the distribution's, which `.ci/engines` builds into a folder that BALLAST_ENGINES names: Docker 29, containerd 2, BuildKit. */
import { existsSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";

import { describe } from "vitest";

import { makeTemporaryDirectory } from "../../temp-dir.ts";
import { programPath } from "../available.ts";
import { startDaemon } from "./daemon.ts";
import { run, tryRun } from "../run.ts";
import type { RunOptions } from "../run.ts";
import { removeDaemonDirectory } from "../unmount.ts";

const folder = process.env["BALLAST_ENGINES"] ?? "";
const programs = ["containerd", "containerd-shim-runc-v2", "ctr", "buildctl", "buildkitd", "buildx", "dockerd"];

/** Where one of them lies. */
export function recentEngine(program: string): string {
  return join(folder, program);
}

function reasonAgainst(): string | null {
  if (folder === "") return "BALLAST_ENGINES names no folder; .ci/engines builds one";
  const missing = programs.filter((program) => !existsSync(join(folder, program)));
  if (missing.length > 0) return `${folder} holds no ${missing.join(", ")}`;
  if (process.getuid?.() !== 0) return "they need root";
  return ["docker", "runc"].find((program) => programPath(program) === null) === undefined ? null : "docker and runc are not installed";
}

/** `describe` for tests against them; skipped by name where they are not there. */
export function describeRecentEngines(title: string, tests: () => void): void {
  const reason = reasonAgainst();
  if (reason === null) describe(title, tests);
  else describe.skip(`${title} [skipped: ${reason}]`, tests);
}

/** The folder first: containerd finds its shim on PATH, and an older one fails. */
const env = { PATH: `${folder}${delimiter}${process.env["PATH"] ?? ""}` };

export interface RecentContainerd {
  readonly directory: string;
  readonly socket: string;
  ctr(args: readonly string[], options?: RunOptions): Promise<Buffer>;
  stop(): Promise<void>;
}

export async function startRecentContainerd(): Promise<RecentContainerd> {
  const directory = makeTemporaryDirectory();
  const socket = join(directory, "containerd.sock");
  const config = join(directory, "config.toml");
  const cri = '"io.containerd.cri.v1.images", "io.containerd.cri.v1.runtime", "io.containerd.grpc.v1.cri"';
  writeFileSync(
    config,
    `version = 3\nroot = "${directory}/root"\nstate = "${directory}/state"\ndisabled_plugins = [${cri}]\n` +
      `[grpc]\naddress = "${socket}"\n[ttrpc]\naddress = "${socket}.ttrpc"\n`,
  );
  const daemon = await startDaemon({
    command: recentEngine("containerd"),
    args: ["--config", config],
    env,
    log: join(directory, "containerd.log"),
    ready: async () => (await tryRun(recentEngine("ctr"), ["--address", socket, "version"])).status === 0,
  });
  return {
    directory,
    socket,
    ctr: (args, options) => run(recentEngine("ctr"), ["--address", socket, ...args], options),
    async stop() {
      await daemon.stop();
      removeDaemonDirectory(directory);
    },
  };
}

export interface RecentDocker {
  /** `unix://…`, for DOCKER_HOST. */
  readonly host: string;
  /** A home directory in which the docker client has buildx. */
  readonly home: string;
  readonly env: Readonly<Record<string, string>>;
  docker(args: readonly string[], options?: RunOptions): Promise<Buffer>;
  stop(): Promise<void>;
}

export async function startRecentDocker(containerd: RecentContainerd): Promise<RecentDocker> {
  const directory = makeTemporaryDirectory();
  const host = `unix://${join(directory, "docker.sock")}`;
  const home = join(directory, "home");
  mkdirSync(join(home, ".docker/cli-plugins"), { recursive: true });
  symlinkSync(recentEngine("buildx"), join(home, ".docker/cli-plugins/docker-buildx"));
  const client = programPath("docker")!;
  const own = { ...env, DOCKER_HOST: host, HOME: home, DOCKER_CONFIG: join(home, ".docker"), DOCKER_CONTEXT: "" };
  const daemon = await startDaemon({
    command: recentEngine("dockerd"),
    args: [
      ...["--data-root", join(directory, "data"), "--exec-root", join(directory, "exec"), "-H", host, "--pidfile", join(directory, "pid")],
      ...["--iptables=false", "--ip6tables=false", "--bridge=none", "--containerd", containerd.socket],
      // Runtimes from before runc 1.2 refuse a namespace they do not know.
      ...["--feature", "time-namespaces=false"],
    ],
    env,
    log: join(directory, "dockerd.log"),
    ready: async () => (await tryRun(client, ["version"], { env: own })).status === 0,
  });
  return {
    host,
    home,
    env: own,
    docker: (args, options = {}) => run(client, args, { ...options, env: { ...own, ...options.env } }),
    async stop() {
      await daemon.stop();
      removeDaemonDirectory(directory);
    },
  };
}

export interface BuildKit {
  /** `buildctl build` of a folder with a Dockerfile; `output` as buildctl takes it. */
  build(context: string, output: string, options?: readonly string[]): Promise<void>;
  stop(): Promise<void>;
}

export async function startBuildKit(): Promise<BuildKit> {
  const directory = makeTemporaryDirectory();
  const address = `unix://${join(directory, "buildkitd.sock")}`;
  const buildctl = recentEngine("buildctl");
  const daemon = await startDaemon({
    command: recentEngine("buildkitd"),
    args: [
      ...["--root", join(directory, "root"), "--addr", address, "--oci-worker=true", "--containerd-worker=false"],
      "--oci-worker-snapshotter=native",
    ],
    env,
    log: join(directory, "buildkitd.log"),
    ready: async () => (await tryRun(buildctl, ["--addr", address, "debug", "workers"])).status === 0,
  });
  return {
    async build(context, output, options = []) {
      const frontend = ["--frontend", "dockerfile.v0", "--local", `context=${context}`, "--local", `dockerfile=${context}`];
      await run(buildctl, ["--addr", address, "build", ...frontend, ...options, "--output", output], { env });
    },
    async stop() {
      await daemon.stop();
      removeDaemonDirectory(directory);
    },
  };
}
