/** The flags of every command that opens and scans an image; apart from what they set in motion, so that the UI starts without that. */
import type { Argv } from "yargs";

import { connectionOptions } from "./connection-flags.ts";

export function imageOptions(yargs: Argv): Argv {
  return connectionOptions(
    yargs
      .option("platform", { type: "string", describe: "Which image of several: os/arch[/variant]", requiresArg: true })
      .option("verify", {
        type: "boolean",
        default: true,
        describe: "Check digests, sizes and diff IDs; --no-verify reads a damaged image all the same",
      })
      .option("cache", { type: "boolean", default: true, describe: "Keep what is learned of layers between runs" })
      .option("max-ratio", {
        type: "number",
        describe: "How far a layer may unpack before it counts as a bomb, in bytes per stored byte",
        requiresArg: true,
      })
      .option("quiet", { alias: "q", type: "boolean", describe: "No progress" }),
  );
}
