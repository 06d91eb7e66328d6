/** Variables of a Dockerfile: ARG and ENV, and their substitution as the Dockerfile reference describes it. */
import type { Instruction } from "./dockerfile.ts";

export type Variables = ReadonlyMap<string, string>;

/** A longer value is not expanded, because each substitution may multiply its length. */
const mostValue = 64 * 1024;

/** The variables defined by a sequence of ARG and ENV instructions. `buildArgs` override the defaults of ARG, but never ENV. */
export function variablesFrom(
  instructions: readonly Instruction[],
  buildArgs: ReadonlyMap<string, string>,
  escape: string,
  inherited: Variables = new Map(),
): Variables {
  const variables = new Map<string, string>();
  const fromEnv = new Set<string>();
  for (const { keyword, arguments: text } of instructions) {
    if (keyword !== "ARG" && keyword !== "ENV") continue;
    for (const { name, value } of assignments(text, escape)) {
      if (keyword === "ARG") {
        const given = buildArgs.get(name) ?? (value === null ? inherited.get(name) : expandVariables(value, variables, escape));
        if (given !== undefined && !fromEnv.has(name)) variables.set(name, given);
      } else {
        fromEnv.add(name);
        variables.set(name, expandVariables(value ?? "", variables, escape));
      }
    }
  }
  return variables;
}

export interface Assignment {
  readonly name: string;
  /** Without quotes; null if none is given (`ARG NAME`). */
  readonly value: string | null;
}

/** `A=1 B="two words"`, the legacy `ENV NAME some words`, and `ARG NAME`. */
export function assignments(text: string, escape: string): readonly Assignment[] {
  const words = splitWords(text, escape);
  const first = words[0];
  if (first === undefined) return [];
  if (words.length > 1 && !first.includes("=")) return [{ name: first, value: text.trim().slice(first.length).trim() }];
  return words.map((word) => {
    const equals = word.indexOf("=");
    return equals < 0
      ? { name: word, value: null }
      : { name: unquote(word.slice(0, equals), escape), value: unquote(word.slice(equals + 1), escape) };
  });
}

/** Splits words like the Dockerfile's own lexer: quotes and escaped blanks hold a word together. */
export function splitWords(text: string, escape: string): readonly string[] {
  const words: string[] = [];
  let word = "";
  let quote = "";
  let open = false;
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at]!;
    if (char === escape && quote !== "'" && at + 1 < text.length) {
      word += char + text[(at += 1)]!;
      open = true;
    } else if (quote !== "") {
      if (char === quote) quote = "";
      word += char;
    } else if (/\s/.test(char)) {
      if (open) words.push(word);
      word = "";
      open = false;
    } else {
      if (char === '"' || char === "'") quote = char;
      word += char;
      open = true;
    }
  }
  if (open) words.push(word);
  return words;
}

/** Removes quotes and escapes from a word. */
export function unquote(word: string, escape: string): string {
  let result = "";
  let quote = "";
  for (let at = 0; at < word.length; at += 1) {
    const char = word[at]!;
    if (char === escape && quote !== "'" && at + 1 < word.length) result += word[(at += 1)]!;
    else if (quote === "" && (char === '"' || char === "'")) quote = char;
    else if (char === quote) quote = "";
    else result += char;
  }
  return result;
}

/** `$NAME`, `${NAME}`, `${NAME:-default}`, `${NAME:+other}`; unknown names are left as written. */
export function expandVariables(text: string, variables: Variables, escape: string): string {
  const pattern = /(?<escaped>[\\`]\$)|\$(?:\{(?<braced>[A-Za-z_]\w*)(?::?(?<operator>[-+?])(?<word>[^{}]*))?\}|(?<bare>[A-Za-z_]\w*))/g;
  const expanded = text.replace(pattern, (whole: string, ...rest: unknown[]) => {
    const groups = rest.at(-1) as Partial<Record<"escaped" | "braced" | "operator" | "word" | "bare", string>>;
    if (groups.escaped !== undefined) return groups.escaped[0] === escape ? "$" : whole;
    const value = variables.get(groups.braced ?? groups.bare ?? "");
    if (groups.operator === "-") return value === undefined || value === "" ? (groups.word ?? "") : value;
    if (groups.operator === "+") return value === undefined || value === "" ? "" : (groups.word ?? "");
    return value ?? whole;
  });
  return expanded.length > mostValue ? text : expanded;
}
