/** Applies edits to a Dockerfile's text, and makes the kinds of edit that most fixes need. */
import type { Dockerfile, Instruction } from "../dockerfile.ts";
import { isHeredocScript, shellScript } from "../shell.ts";
import type { ShellCommand } from "../shell.ts";
import type { Edit, Fix } from "./fix.ts";

/** When two fixes conflict, the one that saves bytes wins. */
const order = { bytes: 0, secret: 1, speed: 2 } as const;

/**
 * The text with the fixes' edits applied. Edits at the same place follow the order of the fixes; everything else stays byte for byte. A fix
 * whose edits overlap with those of a more important one is left out as a whole.
 */
export function applyFixes(text: string, fixes: readonly Fix[]): { readonly text: string; readonly left: readonly Fix[] } {
  const taken: Edit[] = [];
  const left: Fix[] = [];
  for (const fix of fixes.toSorted((a, b) => order[a.kind] - order[b.kind])) {
    if (fix.edits.some((edit) => taken.some((other) => overlap(edit, other)))) left.push(fix);
    else taken.push(...fix.edits);
  }
  const ordered = taken.map((edit, at) => ({ ...edit, at })).sort((a, b) => a.start - b.start || a.end - b.end || a.at - b.at);
  const lineEnd = text.includes("\r\n") ? "\r\n" : "\n";
  let result = "";
  let at = 0;
  for (const edit of ordered) {
    result += text.slice(at, edit.start) + edit.text.replaceAll(/\r?\n/g, lineEnd);
    at = Math.max(at, edit.end);
  }
  return { text: result + text.slice(at), left };
}

/** Insertions at the same place do not conflict; a replacement shares its characters with no other edit. */
function overlap(a: Edit, b: Edit): boolean {
  if (a.start === a.end || b.start === b.end) {
    const [point, range] = a.start === a.end ? [a, b] : [b, a];
    return range.start < point.start && point.start < range.end;
  }
  return a.start < b.end && b.start < a.end;
}

/** Nothing runs after these. */
const leaves = new Set(["exit", "exec", "return"]);
/** Words that end a compound command. */
const closers = new Set(["fi", "done", "esac", "}"]);

/**
 * Appends a command to a RUN in the RUN's own style, so that the RUN still fails if its original commands fail; null if that is not safe.
 * @param errexit true if SHELL itself stops at the first failure
 */
export function appendCommand(dockerfile: Dockerfile, instruction: Instruction, command: string, errexit: boolean): Edit | null {
  const { text, escape } = dockerfile;
  const script = shellScript(dockerfile, instruction);
  const last = script?.commands.at(-1);
  if (script === null || last === undefined) return null;
  const { commands, end: at } = script;
  if ((last.operator !== "" && last.operator !== ";") || commands.some(({ words }) => leaves.has(words[0]?.text ?? ""))) return null;
  const sets = commands.filter(({ words }) => words[0]?.text === "set").map(({ words }) => words.map((word) => word.text).join(" "));
  if (sets.some((words) => /\s\+(?:\w*e|o errexit)/.test(words))) return null;
  const failsFast = errexit || sets.some((words) => /\s-(?:\w*e|\w*o errexit)/.test(words));
  // Before `&&` a compound command no longer stops at its first failure, and before `;` the failure of a list inside it is lost.
  const isCompound = closers.has(last.words[0]?.text ?? "") || text[at - 1] === ")";
  if (failsFast && (isCompound || text.startsWith("!", last.start))) return null;
  const before = commands.at(-2)?.operator ?? ";";
  const style = failsFast && before === ";" ? ";" : "&&";
  if (isHeredocScript(instruction))
    return { start: at, end: at, text: style === ";" ? `\n${indentOf(text, at)}${command}` : ` && ${command}` };
  const isOneLine = !text.slice(commands[0]!.start, at).includes("\n");
  const gap = isOneLine ? " " : ` ${escape}\n${indentOf(text, at)}`;
  return { start: at, end: at, text: style === ";" ? `;${gap}${command}` : `${gap}&& ${command}` };
}

/** The indentation of the line that holds `offset`; four blanks if that is the instruction's own line. */
function indentOf(text: string, offset: number): string {
  const line = text.slice(text.lastIndexOf("\n", offset - 1) + 1, offset);
  return /^RUN\b/i.test(line) ? "    " : /^[ \t]*/.exec(line)![0];
}

/** Inserts a word after the command's subcommand: `apt-get install` becomes `apt-get install --no-install-recommends`. */
export function insertAfter(command: ShellCommand, subcommand: string, flag: string): Edit | null {
  const word = command.words.slice(1).find(({ text }) => text === subcommand);
  return word === undefined ? null : { start: word.end, end: word.end, text: ` ${flag}` };
}

/** Inserts a word after the program's name. */
export function insertAfterProgram({ words }: ShellCommand, flag: string): Edit {
  const { end } = words[0]!;
  return { start: end, end, text: ` ${flag}` };
}

/** Inserts a flag after `RUN`, `COPY` or `ADD`. */
export function insertFlag({ start, keyword }: Instruction, flag: string): Edit {
  const at = start + keyword.length;
  return { start: at, end: at, text: ` ${flag}` };
}

/** Removes a whole instruction with its line end; comments above it stay. */
export function removeInstruction({ text }: Dockerfile, { start, end }: Instruction): Edit {
  const newline = text.indexOf("\n", end);
  if (newline >= 0) return { start, end: newline + 1, text: "" };
  // If the file does not end with a line end, neither does the result.
  const before = text.slice(0, start).replace(/\r?\n$/, "");
  return { start: before.length, end: text.length, text: "" };
}
