/** Whether a history row may have been written for an instruction, and how surely. */
import type { Instruction } from "./dockerfile.ts";
import { oneLine } from "./history-text.ts";
import type { HistoryText } from "./history-text.ts";
import { assignments, expandVariables, splitWords, unquote } from "./variables.ts";
import type { Variables } from "./variables.ts";

/** `none`: certainly another's. `weak`: nothing speaks against it, little for it. `sure`: it says the same. */
export const Agreement = { none: 0, weak: 1, sure: 4 } as const;

/** An instruction with all that its row may be compared with; made once, compared often. */
export interface Expected {
  readonly keyword: string;
  /** Texts one of which the row of a RUN ends with, behind its shell. */
  readonly commands: readonly string[];
  /** SHELL as it holds for a RUN, on one line. */
  readonly shell: string;
  /** Names that an ENV, ARG or LABEL gives a value to. */
  readonly names: readonly string[];
  /** Words in the order they stand, quotes off and variables resolved. */
  readonly words: readonly string[];
  /** The last of them as written: buildah notes targets with their variables. */
  readonly target: string;
}

export function expected(instruction: Instruction, variables: Variables, escape: string, shell: string): Expected {
  const { keyword } = instruction;
  const expand = (text: string): string => expandVariables(text, variables, escape);
  const empty = { keyword, commands: [], shell, names: [], words: [], target: "" };
  if (keyword === "RUN") return { ...empty, commands: commandsOf(instruction) };
  if (keyword === "ENV" || keyword === "ARG" || keyword === "LABEL") {
    const pairs = assignments(instruction.arguments, escape);
    const names = pairs.map(({ name }) => expand(name));
    return { ...empty, names, words: pairs.map(({ value }) => oneLine(expand(value ?? ""))) };
  }
  const list = jsonList(instruction.arguments.replace(/^CMD\s+/i, keyword === "HEALTHCHECK" ? "" : "$&"));
  const written = list ?? splitWords(instruction.arguments, escape);
  const words = list ?? written.map((word) => unquote(expand(word), escape));
  return { ...empty, words, target: unquote(written.at(-1) ?? "", escape) };
}

/** A RUN's command in the forms in which builders note it down. */
function commandsOf({ arguments: text, heredocs }: Instruction): readonly string[] {
  const list = jsonList(text);
  const commands = [oneLine(text)];
  if (list !== null) commands.push(oneLine(list.join(" ")));
  const [heredoc] = heredocs;
  if (heredoc !== undefined) {
    const whole = [text, ...heredocs.map(({ name, content }) => `${content}\n${name}`)].join("\n");
    // A RUN that is nothing but a heredoc is noted as its lines, or as the file that holds them when it begins with `#!`.
    commands.push(oneLine(whole), oneLine(heredoc.content), `/dev/pipes/${heredoc.name}`);
  }
  return commands.filter((command) => command !== "");
}

function jsonList(text: string): readonly string[] | null {
  if (!text.startsWith("[")) return null;
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) && value.every((item) => typeof item === "string") ? value : null;
  } catch {
    return null;
  }
}

/** How well the row fits the instruction: one of `Agreement`'s figures. */
export function agreement(instruction: Expected, row: HistoryText): number {
  if (instruction.keyword !== row.keyword) return Agreement.none;
  switch (instruction.keyword) {
    case "RUN":
      return instruction.commands.some((command) => isCommandOf(row.text, command, instruction.shell)) ? Agreement.sure : Agreement.none;
    case "ENV":
    case "LABEL":
    case "ARG":
      return pairsAgree(instruction, row.text);
    case "COPY":
    case "ADD":
      return copyAgrees(instruction, row);
    case "WORKDIR": {
      const path = (instruction.words[0] ?? "").replace(/^(?:\.\/)+|(?<=.)\/+$/g, "");
      const said = row.text.replace(/(?<=.)\/+$/, "");
      return said === path || said.endsWith(`/${path.replace(/^\/+/, "")}`) ? Agreement.sure : Agreement.none;
    }
    default: {
      // Lists are printed in each builder's own way and order: what counts is that every word is there.
      const isThere = (word: string): boolean => row.text.includes(word) || row.text.includes(JSON.stringify(word).slice(1, -1));
      if (!instruction.words.every(isThere)) return Agreement.none;
      return instruction.words.length === 0 ? Agreement.weak : Agreement.sure;
    }
  }
}

