/** The flags of every command that analyses an image. */
import { dockerfileFlags } from "./dockerfile-flags.ts";
import type { FlagTable, FlagValues } from "./flag.ts";
import { imageFlags } from "./image-flags.ts";
import { secretFlags } from "./secret-flags.ts";

export const baseFlag = {
  base: { type: "string", value: "IMAGE", describe: "The base image, to tell its layers from yours", variable: "BALLAST_BASE" },
} as const satisfies FlagTable;

export const analysisFlags = { ...imageFlags, ...secretFlags, ...baseFlag, ...dockerfileFlags } as const satisfies FlagTable;

export type AnalysisArguments = FlagValues<typeof analysisFlags>;
