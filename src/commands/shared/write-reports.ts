/** Reports to where the flags say, once it is sure that none takes the place of an image that was read. */
import { stat } from "node:fs/promises";

import { BallastError } from "../../base/errors.ts";
import { writeOutputs } from "../../report/outputs.ts";
import type { Output } from "../../report/outputs.ts";
import type { CommandIo } from "../command.ts";

/**
 * A report is made anew on every run and replaces the last one's file without asking; never the file of an image, by whatever name or link.
 * @param images names of the images as typed
 * @throws {BallastError} bad-argument, write-failed, and what `render` throws
 */
export async function writeReports<Format extends string>(
  outputs: readonly Output<Format>[],
  render: (format: Format | "markdown") => Promise<string>,
  io: CommandIo,
  images: readonly string[],
): Promise<void> {
  for (const { file, format } of outputs) {
    if (file === null || !(await isOneOf(file, images))) continue;
    throw new BallastError("bad-argument", `--format ${format}=${file} is the image itself`, { hint: "write the report to another file" });
  }
  await writeOutputs(outputs, render, io);
}

async function isOneOf(file: string, images: readonly string[]): Promise<boolean> {
  const target = await stat(file).catch(() => null);
  if (target === null || !target.isFile()) return false;
  for (const path of images.flatMap(pathsIn)) {
    const image = await stat(path).catch(() => null);
    if (image !== null && image.dev === target.dev && image.ino === target.ino) return true;
  }
  return false;
}

/** What of a name may be a path: all of it, without its transport, and without the tag behind it. */
function pathsIn(name: string): readonly string[] {
  const bare = name.replace(/^[a-z-]+:/, "");
  return [name, bare, ...[...bare.matchAll(/:/g)].map(({ index }) => bare.slice(0, index))];
}
