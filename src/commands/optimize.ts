import { readFile } from "node:fs/promises";

import { BallastError } from "../base/errors.ts";
import { parseGlob } from "../base/text/glob.ts";
import { dropCategories, safeCategories } from "../rewrite/plan/steps/drop.ts";
import type { DropCategory } from "../rewrite/plan/plan.ts";
import { parsePlans, planFor } from "../rewrite/plan/json.ts";
import type { Plan, StepKind } from "../rewrite/plan/plan.ts";
import { defineCommand } from "./command.ts";
import { analysisFlags } from "./flags/analysis-flags.ts";
import type { FlagTable, FlagValues } from "./flags/flag.ts";
import { rewriteFlags } from "./flags/rewrite-flags.ts";
import { dockerfileFrom } from "./shared/dockerfile.ts";
import { secretSettings } from "./shared/secret-settings.ts";
import { runRewrite } from "./shared/rewrite-named.ts";

const group = "Steps:";

const flags = {
  ...analysisFlags,
  ...rewriteFlags,
  drop: {
    group,
    type: "string",
    value: "CATEGORIES",
    describe: `Leftovers to drop, separated by commas, or none; there are ${dropCategories.join(", ")}; default ${safeCategories.join(",")}`,
  },
  remove: { group, type: "strings", value: "GLOB", describe: "Remove paths that match" },
  keep: { group, type: "strings", value: "GLOB", describe: "Keep paths that match, whatever other flags say" },
  merge: { group, type: "boolean", default: true, describe: "Merge the layers; --no-merge rewrites each by itself" },
  "hard-link": { group, type: "boolean", default: true, describe: "Store identical files once" },
  "undo-metadata": {
    group,
    type: "boolean",
    describe: "Take files back from the base when only their time changed; make and ninja compare times",
  },
  "scrub-secrets": { group, type: "boolean", describe: "Remove found secrets from files, environment, labels and history" },
  recompress: { group, type: "boolean", default: true, describe: "Compress layers above the base as --compression says" },
  split: { group, type: "boolean", describe: "Layers by package and boundary instead of one, for registries" },
  boundary: { group, type: "strings", value: "GLOB", describe: "With --split, give paths that match a layer of their own" },
  apply: { type: "string", value: "FILE", describe: "Carry out a plan that --plan wrote" },
} as const satisfies FlagTable;
type OptimizeArguments = FlagValues<typeof flags>;

export const optimize = defineCommand({
  usage: "optimize <image>",
  summary:
    "Makes an image smaller: merges, drops leftovers, links duplicates, reorders and recompresses; each step can be switched, and says what it saves.",
  examples: [
    ["ballast optimize app.tar --dry-run", "Show the recommended plan and what each step would save"],
    ["ballast optimize app.tar --dry-run --dockerfile Dockerfile", "With the lines that made what goes"],
    ["ballast optimize app.tar -o oci:slim --compression zstd", "Carry it out, for engines that read zstd"],
    [
      "ballast optimize app.tar --plan plan.json",
      "Write the plan to edit it; then: ballast optimize app.tar --apply plan.json -o slim.tar",
    ],
  ],
  positionals: { image: "required" },
  flags,
  async run(args, io) {
    const { apply, scrubSecrets, split } = args;
    const plans = apply === null ? null : parsePlans(await readPlan(apply), apply);
    const drop = dropFrom(args.drop);
    const dockerfile = await dockerfileFrom(args, io.env);
    if (scrubSecrets && args.secrets === "off")
      throw new BallastError("bad-argument", "--scrub-secrets needs secrets to be looked for: --secrets off says otherwise");
    if (args.boundary.length > 0 && !split) throw new BallastError("bad-argument", "--boundary needs --split");
    // A glob that is not valid is refused before anything is read.
    for (const text of [...args.remove, ...args.keep, ...args.boundary]) parseGlob(text);
    return runRewrite(
      {
        duplicates: plans === null && args.hardLink,
        dockerfile,
        secrets: scrubSecrets || scrubsAny(plans) ? await secretSettings(args) : null,
        optimize: {
          drop,
          remove: args.remove,
          keep: args.keep,
          scrubSecrets,
          split,
          undoMetadata: args.undoMetadata,
          off: switchedOff(args),
        },
        ...(plans === null ? {} : { apply: (image) => planFor(plans, image, apply!) }),
      },
      args,
      io,
    );
  },
});

function scrubsAny(plans: readonly Plan[] | null): boolean {
  return plans?.some(({ steps }) => steps.some(({ kind, enabled }) => kind === "scrub-secrets" && enabled)) === true;
}

async function readPlan(file: string): Promise<string> {
  return readFile(file, "utf8").catch((error: unknown) => {
    throw new BallastError("bad-config", `the plan ${file} cannot be read`, { hint: "write one with --plan FILE", cause: error });
  });
}

function dropFrom(list: string | null): DropCategory[] {
  if (list === null) return [...safeCategories];
  const names = list.split(",").filter((name) => name !== "" && name !== "none");
  for (const name of names) {
    if (!dropCategories.includes(name as DropCategory)) {
      throw new BallastError("bad-argument", `--drop ${name} is not known`, {
        hint: `choose from ${dropCategories.join(", ")}, or give none`,
      });
    }
  }
  return names as DropCategory[];
}

function switchedOff({ merge, hardLink, recompress }: OptimizeArguments): StepKind[] {
  const steps = { merge, "hard-link": hardLink, recompress };
  return (Object.keys(steps) as (keyof typeof steps)[]).filter((kind) => !steps[kind]);
}
