/** `ssh://`: the engine's own client at the other end forwards a connection to its socket, as docker does it. */
import { spawn } from "node:child_process";
import { Duplex } from "node:stream";

import { BallastError, systemErrorCode } from "../../../base/errors.ts";
import type { DaemonKind } from "./discovery.ts";
import { formatEndpoint } from "./endpoint.ts";
import type { DaemonEndpoint } from "./endpoint.ts";

type SshEndpoint = Extract<DaemonEndpoint, { kind: "ssh" }>;

/** Milliseconds after ssh's end in which the last line of its standard error, which says why it ended, may still arrive. */
const lastWords = 500;

/** Arguments of the system's ssh. Exported for tests. */
export function sshArguments(kind: DaemonKind, endpoint: SshEndpoint, timeout: number): readonly string[] {
  const options = ["-o", "BatchMode=yes", "-o", `ConnectTimeout=${Math.max(1, Math.ceil(timeout / 1000))}`, "-T"];
  if (endpoint.user !== null) options.push("-l", endpoint.user);
  if (endpoint.port !== null) options.push("-p", String(endpoint.port));
  const { client, hostOption } = kind === "podman" ? { client: "podman", hostOption: "--url" } : { client: "docker", hostOption: "--host" };
  const host = endpoint.socket === null ? "" : ` ${hostOption} 'unix://${endpoint.socket.replaceAll("'", String.raw`'\''`)}'`;
  return [...options, "--", endpoint.host, `${client}${host} system dial-stdio`];
}

/** A connection; when ssh fails, it fails with what ssh said. */
export function sshConnection(kind: DaemonKind, endpoint: SshEndpoint, timeout: number): Duplex {
  const child = spawn("ssh", sshArguments(kind, endpoint, timeout), { stdio: ["pipe", "pipe", "pipe"], windowsHide: true });
  const connection = new Duplex({
    read: () => child.stdout.resume(),
    // Errors of a pipe that ssh has closed are ignored: the reason comes when ssh ends.
    write: (chunk, _encoding, callback) => void child.stdin.write(chunk, () => callback()),
    final: (callback) => void child.stdin.end(() => callback()),
    destroy: (error, callback) => {
      child.kill();
      // Programs that ssh started (a ProxyCommand) hold its pipes open, which would keep this process alive.
      for (const pipe of [child.stdin, child.stdout, child.stderr]) pipe.destroy();
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
  const end = (status: number | null): void => {
    if (connection.destroyed) return;
    if (status === 0) connection.push(null);
    else connection.destroy(sshError(endpoint, said.trim().split("\n").at(-1) || `ssh ended with status ${status}`));
  };
  child.on("close", end);
  // The master that ControlPersist leaves behind holds standard error open for minutes, so only ssh's last words are waited for.
  const answered = new Promise<void>((resolve) => child.stdout.once("end", resolve));
  child.on("exit", (status) => {
    void answered.then(() => setTimeout(end, status === 0 ? 0 : lastWords, status));
  });
  return connection;
}

function sshError(endpoint: SshEndpoint, reason: string): BallastError {
  return new BallastError("daemon-unavailable", `${formatEndpoint(endpoint)}: ${reason.replaceAll(/\p{Cc}+/gu, " ")}`, {
    hint: "check that `ssh HOST docker version` works without asking for anything",
  });
}
