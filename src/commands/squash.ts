import { defineCommand } from "./command.ts";
import { baseFlag } from "./flags/analysis-flags.ts";
import { imageFlags } from "./flags/image-flags.ts";
import { rewriteFlags } from "./flags/rewrite-flags.ts";
import { runRewrite } from "./shared/rewrite-named.ts";

export const squash = defineCommand({
  usage: "squash <image>",
  summary: "Merges layers into one, proves that the result shows the same files, and writes it anywhere an image can go.",
  examples: [
    [
      "ballast squash app.tar --output docker-archive:slim.tar",
      "Merge everything above the base image, or all layers when no base is known",
    ],
    ["ballast squash app:latest --last 3 -o docker-daemon:app:slim", "Merge the last three layers and load the result"],
    ["ballast squash oci:app --all --dry-run", "Show what merging all layers would save"],
  ],
  positionals: { image: "required" },
  flags: { ...imageFlags, ...baseFlag, ...rewriteFlags },
  run: (args, io) => runRewrite({ duplicates: false, secrets: null, optimize: null }, args, io),
});
