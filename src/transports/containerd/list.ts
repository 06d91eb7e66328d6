/** The images in containerd's namespaces, as `ctr` lists them. */
import { execFile } from "node:child_process";
import { connect } from "node:net";
import { promisify } from "node:util";

import { parseByteSize } from "../../base/text/byte-size.ts";
import type { ListedImage } from "../daemon/list.ts";
import type { ConnectionOptions } from "../transport.ts";
import { containerdSocket } from "./socket.ts";

const run = promisify(execFile);

/** Milliseconds within which a running containerd has to answer. */
const patience = 5000;

/** @throws {Error} when no containerd listens, `ctr` is missing, or it lacks permission */
export async function listContainerdImages(
  { address }: ConnectionOptions,
  signal: AbortSignal,
  env: NodeJS.ProcessEnv,
): Promise<ListedImage[]> {
  const socket = containerdSocket(address, env);
  await answers(socket);
  const ctr = async (...args: string[]): Promise<string[]> => {
    const { stdout } = await run("ctr", ["--address", socket, ...args], { signal, timeout: patience, maxBuffer: 16 * 1024 * 1024 });
    return stdout.split("\n");
  };
  const namespaces = (await ctr("namespaces", "ls", "-q")).filter((name) => name !== "" && name !== "moby");
  const lists = await Promise.all(
    namespaces.map(async (namespace) =>
      (await ctr("--namespace", namespace, "images", "ls")).slice(1).flatMap((line) => listed(namespace, line)),
    ),
  );
  return lists.flat();
}

/** Tries the socket first, because `ctr` retries for ten seconds when nobody listens. */
function answers(socket: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const connection = connect(socket);
    connection.once("connect", () => {
      connection.destroy();
      resolve();
    });
    connection.once("error", reject);
  });
}

/** `REF TYPE DIGEST SIZE PLATFORMS LABELS`, the size in two words. */
function listed(namespace: string, line: string): ListedImage[] {
  const [reference, , , number, unit] = line.split(/\s+/);
  if (reference === undefined || reference === "" || reference.includes("@sha256:")) return [];
  const bytes = parseByteSize(`${number ?? ""} ${unit ?? ""}`);
  return [{ name: `containerd:${reference}@${namespace}`, title: reference, bytes, created: null }];
}
