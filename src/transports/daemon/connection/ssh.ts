/** `ssh://`: the engine's own client at the other end forwards a connection to its socket, as docker does it. */
import { spawn } from "node:child_process";
import { Duplex } from "node:stream";

import { BallastError, systemErrorCode } from "../../../base/errors.ts";
import type { DaemonKind } from "./discovery.ts";
import { formatEndpoint } from "./endpoint.ts";
import type { DaemonEndpoint } from "./endpoint.ts";

type SshEndpoint = Extract<DaemonEndpoint, { kind: "ssh" }>;

/** Arguments of the system's ssh. Exported for tests. */
export function sshArguments(kind: DaemonKind, endpoint: SshEndpoint, timeout: number): readonly string[] {
  const options = ["-o", "BatchMode=yes", "-o", `ConnectTimeout=${Math.max(1, Math.ceil(timeout / 1000))}`, "-T"];
  if (endpoint.user !== null) options.push("-l", endpoint.user);
  if (endpoint.port !== null) options.push("-p", String(endpoint.port));
  const { client, hostOption } = kind === "podman" ? { client: "podman", hostOption: "--url" } : { client: "docker", hostOption: "--host" };
  const host = endpoint.socket === null ? "" : ` ${hostOption} 'unix://${endpoint.socket.replaceAll("'", String.raw`'\''`)}'`;
  return [...options, "--", endpoint.host, `${client}${host} system dial-stdio`];
}

/** A connection that fails with what ssh said when ssh fails. */
export function sshConnection(kind: DaemonKind, endpoint: SshEndpoint, timeout: number): Duplex {
  const child = spawn("ssh", sshArguments(kind, endpoint, timeout), { stdio: ["pipe", "pipe", "pipe"], windowsHide: true });
  const connection = new Duplex({
    read: () => child.stdout.resume(),
    // A pipe that ssh has closed is no news of its own: why it did comes with its end.
    write: (chunk, _encoding, callback) => void child.stdin.write(chunk, () => callback()),
    final: (callback) => void child.stdin.end(() => callback()),
    destroy: (error, callback) => {
      child.kill();
      callback(error);
    },
  });
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (said = (said + text).slice(-2000)));
  child.stdin.on("error", () => {});
  child.stdout.on("data", (chunk: Buffer) => {
    if (!connection.push(chunk)) child.stdout.pause();
  });
  child.on("error", (error) =>
    connection.destroy(sshError(endpoint, systemErrorCode(error) === "ENOENT" ? "the program ssh is not installed" : error.message)),
  );
  child.on("close", (status) => {
    if (status === 0 || connection.destroyed) connection.push(null);
    else connection.destroy(sshError(endpoint, said.trim().split("\n").at(-1) || `ssh ended with status ${status}`));
  });
  return connection;
}

function sshError(endpoint: SshEndpoint, reason: string): BallastError {
  return new BallastError("daemon-unavailable", `${formatEndpoint(endpoint)}: ${reason.replaceAll(/\p{Cc}+/gu, " ")}`, {
    hint: "check that `ssh HOST docker version` works without asking for anything",
  });
}
