/** Everything that `survey` takes. */
import type { Arguments } from "../command.ts";
import { connectionFlags } from "../flags/connection-flags.ts";
import { gateFlags } from "../flags/gate-flags.ts";
import { imageFlags } from "../flags/image-flags.ts";
import { colorFlag, everyRowFlag, formatFlags } from "../flags/report-flags.ts";
import { secretFlags } from "../flags/secret-flags.ts";
import { queueFlags, surveyFlags } from "../flags/survey-flags.ts";

export const formats = ["text", "json", "csv", "html"] as const;
export type Format = (typeof formats)[number];

const { platform, cache, "max-ratio": maxRatio, quiet } = imageFlags;
const { config, fail, warn, rules } = gateFlags;

export const surveyCommandFlags = {
  ...surveyFlags,
  ...queueFlags,
  platform,
  cache,
  "max-ratio": maxRatio,
  quiet,
  ...secretFlags,
  duplicates: {
    type: "boolean",
    default: true,
    describe: "Look for equal files at different paths",
  },
  config,
  fail,
  warn,
  rules,
  ...formatFlags(formats),
  ...everyRowFlag,
  ...colorFlag,
  ...connectionFlags,
} as const;
export type SurveyArguments = Arguments<typeof surveyCommandFlags, { readonly source: "any" }>;

/** Of each image's own report. */
export function reportFormat({ outputFormat }: Pick<SurveyArguments, "outputFormat">): "json" | "html" {
  return outputFormat === "html" ? "html" : "json";
}
