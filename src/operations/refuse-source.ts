/** A rewritten image never takes the place of the one it is made from. */
import { realpath, stat } from "node:fs/promises";

import { BallastError } from "../base/errors.ts";
import type { Image } from "../image/image.ts";
import type { Destination } from "../transports/transport.ts";

/**
 * Replacing the very files that an image is read from would leave nothing to compare with.
 * @param source the name it was opened by
 * @throws {BallastError} bad-argument
 */
export async function refuseSource(images: readonly Image[], { name, transport }: Destination, source: string): Promise<void> {
  const [, path = "", tag] = name.split(":");
  if (transport !== "docker-archive" && transport !== "oci-archive" && transport !== "oci") return;
  const target = await realpath(path).catch(() => null);
  // A layout takes another image beside the source, but not in its place.
  if (target === null || (transport === "oci" && tag !== undefined && /^oci:[^:]+:/.test(source) && source.split(":")[2] !== tag)) return;
  for (const { file } of images.flatMap(({ layers }) => layers)) {
    const from = file === null ? "" : await realpath(file.path);
    if (from !== target && !(transport === "oci" && from.startsWith(`${target}/`))) continue;
    throw new BallastError("bad-argument", `${name} is the source itself`, { hint: "write to another place, then move it" });
  }
}

/**
 * A file that is written beside an image, an export or a plan, never takes the place of a file that the image is read from, by whatever
 * name or link.
 * @throws {BallastError} bad-argument
 */
export async function refuseSourceFile(images: readonly Image[], path: string): Promise<void> {
  const target = await stat(path).catch(() => null);
  if (target === null || !target.isFile()) return;
  for (const file of new Set(images.flatMap(({ layers }) => layers.map((layer) => layer.file?.path)))) {
    const source = file === undefined ? null : await stat(file).catch(() => null);
    if (source === null || source.dev !== target.dev || source.ino !== target.ino) continue;
    throw new BallastError("bad-argument", `${path} is the source itself`, { hint: "write to another place" });
  }
}
