/**
 * A command's flags and positional arguments as data. What a command declares here is what is parsed, typed, shown under --help, completed
 * by shells, taken from the environment and listed in docs/flags.md; a new flag is one row of one table, and `npm run generate`.
 */
import { BallastError } from "../../base/errors.ts";

interface FlagBasics {
  /** One letter. */
  readonly alias?: string;
  /** Heading under --help. */
  readonly group?: string;
  /** Capital first, no full stop. What `--help` adds by itself: the environment variable, the choices, "repeatable". */
  readonly describe: string;
  /** Environment variable that is read where the flag is not given; empty counts as unset. */
  readonly variable?: string;
}

/** On or off: `--name`, `--no-name`. */
interface Switch extends FlagBasics {
  readonly type: "boolean";
  /** Off where it is not said. */
  readonly default?: true;
}

interface Text extends FlagBasics {
  readonly type: "string";
  /** What stands for the value in help and docs: FILE, GLOB. */
  readonly value: string;
  /** The flag may stand alone; its value is then "". */
  readonly valueOptional?: true;
}

/** Given any number of times. */
interface Texts extends FlagBasics {
  readonly type: "strings";
  readonly value: string;
  /** What shells offer for it; the values that are taken may be more. */
  readonly suggests?: readonly string[];
}

/** NaN for what is not a number: each reader says which range it takes. */
interface Numeric extends FlagBasics {
  readonly type: "number";
}

interface Choice extends FlagBasics {
  readonly type: "choice";
  readonly choices: readonly string[];
  readonly default?: string;
}

export type Flag = Switch | Text | Texts | Numeric | Choice;
/** By name as typed, without dashes: `max-ratio`. */
export type FlagTable = Readonly<Record<string, Flag>>;

/** In their order on the command line; several: one or more, any: none or more; either is the last of the table. */
export type PositionalTable = Readonly<Record<string, "required" | "optional" | "several" | "any">>;

type CamelCase<Name> = Name extends `${infer Head}-${infer Tail}` ? `${Head}${Capitalize<CamelCase<Tail>>}` : Name;

type ValueOf<F> = F extends { readonly type: "boolean" }
  ? boolean
  : F extends { readonly type: "strings" }
    ? readonly string[]
    : F extends { readonly type: "number" }
      ? number | null
      : F extends { readonly type: "choice"; readonly choices: readonly (infer Value)[] }
        ? F extends { readonly default: string }
          ? Value
          : Value | null
        : string | null;

/** What a table's flags say: `max-ratio` is `maxRatio`; null is what is not given. */
export type FlagValues<F> = { readonly [Name in keyof F as CamelCase<Name>]: ValueOf<F[Name]> };

type PositionalOf<Kind> = Kind extends "required" ? string : Kind extends "several" | "any" ? readonly string[] : string | null;

export type PositionalValues<P> = { readonly [Name in keyof P]: PositionalOf<P[Name]> };

type Value = boolean | number | string | readonly string[] | null;

/**
 * Values from what a parser read; where that says nothing, from the environment, then from the table.
 * @throws {BallastError} bad-argument: a flag that takes one value is given twice; bad-config: a variable makes no sense
 */
export function flagValues<const F extends FlagTable>(
  table: F,
  parsed: Readonly<Record<string, unknown>>,
  env: NodeJS.ProcessEnv,
): FlagValues<F> {
  const values = Object.entries(table).map(([name, flag]) => [
    camelCase(name),
    given(name, flag, parsed[name]) ?? fromEnvironment(flag, env) ?? standard(flag),
  ]);
  return Object.fromEntries(values) as FlagValues<F>;
}

function camelCase(name: string): string {
  return name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
}

function given(name: string, flag: Flag, value: unknown): Value {
  const { type } = flag;
  if (value === undefined) return null;
  // `--config "$FILE"` where FILE is not set: whoever wrote it meant one.
  if (value === "" && type === "string" && flag.valueOptional !== true)
    throw new BallastError("bad-argument", `--${name} is empty`, {
      hint: "give it a value, or leave it out; a variable in it may not be set",
    });
  if (type === "strings") return [value].flat().map(String);
  if (Array.isArray(value)) throw new BallastError("bad-argument", `--${name} is given more than once`, { hint: "give it once" });
  return value as Value;
}

function fromEnvironment(flag: Flag, env: NodeJS.ProcessEnv): Value {
  const { variable, type } = flag;
  const text = variable === undefined ? undefined : env[variable];
  if (text === undefined || text === "") return null;
  const refuse = (takes: string): never => {
    throw new BallastError("bad-config", `the environment variable ${variable!} is "${text}"; it takes ${takes}`);
  };
  switch (type) {
    case "string":
      return text;
    case "strings":
      return [text];
    case "number":
      return Number.isFinite(Number(text)) ? Number(text) : refuse("a number");
    case "choice":
      return flag.choices.includes(text) ? text : refuse(flag.choices.join(", "));
    case "boolean":
      if (/^(?:1|true|yes|on)$/i.test(text)) return true;
      return /^(?:0|false|no|off)$/i.test(text) ? false : refuse("true or false");
  }
}

function standard(flag: Flag): Value {
  if (flag.type === "boolean") return flag.default ?? false;
  if (flag.type === "strings") return [];
  return flag.type === "choice" ? (flag.default ?? null) : null;
}

/** What is written behind the flag: `FILE`, `N`, `on|off`; empty for a switch. */
export function valueName(flag: Flag): string {
  switch (flag.type) {
    case "boolean":
      return "";
    case "choice":
      return flag.choices.join("|");
    case "number":
      return "N";
    case "string":
      return flag.valueOptional === true ? `[${flag.value}]` : flag.value;
    case "strings":
      return flag.value;
  }
}

/** The sentence of --help and of the docs. */
export function description({ describe, variable, type }: Flag): string {
  return `${describe}${type === "strings" ? " (repeatable)" : ""}${variable === undefined ? "" : ` [$${variable}]`}`;
}
