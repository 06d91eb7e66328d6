/**
 * The simple commands in a RUN's shell text, with their places in the Dockerfile: enough to know which program runs with which words, and
 * where to insert a flag or another command. It is not a shell; anything it does not understand is marked as compound.
 */
import type { Dockerfile, Instruction } from "./dockerfile.ts";

export interface ShellCommand {
  /** Words without their quotes; a word with a substitution keeps it as written. Assignments before the program are left out. */
  readonly words: readonly ShellWord[];
  /** What follows it; "" at the end. */
  readonly operator: "" | "&&" | "||" | ";" | "|" | "&";
  /** Offsets in the Dockerfile's text. */
  readonly start: number;
  readonly end: number;
}

export interface ShellWord {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

export interface ShellScript {
  readonly commands: readonly ShellCommand[];
  /** True if braces, parentheses, conditions or loops group commands, so that nothing can be removed or inserted between them. */
  readonly compound: boolean;
  /** Where the last word ends, which is the place to append. */
  readonly end: number;
}

const reserved = new Set([
  "if",
  "then",
  "else",
  "elif",
  "fi",
  "for",
  "while",
  "until",
  "do",
  "done",
  "case",
  "esac",
  "in",
  "{",
  "}",
  "function",
  "[[",
  "!",
]);
/** A command begins after these. */
const opening = new Set(["if", "then", "else", "elif", "while", "until", "do", "{", "!"]);
const programs = new Set(["sudo", "env", "command", "time", "nice", "eatmydata"]);

/** Null for the JSON form, and for scripts that are read by a program other than a shell. */
export function shellScript({ text, escape }: Pick<Dockerfile, "text" | "escape">, instruction: Instruction): ShellScript | null {
  if (instruction.keyword !== "RUN" || instruction.arguments.startsWith("[")) return null;
  const [heredoc] = instruction.heredocs;
  if (heredoc === undefined) return scan(text, instruction.argumentsStart, instruction.end, { escape, linesEnd: false });
  if (!isHeredocScript(instruction)) return scan(text, instruction.argumentsStart, headEnd(text, instruction), { escape, linesEnd: false });
  if (/^\s*#!/.test(heredoc.content)) return null;
  const start = text.indexOf("\n", instruction.argumentsStart) + 1;
  // In a heredoc a backslash before the line end is the shell's own continuation.
  const end = start + heredoc.content.length;
  // Lines of a nested heredoc are not commands.
  return /<<-?\s*["']?\w/.test(text.slice(start, end)) ? null : scan(text, start, end, { escape: "\\", linesEnd: true });
}

/** True for `RUN <<EOF`, where the heredoc is the script rather than the input of a command. */
export function isHeredocScript({ heredocs, arguments: head }: Instruction): boolean {
  return heredocs.length === 1 && /^<<-?(["']?)\w+\1$/.test(head);
}

/** The end of the head of a RUN with heredocs. The head may be continued; the heredocs' contents start on the line after it. */
function headEnd(text: string, { argumentsStart, end, heredocs }: Instruction): number {
  const head = text.slice(argumentsStart, end);
  const marker = heredocs[0]!.name;
  const at = head.search(new RegExp(`<<-?["']?${marker.replaceAll(/[^\\w]/g, "\\$&")}\\b`));
  const newline = head.indexOf("\n", Math.max(0, at));
  return newline < 0 ? end : argumentsStart + newline;
}

interface ScanOptions {
  readonly escape: string;
  /** In a heredoc a line end ends a command; in a RUN the Dockerfile's own continuations and comments stand between lines. */
  readonly linesEnd: boolean;
}

const redirection = /^\d*(?:&>>?|>>?&?|<&?|>\|)/;

function scan(text: string, from: number, to: number, { escape, linesEnd }: ScanOptions): ShellScript {
  const commands: ShellCommand[] = [];
  let words: ShellWord[] = [];
  let compound = false;
  let end = from;
  const finish = (operator: ShellCommand["operator"]): void => {
    const program = words.findIndex((word) => !/^[A-Za-z_]\w*=/.test(word.text) && !programs.has(word.text) && !opening.has(word.text));
    const kept = program < 0 ? [] : words.slice(program);
    const first = words[0];
    if (first !== undefined) commands.push({ words: withoutRedirections(kept), operator, start: first.start, end: words.at(-1)!.end });
    words = [];
  };
  let at = from;
  let lineStart = false;
  while (at < to) {
    const char = text[at]!;
    if (continues(text, at, to, escape)) {
      at = text.indexOf("\n", at) + 1;
      lineStart = true;
    } else if (char === "#" && (lineStart || /[\s;&|(]/.test(text[at - 1] ?? " "))) {
      // The shell gets a RUN as one line, so a comment that is not the Dockerfile's own extends to its end.
      at = lineStart || linesEnd ? endOfLine(text, at, to) : to;
    } else if (char === "\n") {
      if (linesEnd) finish(";");
      at += 1;
      lineStart = true;
    } else if (/\s/.test(char)) {
      at += 1;
    } else if (text.startsWith("&&", at) || text.startsWith("||", at)) {
      finish(text.startsWith("&&", at) ? "&&" : "||");
      at += 2;
      lineStart = false;
    } else if (char === ";" || char === "|" || (char === "&" && text[at + 1] !== ">")) {
      finish(char);
      if (text[at + 1] === ";") compound = true;
      at += 1;
      lineStart = false;
    } else if (char === "(" || char === ")") {
      compound = true;
      at += 1;
      end = at;
    } else {
      const word = readWord(text, at, to, escape);
      lineStart = false;
      if (reserved.has(word.text)) compound = true;
      words.push(word);
      at = end = word.end;
    }
  }
  finish("");
  return { commands, compound, end };
}

/** A word, up to a blank or an operator outside quotes and substitutions. */
function readWord(text: string, start: number, to: number, escape: string): ShellWord {
  let at = start;
  let value = "";
  let quote = "";
  let depth = 0;
  while (at < to) {
    const char = text[at]!;
    if (quote === "'") {
      if (char === "'") quote = "";
      else value += char;
    } else if (continues(text, at, to, escape)) {
      if (quote === "" && depth === 0) break;
      at = text.indexOf("\n", at);
    } else if (char === "\\" && at + 1 < to) {
      value += text[(at += 1)]!;
    } else if (text.startsWith("$(", at) || (depth > 0 && char === "(")) {
      depth += 1;
      value += char;
      if (char === "$") value += text[(at += 1)]!;
    } else if (depth > 0) {
      if (char === ")") depth -= 1;
      value += char;
    } else if (char === "`") {
      const close = text.indexOf("`", at + 1);
      const end = close < 0 || close >= to ? to - 1 : close;
      value += text.slice(at, end + 1);
      at = end;
    } else if (quote === '"') {
      if (char === '"') quote = "";
      else value += char;
    } else if (char === '"' || char === "'") {
      quote = char;
    } else if (/[\s;&|()]/.test(char) && !(/[&|]/.test(char) && isRedirected(text, at, start))) {
      break;
    } else value += char;
    at += 1;
  }
  return { text: value, start, end: Math.max(at, start + 1) };
}

/** `2>&1`, `>|file` and `&>file` are not operators between commands. */
function isRedirected(text: string, at: number, start: number): boolean {
  return (at > start && /[<>]/.test(text[at - 1]!)) || (text[at] === "&" && text[at + 1] === ">");
}

function withoutRedirections(words: readonly ShellWord[]): readonly ShellWord[] {
  const kept: ShellWord[] = [];
  let isTarget = false;
  for (const word of words) {
    const operator = redirection.exec(word.text)?.[0];
    if (isTarget) isTarget = false;
    else if (operator === undefined || word.text.startsWith("<<")) kept.push(word);
    else isTarget = operator.length === word.text.length;
  }
  return kept;
}

/** True at an escape character that has only blanks between it and the line end. */
function continues(text: string, at: number, to: number, escape: string): boolean {
  if (text[at] !== escape) return false;
  for (let next = at + 1; next < to; next += 1) {
    if (text[next] === "\n") return true;
    if (text[next] !== " " && text[next] !== "\t" && text[next] !== "\r") return false;
  }
  return false;
}

function endOfLine(text: string, at: number, to: number): number {
  const newline = text.indexOf("\n", at);
  return newline < 0 || newline > to ? to : newline;
}

/** The program a command runs, without its directory: `apt-get` for `/usr/bin/apt-get`. */
export function programOf({ words }: ShellCommand): string {
  const word = words[0]?.text ?? "";
  return word.slice(word.lastIndexOf("/") + 1);
}

/** The words that are not options: `install` and `curl` of `apt-get -y install curl`. */
export function operandsOf({ words }: ShellCommand): readonly string[] {
  return words.slice(1).flatMap(({ text }) => (text.startsWith("-") ? [] : [text]));
}
