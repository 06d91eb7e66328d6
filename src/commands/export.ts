import { pipeline } from "node:stream/promises";

import { loadTree } from "../operations/analysis/load-tree.ts";
import { refuseSourceFile } from "../operations/refuse-source.ts";
import { BallastError, ExitStatus } from "../base/errors.ts";
import { outputTarget, writeOutputFile } from "../base/files/output-file.ts";
import { writeError } from "../base/files/write-error.ts";
import { baseName, displayPath, pathFromText } from "../filesystem/paths.ts";
import { findLayer } from "../image/find-layer.ts";
import { defineCommand } from "./command.ts";
import type { CommandIo } from "./command.ts";
import { imageFlags } from "./flags/image-flags.ts";
import { openFromArguments } from "./shared/open-image.ts";

export const exportCommand = defineCommand({
  usage: "export <image> [path]",
  summary: "Writes the merged filesystem of an image as a tar; with PATH one file as it is, or one subtree as a tar.",
  examples: [
    ["ballast export app.tar -o rootfs.tar", "The whole filesystem, as a container sees it"],
    ["ballast export app.tar /etc/passwd", "One file, on standard output"],
    ["ballast export app.tar /app --layer 3 -o layer.tar", "What one layer holds below a directory, whiteouts included"],
  ],
  positionals: { image: "required", path: "optional" },
  flags: {
    ...imageFlags,
    layer: {
      type: "string",
      value: "LAYER",
      describe: "Export what this layer alone holds; name it by index, prefix of its digest or diff ID, or part of its command",
    },
    output: { alias: "o", type: "string", value: "FILE", describe: "Write to this file, or to - for standard output" },
    force: { alias: "f", type: "boolean", describe: "Overwrite the file" },
  },
  async run(args, io) {
    const destination = args.output ?? "-";
    // A name that is taken is refused before the image is read.
    if (destination !== "-") await outputTarget(destination, args.force);
    const opened = await openFromArguments(args.image, args, io, { singlePass: false });
    try {
      const { image, scanner, progress } = opened;
      if (destination !== "-") await refuseSourceFile(destination, [args.image], [image]);
      const { tree } = await loadTree(image, scanner);
      const path = args.path === null ? null : pathFromText(args.path);
      const layer = args.layer === null ? null : findLayer(image.layers, args.layer);
      const { exportStream } = await import("../export/export-stream.ts");
      const content = exportStream({ image, tree, path, layer });
      if (content.isArchive && destination === "-" && io.stdout.isTTY) {
        throw new BallastError("bad-argument", "refusing to write a tar archive to the terminal", {
          hint: "redirect it, or name a file with -o FILE",
        });
      }
      progress.step(`writing ${destination === "-" ? displayPath(baseName(path ?? "")) : destination}`, null);
      await write(content.stream, destination, args.force, io);
    } finally {
      await opened.close();
    }
    return ExitStatus.ok;
  },
});

async function write(stream: AsyncIterable<Buffer>, destination: string, force: boolean, io: CommandIo): Promise<void> {
  if (destination === "-") {
    await pipeline(stream, io.stdout, { end: false, signal: io.signal }).catch((error: unknown) => {
      throw writeError("standard output", error);
    });
    return;
  }
  await writeOutputFile(destination, stream, { force, signal: io.signal });
}
