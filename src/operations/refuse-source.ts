/** Refuses to write over the image that is being read, whatever name or link it goes by. */
import { realpath, stat } from "node:fs/promises";
import { relative } from "node:path";

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
  if (transport === "docker-archive" || transport === "oci-archive") {
    if (await isSourceFile(path, [source], images)) throw isSource(name);
  }
  if (transport !== "oci") return;
  const target = await realpath(path).catch(() => null);
  // A layout takes another image in addition to the source, but not in its place.
  if (target === null || (tag !== undefined && /^oci:[^:]+:/.test(source) && source.split(":")[2] !== tag)) return;
  for (const { file } of images.flatMap(({ layers }) => layers)) {
    if (file !== null && (await realpath(file.path)).startsWith(`${target}/`)) throw isSource(name);
  }
}

/**
 * The same for a single file: an export, a plan.
 * @param names of the images as typed
 * @throws {BallastError} bad-argument
 */
export async function refuseSourceFile(path: string, names: readonly string[], images: readonly Image[]): Promise<void> {
  if (await isSourceFile(path, names, images)) throw isSource(path);
}

function isSource(name: string): BallastError {
  return new BallastError("bad-argument", `${name} is the source itself`, { hint: "write to another place, then move it" });
}

/** Whether a file is there under `path` that one of the images is read from: an archive, packed or not, or a file of a layout. */
export async function isSourceFile(path: string, names: readonly string[], images: readonly Image[] = []): Promise<boolean> {
  const target = await stat(path).catch(() => null);
  if (target === null || !target.isFile()) return false;
  const files = images.flatMap(({ layers }) => layers.flatMap(({ file }) => file?.path ?? []));
  for (const candidate of new Set([...names.flatMap(pathsIn), ...files])) {
    const source = await stat(candidate).catch(() => null);
    if (source?.isFile() === true && source.dev === target.dev && source.ino === target.ino) return true;
    if (source?.isDirectory() === true && isOfLayout(relative(await realpath(candidate), await realpath(path)))) return true;
  }
  return false;
}

/** The parts of a name that may be a path: all of it, without its transport, and also without its tag. */
function pathsIn(name: string): readonly string[] {
  const bare = name.replace(/^[a-z-]+:/, "");
  return [name, bare, ...[...bare.matchAll(/[:@]/g)].map(({ index }) => bare.slice(0, index))];
}

/** True for the files of an OCI layout and of skopeo's `dir:`; anything else in the directory is not read. */
function isOfLayout(path: string): boolean {
  return /^(?:index\.json|oci-layout|blobs\/.+|manifest\.json|version|signature-\d+|[0-9a-f]{64})$/.test(path);
}
