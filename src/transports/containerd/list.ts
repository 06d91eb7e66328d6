/** The images in containerd's namespaces, as `ctr` lists them. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";

import { parseByteSize } from "../../base/byte-size.ts";
import type { ListedImage } from "../daemon/list.ts";

const run = promisify(execFile);

/** None where there is no `ctr`, or it may not ask. */
export async function listContainerdImages(address: string | undefined, signal: AbortSignal): Promise<ListedImage[]> {
  const socket = address === undefined ? [] : ["--address", address];
  const ctr = async (...args: string[]): Promise<string[]> => {
    const { stdout } = await run("ctr", [...socket, ...args], { signal, timeout: 10_000, maxBuffer: 16 * 1024 * 1024 });
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

/** `REF TYPE DIGEST SIZE PLATFORMS LABELS`, the size in two words. */
function listed(namespace: string, line: string): ListedImage[] {
  const [reference, , , number, unit] = line.split(/\s+/);
  if (reference === undefined || reference === "" || reference.includes("@sha256:")) return [];
  const bytes = parseByteSize(`${number ?? ""} ${unit ?? ""}`);
  return [{ name: `containerd:${reference}@${namespace}`, title: reference, bytes, created: null }];
}