/** A shell with its options, as SHELL or a base image may set it. */
const anyShell = /^\S*(?:sh|cmd|powershell)(?:\.exe)?(?: (?:[-/]\S+|pipefail|errexit|nounset|xtrace))* [-/]\S+$/i;

/** Whether the row of a RUN is this command behind nothing but build arguments and a shell: `cd x && make` is not `make`. */
function isCommandOf(text: string, command: string, shell: string): boolean {
  if (!text.endsWith(command)) return false;
  const before = text.slice(0, text.length - command.length);
  if (before === "") return true;
  if (!before.endsWith(" ")) return false;
  const [, count, rest = before.trimEnd()] = /^\|(\d+) (.*) $/.exec(before) ?? [];
  if (count === undefined) return rest === shell || anyShell.test(rest) || rest.split(" ").every((word) => word.startsWith("--"));
  // The list form has arguments in front of it and no shell.
  const words = rest.split(" ");
  if (words.length === Number(count) && words.every((word) => /^\w+=/.test(word))) return true;
  // A value may hold blanks: behind the first shell there is no other.
  if (rest.endsWith(` ${shell}`)) return rest.indexOf(` ${shell}`) === rest.length - shell.length - 1;
  const at = words.findIndex((_, from) => anyShell.test(words.slice(from, from + 2).join(" ")));
  return at >= 0 && anyShell.test(words.slice(at).join(" "));
}

function pairsAgree({ names, words, keyword }: Expected, text: string): number {
  let values = 0;
  const padded = ` ${text}`;
  for (const [index, name] of names.entries()) {
    const at = [` ${name}=`, ` "${name}"=`, ` ${name}`].map((start) => padded.indexOf(start)).find((found) => found >= 0);
    if (at === undefined) return Agreement.none;
    if (padded.includes(words[index]!, at)) values += 1;
  }
  if (names.length === 0) return Agreement.none;
  // A build argument's value may have come from the command line.
  return values === names.length || keyword === "ARG" ? Agreement.sure : Agreement.weak;
}

function copyAgrees({ words, target: written }: Expected, row: HistoryText): number {
  const target = words.at(-1);
  if (target === undefined) return Agreement.none;
  if (row.hashedTarget !== null)
    return sameTarget(row.hashedTarget, target) || row.hashedTarget === written ? Agreement.sure : Agreement.none;
  const sources = words.slice(0, -1);
  const text = sources.map(cleaned).join(" ");
  // A source may hold blanks, which the row does not set apart from those between sources.
  const said = row.words.map(cleaned);
  const count = text.split(" ").length;
  if (said.slice(0, count).join(" ") === text && sameTarget(said.slice(count).join(" "), target)) return Agreement.sure;
  // The same target from other sources is another instruction; globs and heredocs are noted in their own way.
  const isPattern = sources.some((source) => /[*?[]|^<</.test(source));
  return isPattern && sameTarget(said.at(-1) ?? "", target) ? Agreement.weak : Agreement.none;
}

/** Builders make a relative target absolute, by the working directory. */
function sameTarget(said: string, written: string): boolean {
  const [full, end] = [cleaned(said), cleaned(written)];
  if (full === end) return true;
  return !written.startsWith("/") && (end === "" || end === "." || full.endsWith(`/${end}`));
}

function cleaned(path: string): string {
  return path.replace(/^(?:\.\/)+/, "").replace(/(?<=.)\/+$/, "");
}
