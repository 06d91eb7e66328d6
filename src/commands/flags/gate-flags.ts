/** The flags of the gate and of reports. */
import type { Argv } from "yargs";

import { reportFormats } from "../../report/options.ts";

export function gateOptions(yargs: Argv): Argv {
  const [rules, dive] = ["Rules:", "As in dive:"];
  return yargs
    .option("config", {
      group: rules,
      type: "string",
      describe: "File to read instead of the nearest .ballast.yaml or .dive-ci",
      requiresArg: true,
    })
    .option("fail", {
      group: rules,
      type: "string",
      describe: "RULE=THRESHOLD that fails; RULE=off switches it off (repeatable)",
      requiresArg: true,
    })
    .option("warn", { group: rules, type: "string", describe: "RULE=THRESHOLD that warns (repeatable)", requiresArg: true })
    .option("baseline", {
      group: rules,
      type: "string",
      describe: "Image or JSON report that growth is measured against",
      requiresArg: true,
    })
    .option("explain", { group: rules, type: "string", describe: "Say what a rule means and how to fix it; without a rule, list them" })
    .option("init", { group: rules, type: "boolean", describe: "Write a commented .ballast.yaml fitted to the image" })
    .option("force", { group: rules, type: "boolean", describe: "Let --init overwrite .ballast.yaml" })
    .option("ci", { group: dive, type: "boolean", describe: "Apply dive's three rules, with dive's defaults" })
    .option("ci-config", { group: dive, type: "string", describe: "A .dive-ci file", requiresArg: true })
    .option("lowestEfficiency", { group: dive, type: "string", describe: "Lowest efficiency by dive's formula, 0 to 1", requiresArg: true })
    .option("highestWastedBytes", { group: dive, type: "string", describe: "Most wasted bytes by dive's formula", requiresArg: true })
    .option("highestUserWastedPercent", {
      group: dive,
      type: "string",
      describe: "Most wasted part of the upper layers by dive's formula, 0 to 1",
      requiresArg: true,
    });
}

export function reportOptions(yargs: Argv): Argv {
  return yargs
    .option("format", { type: "string", describe: `FORMAT or FORMAT=FILE (repeatable): ${reportFormats.join(", ")}`, requiresArg: true })
    .option("json", { type: "boolean", describe: "Short for --format json" })
    .option("files", { type: "boolean", default: false, describe: "Add the merged tree to the JSON" })
    .option("duplicates", { type: "boolean", default: true, describe: "Look for equal files at different paths" })
    .option("all", { type: "boolean", default: false, describe: "Every row of the text report instead of the largest" })
    .option("color", { choices: ["auto", "always", "never"], default: "auto", describe: "Colour the text report" });
}
