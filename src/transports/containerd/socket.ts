/** Where containerd listens. */
import { existsSync } from "node:fs";

import { BallastError } from "../../base/errors.ts";

/** Its own place, then those of k3s (RKE2 too), MicroK8s and k0s. */
const usualSockets = [
  "/run/containerd/containerd.sock",
  "/run/k3s/containerd/containerd.sock",
  "/var/snap/microk8s/common/run/containerd.sock",
  "/run/k0s/containerd.sock",
];

/**
 * The socket that the user or `CONTAINERD_ADDRESS` names; null for neither.
 * @throws {BallastError} daemon-unavailable when it does not exist: `ctr` would retry for ten seconds
 */
export function namedSocket(address: string | undefined, env: NodeJS.ProcessEnv): string | null {
  const socket = (address ?? env["CONTAINERD_ADDRESS"] ?? "").replace(/^unix:\/\//, "");
  if (socket.startsWith("/") && !existsSync(socket)) throw isNotThere(socket);
  return socket === "" ? null : socket;
}

/** The named socket, else the first of the usual ones. @throws {BallastError} daemon-unavailable */
export function containerdSocket(address: string | undefined, env: NodeJS.ProcessEnv): string {
  const socket = namedSocket(address, env) ?? usualSockets.find((path) => existsSync(path));
  if (socket === undefined) throw isNotThere(usualSockets.join(", "));
  return socket;
}

function isNotThere(socket: string): BallastError {
  return new BallastError("daemon-unavailable", `containerd is not running: there is no socket ${socket}`, {
    hint: "start containerd, or name its socket with --address",
  });
}
