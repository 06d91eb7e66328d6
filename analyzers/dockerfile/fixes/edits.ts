/** Applies edits to a Dockerfile's text, and makes the two edits that most fixes need. */
import type { Dockerfile, Instruction } from "../dockerfile.ts";
import { isHeredocScript, shellScript } from "../shell.ts";
import type { ShellCommand } from "../shell.ts";
import type { Edit, Fix } from "./fix.ts";

/**
 * The text with the fixes' edits made. Edits of the same place are made in the order of the fixes; everything else stays as it is, byte for
 * byte. A fix whose edits overlap with those of an earlier one is left out as a whole.
 */
export function applyFixes(text: string, fixes: readonly Fix[]): { readonly text: string; readonly left: readonly Fix[] } {
  const taken: Edit[] = [];
  const left: Fix[] = [];
  for (const fix of fixes) {
    if (fix.edits.some((edit) => taken.some((other) => overlap(edit, other)))) left.push(fix);
    else taken.push(...fix.edits);
  }
  const ordered = taken.map((edit, order) => ({ ...edit, order })).sort((a, b) => a.start - b.start || a.end - b.end || a.order - b.order);
  const lineEnd = text.includes("\r\n") ? "\r\n" : "\n";
  let result = "";
  let at = 0;
  for (const edit of ordered) {
    result += text.slice(at, edit.start) + edit.text.replaceAll("\n", lineEnd);
    at = Math.max(at, edit.end);
  }
  return { text: result + text.slice(at), left };
}

/** Insertions at one place go well together; a replacement shares its characters with nobody. */
function overlap(a: Edit, b: Edit): boolean {
  if (a.start === a.end || b.start === b.end) {
    const [point, range] = a.start === a.end ? [a, b] : [b, a];
    return range.start < point.start && point.start < range.end;
  }
  return a.start < b.end && b.start < a.end;
}

/** Appends a command to a RUN in the RUN's own style; null where that cannot be done safely. */
export function appendCommand(dockerfile: Dockerfile, instruction: Instruction, command: string): Edit | null {
  const { text, escape } = dockerfile;
  const script = shellScript(dockerfile, instruction);
  const last = script?.commands.at(-1);
  if (script === null || last === undefined) return null;
  if (last.operator === "&" || ["exit", "exec", "return"].includes(last.words[0]?.text ?? "")) return null;
  const indent = indentOf(text, script.end);
  if (isHeredocScript(instruction)) {
    // In front of the line that closes the heredoc.
    const at = text.lastIndexOf("\n", instruction.end - 1) + 1;
    return { start: at, end: at, text: `${indent}${command}\n` };
  }
  // `set -e; a; b` stays in that style.
  const bySemicolon = script.commands.length > 1 && script.commands.slice(0, -1).every(({ operator }) => operator === ";");
  const semicolon = /^[ \t]*;/.exec(text.slice(script.end, instruction.end))?.[0].length ?? 0;
  const at = script.end + semicolon;
  const [before, lead] = semicolon > 0 ? ["", ""] : bySemicolon ? [";", ""] : ["", "&& "];
  const isOneLine = !text.slice(instruction.argumentsStart, script.end).includes("\n");
  const gap = isOneLine ? " " : ` ${escape}\n${indent}`;
  return { start: at, end: at, text: `${before}${gap}${lead}${command}` };
}

/** The blanks at the beginning of the line that holds `offset`; four where that is the instruction's own line. */
function indentOf(text: string, offset: number): string {
  const line = text.slice(text.lastIndexOf("\n", offset - 1) + 1, offset);
  return /^RUN\b/i.test(line) ? "    " : /^[ \t]*/.exec(line)![0];
}

/** Puts a word behind the command's subcommand: `apt-get install` becomes `apt-get install --no-install-recommends`. */
export function insertAfter(command: ShellCommand, subcommand: string, flag: string): Edit | null {
  const word = command.words.slice(1).find(({ text }) => text === subcommand);
  return word === undefined ? null : { start: word.end, end: word.end, text: ` ${flag}` };
}

/** Puts a word behind the program's name. */
export function insertAfterProgram({ words }: ShellCommand, flag: string): Edit {
  const { end } = words[0]!;
  return { start: end, end, text: ` ${flag}` };
}

/** Puts a flag behind `RUN`, `COPY` or `ADD`. */
export function insertFlag({ start, keyword }: Instruction, flag: string): Edit {
  const at = start + keyword.length;
  return { start: at, end: at, text: ` ${flag}` };
}

/** Takes a whole instruction out, with its line end; comments above it stay. */
export function removeInstruction({ text }: Dockerfile, { start, end }: Instruction): Edit {
  const newline = text.indexOf("\n", end);
  return { start, end: newline < 0 ? text.length : newline + 1, text: "" };
}
