/** The flags that say which Dockerfile an image was built from. */
import type { FlagTable, FlagValues } from "./flag.ts";

const group = "Dockerfile:";

export const dockerfileFlags = {
  dockerfile: {
    group,
    type: "string",
    value: "FILE",
    describe: "The Dockerfile that the image was built from: findings then name its lines",
  },
  target: { group, type: "string", value: "STAGE", describe: "Stage that was built; the last one by default" },
  "build-arg": { group, type: "strings", value: "NAME=VALUE", describe: "Build argument that the build was given" },
} as const satisfies FlagTable;

export type DockerfileArguments = FlagValues<typeof dockerfileFlags>;
