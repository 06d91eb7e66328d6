/** The flags of every command that analyses an image. */
import type { Argv } from "yargs";

import { imageOptions } from "./image-flags.ts";
import { secretFlags } from "./secret-flags.ts";

export function analysisOptions(yargs: Argv): Argv {
  return secretFlags(imageOptions(yargs)).option("base", {
    type: "string",
    describe: "The base image, to tell its layers from yours",
    requiresArg: true,
  });
}
