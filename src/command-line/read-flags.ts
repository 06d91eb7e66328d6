/**
 * Reads flags with yargs' own parser alone, which loads in a tenth of the time that all of yargs takes. What it cannot read without doubt
 * is left to yargs, which knows what to say about it.
 */
import type { Argv, Options } from "yargs";
import parse from "yargs-parser";

import type { Command } from "../commands/command.ts";

export const parserConfiguration = {
  "camel-case-expansion": false,
  "parse-positional-numbers": false,
  "duplicate-arguments-array": true,
} as const;

/** Known to every command. */
export const commonFlags = {
  help: { alias: "h", type: "boolean", describe: "Show help" },
  debug: { type: "boolean", describe: "Print the stack of an error" },
} as const;

/** yargs adds it by itself, and acts on it. */
const versionFlag: Options = { type: "boolean", alias: "V" };

/** The flags and positional arguments (`_`) of a command line; null when something is wrong with it, or only yargs can answer it. */
export function readFlags(command: Command, words: readonly string[]): Record<string, unknown> | null {
  const options = new Map<string, Options>([...Object.entries(commonFlags), ["version", versionFlag], ...optionsOf(command)]);
  const named = [...options];
  const withType = (type: Options["type"]): string[] => named.flatMap(([name, option]) => (option.type === type ? [name] : []));
  const { argv, error } = parse.detailed([...words], {
    alias: Object.fromEntries(named.flatMap(([name, { alias }]) => (typeof alias === "string" ? [[name, [alias]]] : []))),
    boolean: withType("boolean"),
    string: withType("string"),
    number: withType("number"),
    default: Object.fromEntries(named.flatMap(([name, option]) => ("default" in option ? [[name, option.default]] : []))),
    narg: Object.fromEntries(named.flatMap(([name, { requiresArg }]) => (requiresArg === true ? [[name, NaN]] : []))),
    configuration: parserConfiguration,
  });
  const known = new Set(named.flatMap(([name, { alias }]) => [name, ...(typeof alias === "string" ? [alias] : [])]));
  const isUnknown = Object.keys(argv).some((key) => key !== "_" && !known.has(key));
  const isOff = named.some(([name, { choices }]) => choices !== undefined && !isAmong(argv[name], choices));
  const asksYargs = argv["help"] === true || argv["version"] === true;
  return error !== null || isUnknown || isOff || asksYargs ? null : argv;
}

function isAmong(value: unknown, choices: NonNullable<Options["choices"]>): boolean {
  return value === undefined || choices.includes(value as string);
}

/** What a command tells yargs about its flags. */
function optionsOf(command: Command): ReadonlyMap<string, Options> {
  const options = new Map<string, Options>();
  const recorder = {
    option(name: string, option: Options) {
      options.set(name, option);
      return recorder;
    },
  };
  command.options(recorder as unknown as Argv);
  return options;
}
