import { readFile } from "node:fs/promises";

import { BallastError } from "../base/errors.ts";
import { parseGlob } from "../base/glob.ts";
import { keptLayers } from "../rewrite/plan/layer-range.ts";
import { dropCategories, safeCategories } from "../rewrite/plan/steps/drop.ts";
import type { DropCategory } from "../rewrite/plan/plan.ts";
import { packageOwners } from "../rewrite/plan/package-owners.ts";
import { parsePlans, planFor } from "../rewrite/plan/json.ts";
import { planOptimize } from "../rewrite/plan/optimize.ts";
import type { StepKind } from "../rewrite/plan/plan.ts";
import { findStoredAgain } from "../rewrite/plan/same-content.ts";
import type { Command } from "./command.ts";
import { rangeFrom, rewriteOptions, textOf, texts } from "./flags/rewrite-flags.ts";
import { analysisOptions } from "./shared/analyze-named.ts";
import { secretSettings } from "./shared/secret-settings.ts";
import { runRewrite } from "./shared/rewrite-named.ts";

type Arguments = Readonly<Record<string, unknown>>;

export const optimize: Command = {
  usage: "optimize <image>",
  summary:
    "Makes an image smaller: merges, drops leftovers, links duplicates, reorders and recompresses; every step is a switch with its price.",
  examples: [
    ["ballast optimize app.tar --dry-run", "Show the recommended plan and what each step would save"],
    ["ballast optimize app.tar -o oci:slim --compression zstd", "Carry it out, for engines that read zstd"],
    [
      "ballast optimize app.tar --plan plan.json",
      "Write the plan to edit it; then: ballast optimize app.tar --apply plan.json -o slim.tar",
    ],
  ],
  options: (yargs) => {
    const steps = "Steps:";
    return rewriteOptions(analysisOptions(yargs))
      .option("drop", {
        group: steps,
        type: "string",
        describe: `Leftovers to drop, separated by commas, or none: ${dropCategories.join(", ")}; default ${safeCategories.join(",")}`,
        requiresArg: true,
      })
      .option("remove", {
        group: steps,
        type: "string",
        array: true,
        nargs: 1,
        describe: "Remove paths that fit this glob",
        requiresArg: true,
      })
      .option("keep", {
        group: steps,
        type: "string",
        array: true,
        nargs: 1,
        describe: "Keep paths that fit this glob, whatever else says",
        requiresArg: true,
      })
      .option("merge", { group: steps, type: "boolean", default: true, describe: "Merge the layers; --no-merge rewrites each by itself" })
      .option("hard-link", { group: steps, type: "boolean", default: true, describe: "Store identical files once" })
      .option("undo-metadata", {
        group: steps,
        type: "boolean",
        default: false,
        describe: "Take files back from the base when only their time changed; make and ninja compare times",
      })
      .option("scrub-secrets", {
        group: steps,
        type: "boolean",
        default: false,
        describe: "Remove found secrets from files, environment, labels and history",
      })
      .option("recompress", {
        group: steps,
        type: "boolean",
        default: true,
        describe: "Compress layers above the base as --compression says",
      })
      .option("split", {
        group: steps,
        type: "boolean",
        default: false,
        describe: "Layers by package and boundary instead of one, for registries",
      })
      .option("boundary", {
        group: steps,
        type: "string",
        array: true,
        nargs: 1,
        describe: "With --split: paths that fit this glob get a layer of their own",
        requiresArg: true,
      })
      .option("apply", { type: "string", describe: "Carry out a plan that --plan wrote", requiresArg: true });
  },
  async run(args, io) {
    const apply = typeof args["apply"] === "string" ? args["apply"] : null;
    const plans = apply === null ? null : parsePlans(await readPlan(apply), apply);
    const scrub = args["scrub-secrets"] === true;
    const drop = dropFrom(args["drop"]);
    if (scrub && args["secrets"] === "off")
      throw new BallastError("bad-argument", "--scrub-secrets needs secrets to be looked for: --secrets off says otherwise");
    if (args["boundary"] !== undefined && args["split"] !== true) throw new BallastError("bad-argument", "--boundary needs --split");
    // A glob that is none is told of before anything is read.
    for (const flag of ["remove", "keep", "boundary"]) for (const text of texts(args[flag])) parseGlob(text);
    return runRewrite(
      {
        duplicates: plans === null && args["hard-link"] !== false,
        secrets: scrub && plans === null ? await secretSettings(args) : null,
        plan: async ({ analysis, scanner, settings, gzipRatio }) => {
          if (plans !== null) return { plan: planFor(plans, analysis.image, apply!), warnings: [] };
          const keepLayers = keptLayers(analysis.image, rangeFrom(args), analysis.base.layers);
          const storedAgain = await findStoredAgain({ image: analysis.image, tree: analysis.tree, scanner }, keepLayers);
          return planOptimize(analysis, {
            keepLayers,
            settings,
            drop,
            remove: texts(args["remove"]),
            keep: texts(args["keep"]),
            scrubSecrets: scrub,
            split: args["split"] === true,
            undoMetadata: args["undo-metadata"] === true,
            off: switchedOff(args),
            storedAgain,
            gzipRatio,
            owners: args["split"] === true ? await packageOwners(analysis.image, analysis.tree) : null,
          });
        },
      },
      args,
      io,
    );
  },
};

async function readPlan(file: string): Promise<string> {
  return readFile(file, "utf8").catch((error: unknown) => {
    throw new BallastError("bad-config", `the plan ${file} cannot be read`, { hint: "write one with --plan FILE", cause: error });
  });
}

function dropFrom(value: unknown): DropCategory[] {
  if (value === undefined) return [...safeCategories];
  const names = textOf(value)
    .split(",")
    .filter((name) => name !== "" && name !== "none");
  for (const name of names) {
    if (!dropCategories.includes(name as DropCategory)) {
      throw new BallastError("bad-argument", `--drop ${name} is not known`, {
        hint: `choose from ${dropCategories.join(", ")}, or give none`,
      });
    }
  }
  return names as DropCategory[];
}

function switchedOff(args: Arguments): StepKind[] {
  const off: StepKind[] = [];
  for (const kind of ["merge", "hard-link", "recompress"] as const) if (args[kind] === false) off.push(kind);
  return off;
}
