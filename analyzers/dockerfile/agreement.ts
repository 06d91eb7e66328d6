/** How well a history row agrees with an instruction that may have written it. */
import type { Instruction } from "./dockerfile.ts";
import { oneLine } from "./history-text.ts";
import type { HistoryText } from "./history-text.ts";
import { assignments, expandVariables, splitWords, unquote } from "./variables.ts";
import type { Variables } from "./variables.ts";

/** `none`: certainly another instruction's. `weak`: possible, but little evidence. `sure`: it says the same. */
export const Agreement = { none: 0, weak: 1, sure: 4 } as const;

/** An instruction with everything its row is compared with; made once, compared often. */
export interface Expected {
  readonly keyword: string;
  /** For a RUN: the row ends with one of these texts, after the shell. */
  readonly commands: readonly string[];
  /** The SHELL in effect for a RUN, on one line. */
  readonly shell: string;
  /** Names set by an ENV, ARG or LABEL. */
  readonly names: readonly string[];
  /** Its words in order, without quotes and with variables resolved. */
  readonly words: readonly string[];
  /** The last word as written, because buildah records targets with their variables unresolved. */
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

/** A RUN's command in the forms that builders record. */
function commandsOf({ arguments: text, heredocs }: Instruction): readonly string[] {
  const list = jsonList(text);
  const commands = [oneLine(text)];
  if (list !== null) commands.push(oneLine(list.join(" ")));
  const [heredoc] = heredocs;
  if (heredoc !== undefined) {
    const whole = [text, ...heredocs.map(({ name, content }) => `${content}\n${name}`)].join("\n");
    // A RUN that is only a heredoc is recorded as its lines, or, if it begins with `#!`, as the file that holds them.
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
      // Each builder prints lists in its own way and order, so every word only has to be there.
      const isThere = (word: string): boolean => row.text.includes(word) || row.text.includes(JSON.stringify(word).slice(1, -1));
      if (!instruction.words.every(isThere)) return Agreement.none;
      return instruction.words.length === 0 ? Agreement.weak : Agreement.sure;
    }
  }
}

/** A shell with its options, as set by SHELL or a base image. */
const anyShell = /^\S*(?:sh|cmd|powershell)(?:\.exe)?(?: (?:[-/]\S+|pipefail|errexit|nounset|xtrace))* [-/]\S+$/i;

/** Whether the row of a RUN is this command, preceded only by build arguments and a shell: `cd x && make` is not `make`. */
function isCommandOf(text: string, command: string, shell: string): boolean {
  if (!text.endsWith(command)) return false;
  const before = text.slice(0, text.length - command.length);
  if (before === "") return true;
  if (!before.endsWith(" ")) return false;
  const [, count, rest = before.trimEnd()] = /^\|(\d+) (.*) $/.exec(before) ?? [];
  if (count === undefined) return rest === shell || anyShell.test(rest) || rest.split(" ").every((word) => word.startsWith("--"));
  // The list form is preceded by build arguments, but no shell.
  const words = rest.split(" ");
  if (words.length === Number(count) && words.every((word) => /^\w+=/.test(word))) return true;
  // Values may contain blanks, so only the first shell counts, and no other may follow it.
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
  // The value of a build argument may have come from the command line.
  return values === names.length || keyword === "ARG" ? Agreement.sure : Agreement.weak;
}

function copyAgrees({ words, target: written }: Expected, row: HistoryText): number {
  const target = words.at(-1);
  if (target === undefined) return Agreement.none;
  if (row.hashedTarget !== null)
    return sameTarget(row.hashedTarget, target) || row.hashedTarget === written ? Agreement.sure : Agreement.none;
  const sources = words.slice(0, -1);
  const text = sources.map(cleaned).join(" ");
  // Sources may contain blanks, which the row does not distinguish from those between sources.
  const said = row.words.map(cleaned);
  const count = text.split(" ").length;
  if (said.slice(0, count).join(" ") === text && sameTarget(said.slice(count).join(" "), target)) return Agreement.sure;
  // The same target with other sources is another instruction. Globs and heredocs are recorded differently by each builder.
  const isPattern = sources.some((source) => /[*?[]|^<</.test(source));
  return isPattern && sameTarget(said.at(-1) ?? "", target) ? Agreement.weak : Agreement.none;
}

/** Builders make a relative target absolute, using the working directory. */
function sameTarget(said: string, written: string): boolean {
  const [full, end] = [cleaned(said), cleaned(written)];
  if (full === end) return true;
  return !written.startsWith("/") && (end === "" || end === "." || full.endsWith(`/${end}`));
}

function cleaned(path: string): string {
  return path.replace(/^(?:\.\/)+/, "").replace(/(?<=.)\/+$/, "");
}
