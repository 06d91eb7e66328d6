/** The flags of every command that opens and scans an image; apart from what they set in motion, so that the UI starts without that. */
import { connectionFlags } from "./connection-flags.ts";
import type { FlagTable, FlagValues } from "./flag.ts";
import type { NamedPlaces } from "./password-owner.ts";

export const imageFlags = {
  platform: { type: "string", value: "PLATFORM", describe: "Which image of several: os/arch[/variant]", variable: "BALLAST_PLATFORM" },
  verify: { type: "boolean", default: true, describe: "Check digests, sizes and diff IDs; --no-verify reads a damaged image all the same" },
  cache: { type: "boolean", default: true, describe: "Keep what is learned of layers between runs" },
  "max-ratio": { type: "number", describe: "How far a layer may unpack before it counts as a bomb, in bytes per stored byte" },
  quiet: { alias: "q", type: "boolean", describe: "Show no progress" },
  ...connectionFlags,
} as const satisfies FlagTable;

export type ImageArguments = FlagValues<typeof imageFlags> & NamedPlaces;
