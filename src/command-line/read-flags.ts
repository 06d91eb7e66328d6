/**
 * Reads flags as people usually write them. Whatever is in doubt is left to yargs, which has messages for it but takes longer to load than a
 * small image takes to analyse.
 */
import type { Options } from "yargs";

import { description } from "../commands/flags/flag.ts";
import type { Flag, FlagTable } from "../commands/flags/flag.ts";

export const parserConfiguration = {
  "camel-case-expansion": false,
  "dot-notation": false,
  "parse-positional-numbers": false,
  "duplicate-arguments-array": true,
} as const;

/** Flags of every command. */
export const commonFlags = {
  help: { alias: "h", type: "boolean", describe: "Show help" },
  debug: { type: "boolean", describe: "Print the stack of an error" },
} as const satisfies FlagTable;

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

/**
 * The flags and positional arguments (`_`) of a command line, as yargs returns them; null when something is wrong with it, or when it is
 * written in one of the rarer ways that only yargs knows.
 */
export function readFlags(table: FlagTable, words: readonly string[]): Record<string, unknown> | null {
  const flags = new Map<string, Flag>(Object.entries({ ...commonFlags, ...table }));
  const values = new Map<string, unknown>();
  const positional: string[] = [];
  const rest = words.values();
  for (const word of rest) {
    if (word === "-" || !word.startsWith("-")) {
      // After a switch, yargs would take it for the switch's value.
      if (word === "true" || word === "false") return null;
      positional.push(word);
      continue;
    }
    const [, dashes, typed = "", given] = /^(--?)([a-z][a-z-]*)(?:=(.+))?$/is.exec(word) ?? [];
    const name = dashes === "--" ? typed.replace(/^no-/, "") : nameOfAlias(flags, typed);
    const flag = flags.get(name);
    if (flag === undefined || name === "help" || flags.has(`no-${name}`)) return null;
    const isOff = dashes === "--" && name !== typed;
    if (flag.type === "boolean") {
      if (given !== undefined || values.has(name)) return null;
      values.set(name, !isOff);
      continue;
    }
    const value = dashes === "-" && given !== undefined ? undefined : (given ?? rest.next().value);
    if (isOff || !isPlainValue(flag, value)) return null;
    const before = values.get(name);
    if (before !== undefined && flag.type === "choice") return null;
    values.set(name, before === undefined ? value : [before, value].flat());
  }
  for (const [name, flag] of flags) {
    if (!values.has(name) && "default" in flag) values.set(name, flag.default);
    if (flag.alias !== undefined && values.has(name)) values.set(flag.alias, values.get(name));
  }
  return { ...Object.fromEntries(values), _: positional };
}

function nameOfAlias(flags: ReadonlyMap<string, Flag>, alias: string): string {
  for (const [name, flag] of flags) if (flag.alias === alias) return name;
  return "";
}

/** False for quotes, numbers, optional values and anything that looks like another flag: yargs decides about those. */
function isPlainValue(flag: Flag, value: string | undefined): value is string {
  if (value === undefined || flag.type === "number" || !takesValue(flag) || !/^[^-"']/.test(value)) return false;
  return flag.type !== "choice" || flag.choices.includes(value);
}
