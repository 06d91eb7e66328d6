/** Says what is wrong with a command line's flags: names the flag as it was typed, and the one that may be meant. */
import type { Flag, FlagTable } from "../commands/flags/flag.ts";
import { nearest } from "../base/text/nearest.ts";

/** Flags of other programs, by the names they have here. */
const elsewhere: Readonly<Record<string, string>> = {
  output: "a report goes into a file by --format FORMAT=FILE, as in --format json=report.json",
  verbose: "--debug prints the stack of an error; everything else is said already",
  tag: "the name of what is written stands in --output: docker-archive:FILE:TAG, docker-daemon:NAME, docker://REGISTRY/NAME:TAG",
  severity:
    "ballast secrets --fail-on high ends with status 1 on what is as severe or worse; so does the rule ballast check --fail secrets=high",
  "exit-code": "the exit status is that of ballast check: 1 when a rule fails",
};

/** Letters that other programs use for flags which have none here. */
const letters: Readonly<Record<string, string>> = { o: "output", t: "tag", v: "verbose" };

export interface FlagProblem {
  readonly message: string;
  readonly hint: string | null;
}

/** Mistakes that yargs would accept: a switch with a value that is neither true nor false, or `--no-` before a flag that is not a switch. */
export function misusedSwitch(table: FlagTable, words: readonly string[]): FlagProblem | null {
  for (const word of words.slice(0, endOfFlags(words))) {
    const [, no, name = "", equals, value = ""] = /^--(no-)?([a-z][a-z-]*)(?:(=)(.*))?$/is.exec(word) ?? [];
    const flag = Object.hasOwn(table, name) ? table[name] : undefined;
    if (flag === undefined) continue;
    if (flag.type !== "boolean") {
      if (no !== undefined && !Object.hasOwn(table, `no-${name}`)) return noSwitch(name, flag);
      continue;
    }
    if (equals === undefined || value === "true" || value === "false") continue;
    const hint =
      name === "json" && "format" in table ? `the JSON goes into a file by --format json=${value === "" ? "FILE" : value}` : null;
    return { message: `--${name} is on or off and takes no value, not "${value}"`, hint };
  }
  return null;
}

function noSwitch(name: string, flag: Flag): FlagProblem {
  const off =
    flag.type === "choice" ? flag.choices.find((choice) => choice === "off" || choice === "none" || choice === "never") : undefined;
  const instead = off === undefined ? "leave it out" : `--${name} ${off} is what does without`;
  return { message: `there is no flag --no-${name}, for --${name} takes a value`, hint: instead };
}

/** Rewords one of yargs' messages; an unknown one stays as it is. */
export function flagProblem(table: FlagTable, said: string): FlagProblem {
  const unknown = /^Unknown arguments?: (.+)$/.exec(said)?.[1]!.split(", ")[0];
  if (unknown !== undefined) return unknownFlag(table, unknown);
  const lacking = /^Not enough arguments following: (.+)$/.exec(said)?.[1];
  if (lacking !== undefined) return { message: `${spelled(lacking)} needs a value${choicesOf(table, lacking)}`, hint: null };
  const [, name = "", value = ""] = /^Invalid values: Argument: ([\w-]+), Given: "(.*?)", Choices: /.exec(said) ?? [];
  const flag = flagOf(table, name);
  if (flag?.type !== "choice") return { message: said, hint: null };
  const near = nearest(value, flag.choices);
  const meant = near === null ? "" : `; did you mean "${near}"?`;
  return { message: `${spelled(name)} takes ${flag.choices.join(", ")}, not "${value}"${meant}`, hint: null };
}

function unknownFlag(table: FlagTable, typed: string): FlagProblem {
  const word = letters[typed] ?? typed.toLowerCase();
  const hint = Object.hasOwn(elsewhere, word) && !(word in table) ? elsewhere[word]! : null;
  // Among so many names, every short word is close to one.
  const near = typed.length < 3 || hint !== null ? null : nearest(typed, Object.keys(table));
  return { message: `there is no flag ${spelled(typed)}${near === null ? "" : `; did you mean --${near}?`}`, hint };
}

function choicesOf(table: FlagTable, name: string): string {
  const flag = flagOf(table, name);
  return flag?.type === "choice" ? `: ${flag.choices.join(", ")}` : "";
}

function flagOf(table: FlagTable, name: string): Flag | undefined {
  return table[name] ?? Object.values(table).find(({ alias }) => alias === name);
}

function spelled(name: string): string {
  return name.length === 1 ? `-${name}` : `--${name}`;
}

function endOfFlags(words: readonly string[]): number {
  const end = words.indexOf("--");
  return end < 0 ? words.length : end;
}
