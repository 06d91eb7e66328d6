/** Readable errors for an engine that cannot be reached. */
import { readFileSync, statSync } from "node:fs";
import { userInfo } from "node:os";

import { BallastError, systemErrorCode } from "../../../base/errors.ts";
import type { DaemonKind } from "./discovery.ts";
import { formatEndpoint } from "./endpoint.ts";
import type { ChosenEndpoint } from "./endpoint.ts";

const engineNames = { "docker-daemon": "Docker", podman: "Podman" } as const;

export function engineName(kind: DaemonKind): string {
  return engineNames[kind];
}

/** Errors that only a bug can cause are returned unchanged. */
export function describeSocketError(kind: DaemonKind, chosen: ChosenEndpoint, error: unknown): unknown {
  if (error instanceof BallastError || !(error instanceof Error) || error.name === "AbortError") return error;
  const { endpoint, origin } = chosen;
  const at = `${formatEndpoint(endpoint)} (from ${origin})`;
  const code = systemErrorCode(error) ?? "";
  if (code === "EACCES" || code === "EPERM") return denied(kind, chosen);
  if (code === "ENOENT") {
    return new BallastError("daemon-unavailable", `${engineName(kind)} is not running: there is no socket ${at}`, {
      hint: startHint(kind),
      cause: error,
    });
  }
  if (code === "ECONNREFUSED") {
    return new BallastError("daemon-unavailable", `${engineName(kind)} is not running: nobody listens at ${at}`, {
      hint: startHint(kind),
      cause: error,
    });
  }
  if (["ENOTSOCK", "EPROTOTYPE", "ENOTDIR", "EISDIR"].includes(code)) {
    return new BallastError("daemon-unavailable", `${at} is not a socket of an engine`, { cause: error });
  }
  if (["ENOTFOUND", "EAI_AGAIN"].includes(code)) {
    return new BallastError("connection-failed", `the host of ${at} is not known (DNS)`, { cause: error });
  }
  if (/CERT|SELF_SIGNED|UNABLE_TO|ALTNAME/.test(code)) {
    return new BallastError("tls-failed", `${at}: the engine's certificate is not trusted (${code})`, {
      hint: "put ca.pem, cert.pem and key.pem where the context or DOCKER_CERT_PATH says",
      cause: error,
    });
  }
  if (/SSL|TLS|EPROTO/.test(code)) {
    return new BallastError("tls-failed", `${at}: the TLS handshake failed (${code})`, {
      hint: "check DOCKER_TLS_VERIFY, and that cert.pem and key.pem belong to this engine",
      cause: error,
    });
  }
  if (code.startsWith("HPE_")) return new BallastError("protocol-error", `${at} does not answer in HTTP`, { cause: error });
  if (code !== "")
    return new BallastError("connection-failed", `the connection to ${at} broke (${code})`, {
      hint: "is it an engine that listens there? try again, or look at what the engine logs",
      cause: error,
    });
  return error;
}

function startHint(kind: DaemonKind): string {
  return kind === "podman"
    ? "start its service with `systemctl --user start podman.socket`, or name an endpoint with --host"
    : "start it, or name an endpoint with --host; archives and registries need no daemon";
}

function denied(kind: DaemonKind, { endpoint, origin }: ChosenEndpoint): BallastError {
  const path = formatEndpoint(endpoint);
  const user = userInfo().username;
  const group = groupOf(path);
  const belongs = group === null ? "" : `; it belongs to the group ${group}`;
  return new BallastError("daemon-denied", `${user} may not use the ${engineName(kind)} socket ${path} (from ${origin})${belongs}`, {
    hint:
      group === null || group === "root"
        ? "run as the user the engine runs as, or use its rootless socket"
        : `join the group with \`sudo usermod -aG ${group} ${user}\` and log in again; its members are as mighty as root`,
  });
}

/** The name of the group that owns the socket, its number when it has none; null when that cannot be seen. */
function groupOf(path: string): string | null {
  try {
    const { gid } = statSync(path);
    const line = readFileSync("/etc/group", "utf8")
      .split("\n")
      .find((entry) => entry.split(":")[2] === String(gid));
    return line?.split(":")[0] ?? String(gid);
  } catch {
    return null;
  }
}
