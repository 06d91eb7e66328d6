/** Where the engine listens: flag, environment, docker context, then the usual sockets. */
import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

import type { ConnectionOptions } from "../../transport.ts";
import { currentContext, readContext, tlsFilesIn } from "./docker-context.ts";
import { parseEndpoint } from "./endpoint.ts";
import type { ChosenEndpoint, TlsFiles } from "./endpoint.ts";

export type DaemonKind = "docker-daemon" | "podman";

/**
 * The endpoints to try, in order: only the one that was named, or else all of the usual sockets.
 * @throws {BallastError} bad-argument, context-not-found
 */
export function daemonEndpoints(kind: DaemonKind, connection: ConnectionOptions, env: NodeJS.ProcessEnv): readonly ChosenEndpoint[] {
  const home = env["HOME"] || homedir();
  const dockerConfig = env["DOCKER_CONFIG"] || join(home, ".docker");
  const tls = kind === "docker-daemon" ? tlsFromEnvironment(dockerConfig, env) : null;
  const chosen = (text: string, origin: string): ChosenEndpoint[] => [{ endpoint: parseEndpoint(text, origin, tls), origin }];
  if (connection.host !== undefined) return chosen(connection.host, "--host");
  if (kind === "podman") {
    if (env["CONTAINER_HOST"]) return chosen(env["CONTAINER_HOST"], "CONTAINER_HOST");
    return usual(podmanSockets(home, env));
  }
  if (env["DOCKER_HOST"]) return chosen(env["DOCKER_HOST"], "DOCKER_HOST");
  const named = env["DOCKER_CONTEXT"] || null;
  const context = named ?? currentContext(dockerConfig);
  if (context !== null && context !== "default") {
    const origin = named === null ? join(dockerConfig, "config.json") : "DOCKER_CONTEXT";
    return [{ endpoint: readContext(dockerConfig, context, origin), origin: `docker context "${context}"` }];
  }
  return usual(dockerSockets(home, env));
}

/** docker's own variables; any value of DOCKER_TLS_VERIFY turns it on. */
function tlsFromEnvironment(dockerConfig: string, env: NodeJS.ProcessEnv): TlsFiles | null {
  const verify = Boolean(env["DOCKER_TLS_VERIFY"]);
  if (!verify && !env["DOCKER_TLS"]) return null;
  return tlsFilesIn(env["DOCKER_CERT_PATH"] || dockerConfig, !verify) ?? { skipVerify: !verify };
}

function usual(paths: readonly string[]): readonly ChosenEndpoint[] {
  const there = paths.filter((path) => path.startsWith("\\\\.\\pipe\\") || existsSync(path));
  // If none exists, the first one is returned, so that the message can name it.
  return (there.length > 0 ? there : paths.slice(0, 1)).map((path) => ({
    endpoint: { kind: "socket", path },
    origin: "the usual place",
    isUsual: true,
  }));
}

function runtimeDirectories(env: NodeJS.ProcessEnv): readonly string[] {
  const uid = process.getuid?.();
  return [
    ...new Set(
      [env["XDG_RUNTIME_DIR"], uid === undefined ? undefined : `/run/user/${uid}`].filter((path) => path !== undefined && path !== ""),
    ),
  ] as string[];
}

function dockerSockets(home: string, env: NodeJS.ProcessEnv): readonly string[] {
  if (process.platform === "win32") return [String.raw`\\.\pipe\docker_engine`, String.raw`\\.\pipe\dockerDesktopLinuxEngine`];
  return [
    "/var/run/docker.sock",
    ...runtimeDirectories(env).map((directory) => join(directory, "docker.sock")),
    ...[".docker/run", ".docker/desktop", ".orbstack/run", ".colima/default", ".colima", ".rd"].map((directory) =>
      join(home, directory, "docker.sock"),
    ),
    join(home, ".lima/docker/sock/docker.sock"),
    // Podman speaks docker's API, so a machine with nothing else still has a daemon.
    ...podmanSockets(home, env),
  ];
}

function podmanSockets(home: string, env: NodeJS.ProcessEnv): readonly string[] {
  if (process.platform === "win32") return [String.raw`\\.\pipe\podman-machine-default`];
  const machine = join(home, ".local/share/containers/podman/machine");
  const sockets = [
    ...runtimeDirectories(env).map((directory) => join(directory, "podman/podman.sock")),
    "/run/podman/podman.sock",
    join(machine, "podman.sock"),
    join(machine, "qemu/podman.sock"),
    join(env["TMPDIR"] ?? "/tmp", "podman/podman-machine-default-api.sock"),
  ];
  return process.getuid?.() === 0 ? ["/run/podman/podman.sock", ...sockets.filter((path) => path !== "/run/podman/podman.sock")] : sockets;
}
