/**
 * Reads flags with yargs' own parser alone, which loads in a tenth of the time that all of yargs takes. What it cannot read without doubt
 * is left to yargs, which knows what to say about it.
 */
import type { Options } from "yargs";
import parse from "yargs-parser";

import { description } from "../commands/flags/flag.ts";
import type { Flag, FlagTable } from "../commands/flags/flag.ts";

export const parserConfiguration = {
  "camel-case-expansion": false,
  "parse-positional-numbers": false,
  "duplicate-arguments-array": true,
} as const;

/** Known to every command. */
export const commonFlags = {
  help: { alias: "h", type: "boolean", describe: "Show help" },
  debug: { type: "boolean", describe: "Print the stack of an error" },
} as const satisfies FlagTable;

/** yargs adds it by itself, and acts on it. */
const versionFlag = { type: "boolean", alias: "V", describe: "" } as const satisfies Flag;

/** A flag in yargs' words. */
export function yargsOption(flag: Flag): Options {
  const option: Options = { describe: description(flag) };
  if (flag.alias !== undefined) option.alias = flag.alias;
  if (flag.group !== undefined) option.group = flag.group;
  if (flag.type === "choice") option.choices = flag.choices;
  else option.type = flag.type === "strings" ? "string" : flag.type;
  if ("default" in flag) option.default = flag.default;
  if (takesValue(flag)) option.requiresArg = true;
  return option;
}

function takesValue(flag: Flag): boolean {
  return flag.type !== "boolean" && !("valueOptional" in flag);
}

/** The flags and positional arguments (`_`) of a command line; null when something is wrong with it, or only yargs can answer it. */
export function readFlags(table: FlagTable, words: readonly string[]): Record<string, unknown> | null {
  const flags: readonly (readonly [string, Flag])[] = Object.entries({ ...commonFlags, version: versionFlag, ...table });
  const names = (fits: (flag: Flag) => boolean): string[] => flags.flatMap(([name, flag]) => (fits(flag) ? [name] : []));
  const { argv, error } = parse.detailed([...words], {
    alias: Object.fromEntries(flags.flatMap(([name, { alias }]) => (alias === undefined ? [] : [[name, [alias]]]))),
    boolean: names(({ type }) => type === "boolean"),
    string: names(({ type }) => type === "string" || type === "strings"),
    number: names(({ type }) => type === "number"),
    default: Object.fromEntries(flags.flatMap(([name, flag]) => ("default" in flag ? [[name, flag.default]] : []))),
    narg: Object.fromEntries(names(takesValue).map((name) => [name, NaN])),
    configuration: parserConfiguration,
  });
  const known = new Set(flags.flatMap(([name, { alias }]) => (alias === undefined ? [name] : [name, alias])));
  const isUnknown = Object.keys(argv).some((key) => key !== "_" && !known.has(key));
  const isOff = flags.some(([name, flag]) => flag.type === "choice" && !isAmong(argv[name], flag.choices));
  const asksYargs = argv["help"] === true || argv["version"] === true;
  return error !== null || isUnknown || isOff || asksYargs ? null : argv;
}

function isAmong(value: unknown, choices: readonly string[]): boolean {
  return value === undefined || choices.includes(value as string);
}
