/** The flags of reports. */
import { reportFormats } from "../../report/options.ts";
import type { FlagTable, FlagValues } from "./flag.ts";

/** `--format` and `--json` of a command that has these formats. */
export function formatFlags(formats: readonly string[]) {
  return {
    format: { type: "strings", value: "FORMAT[=FILE]", describe: `FORMAT or FORMAT=FILE, one of ${formats.join(", ")}`, suggests: formats },
    json: { alias: "j", type: "boolean", describe: "Short for --format json" },
  } as const satisfies FlagTable;
}

export const colorFlag = {
  color: { type: "choice", choices: ["auto", "always", "never"], default: "auto", describe: "Colour the text report" },
} as const satisfies FlagTable;

export const everyRowFlag = {
  all: { type: "boolean", describe: "Every row of the text report instead of the largest" },
} as const satisfies FlagTable;

export const reportFlags = {
  ...formatFlags(reportFormats),
  files: { type: "boolean", describe: "Add the merged tree to the JSON" },
  duplicates: { type: "boolean", default: true, describe: "Look for equal files at different paths" },
  ...everyRowFlag,
  ...colorFlag,
} as const satisfies FlagTable;

export type ReportArguments = FlagValues<typeof reportFlags>;
