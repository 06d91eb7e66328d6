/** The flags of the gate. */
import { defaultSets } from "../../config/rule-schema.ts";
import type { FlagTable } from "./flag.ts";

const group = "Rules:";
const dive = "As in dive:";

export const gateFlags = {
  config: {
    group,
    type: "string",
    value: "FILE",
    describe: "File to read instead of the nearest .ballast.yaml or .dive-ci",
    variable: "BALLAST_CONFIG",
  },
  fail: { group, type: "strings", value: "RULE=THRESHOLD", describe: "Fail when the rule is past its threshold; RULE=off switches it off" },
  warn: { group, type: "strings", value: "RULE=THRESHOLD", describe: "Warn when the rule is past its threshold" },
  rules: {
    group,
    type: "choice",
    choices: defaultSets,
    describe: "Defaults for rules that are not set: Ballast's, dive's three alone, or none",
  },
  "allow-empty": { group, type: "boolean", describe: "Pass where no rule is set at all" },
  baseline: {
    group,
    type: "string",
    value: "IMAGE",
    describe: "Image or JSON report that growth is measured against",
    variable: "BALLAST_BASELINE",
  },
  explain: {
    group,
    type: "string",
    value: "RULE",
    valueOptional: true,
    describe: "Explain what a rule means and how to fix it; without RULE, list all rules",
  },
  init: { group, type: "boolean", describe: "Write a commented .ballast.yaml fitted to the image" },
  force: { group, type: "boolean", describe: "Let --init overwrite .ballast.yaml" },
  ci: { group: dive, type: "boolean", describe: "Apply dive's three rules too, with dive's defaults" },
  "ci-config": { group: dive, type: "string", value: "FILE", describe: "Read the rules of this .dive-ci file", variable: "DIVE_CI_CONFIG" },
  lowestEfficiency: { group: dive, type: "string", value: "RATIO", describe: "Lowest efficiency by dive's formula, 0 to 1" },
  highestWastedBytes: { group: dive, type: "string", value: "BYTES", describe: "Most wasted bytes by dive's formula" },
  highestUserWastedPercent: {
    group: dive,
    type: "string",
    value: "RATIO",
    describe: "Most wasted part of the upper layers by dive's formula, 0 to 1",
  },
} as const satisfies FlagTable;
