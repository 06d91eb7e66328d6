/**
 * Parses a Dockerfile (docs.docker.com, Dockerfile reference). Instructions, ranges and heredocs come from `dockerfile-ast`, the parser of
 * the Docker language server; how they relate to each other is worked out here. Nothing is executed or included.
 */
import { BallastError } from "../../src/base/errors.ts";
import type { Dockerfile, Flag, Heredoc, Instruction, Stage } from "./dockerfile.ts";
import { expandVariables, variablesFrom } from "./variables.ts";

/** A longer text (in UTF-16 units) is not accepted as a Dockerfile. */
const mostText = 4 * 1024 * 1024;
const mostInstructions = 5000;
/** For each instruction. */
const mostFlags = 1000;

const keywords = new Set(
  "ADD ARG CMD COPY ENTRYPOINT ENV EXPOSE FROM HEALTHCHECK LABEL MAINTAINER ONBUILD RUN SHELL STOPSIGNAL USER VOLUME WORKDIR".split(" "),
);

/** The part of `dockerfile-ast` used here. */
interface AstInstruction {
  getKeyword(): string;
  getInstruction(): string;
  getRange(): AstRange;
  getHeredocs?(): { getName(): string; getContentRange(): AstRange | null; getDelimiterRange(): AstRange | null }[];
}

interface AstRange {
  readonly start: { readonly line: number; readonly character: number };
  readonly end: { readonly line: number; readonly character: number };
}

/**
 * @param file names the Dockerfile in messages
 * @param buildArgs values of `--build-arg`, by name, which override the defaults of ARG
 * @throws {BallastError} bad-dockerfile, naming the line
 */
export async function parseDockerfile(text: string, file: string, buildArgs: ReadonlyMap<string, string> = new Map()): Promise<Dockerfile> {
  if (text.length > mostText) throw bad(file, 1, `it is longer than ${mostText / 1024 / 1024} MiB`);
  const nul = text.indexOf("\0");
  if (nul >= 0) throw bad(file, lineAt(text, nul), "it holds a NUL byte: this is not a text file");
  refuseManyFlags(text, file);
  const { DockerfileParser } = await import("dockerfile-ast");
  const ast = DockerfileParser.parse(text);
  const lines = lineStarts(text);
  const escape = ast.getEscapeCharacter();
  const found = ast.getInstructions() as unknown as readonly AstInstruction[];
  if (found.length > mostInstructions) throw bad(file, 1, `it has more than ${mostInstructions} instructions`);
  const instructions: Instruction[] = [];
  const context = { text, file, escape, lines };
  let stage = -1;
  for (const item of found) {
    const instruction = instructionFrom(item, context, stage);
    if (instruction.keyword === "FROM") stage += 1;
    instructions.push({ ...instruction, stage: stage < 0 ? null : stage });
  }
  return assemble(instructions, { file, text, escape }, buildArgs);
}

function assemble(
  instructions: readonly Instruction[],
  about: Pick<Dockerfile, "file" | "text" | "escape">,
  buildArgs: ReadonlyMap<string, string>,
): Dockerfile {
  const { file } = about;
  const globalArgs = instructions.filter(({ stage }) => stage === null);
  const misplaced = globalArgs.find(({ keyword }) => keyword !== "ARG");
  if (misplaced !== undefined) throw bad(file, misplaced.line, `${misplaced.keyword} stands before the first FROM; only ARG may`);
  const variables = variablesFrom(globalArgs, buildArgs, about.escape);
  const stages: Stage[] = [];
  for (const from of instructions.filter(({ keyword }) => keyword === "FROM")) {
    const words = from.arguments.split(/\s+/).filter((word) => word !== "");
    if (words[0] === undefined) throw bad(file, from.line, "FROM names no image");
    const named = words.length === 3 && words[1]!.toLowerCase() === "as";
    if (words.length !== 1 && !named) throw bad(file, from.line, "FROM takes an image and, behind AS, a name");
    const base = expandVariables(words[0], variables, about.escape);
    const index = stages.length;
    const parent = stages.findLast(({ name }) => name !== null && name.toLowerCase() === base.toLowerCase()) ?? null;
    stages.push({
      index,
      name: named ? words[2]! : null,
      from,
      base,
      parent,
      instructions: instructions.filter(({ stage, keyword }) => stage === index && keyword !== "FROM"),
    });
  }
  if (stages.length === 0) throw bad(file, 1, "it has no FROM");
  return { ...about, globalArgs, stages };
}

/**
 * The stages that a build involves: the target and those it is built on, lowest first.
 * @param target a name (in any case) or a number; null for the last stage
 * @throws {BallastError} bad-argument, listing the stages
 */
export function stageChain({ file, stages }: Dockerfile, target: string | null): readonly Stage[] {
  const wanted = target?.toLowerCase();
  const found =
    wanted === undefined
      ? stages.at(-1)
      : (stages.findLast(({ name }) => name?.toLowerCase() === wanted) ?? stages.find(({ index }) => String(index) === wanted));
  if (found === undefined) {
    throw new BallastError("bad-argument", `${file} has no stage ${target}`, {
      hint: `its stages are ${stages.map(({ name, index }) => name ?? String(index)).join(", ")}`,
    });
  }
  const chain: Stage[] = [];
  for (let stage: Stage | null = found; stage !== null; stage = stage.parent) chain.unshift(stage);
  return chain;
}

/** The parser's time grows with the square of an instruction's flags. */
function refuseManyFlags(text: string, file: string): void {
  for (const { index } of text.matchAll(/^[ \t]*(?:ADD|COPY|FROM|HEALTHCHECK|ONBUILD|RUN)\b(?=[^-\n]{0,200}--)/gim)) {
    let at = text.indexOf("--", index);
    for (let flags = 0; text.startsWith("--", at); flags += 1) {
      if (flags === mostFlags) throw bad(file, lineAt(text, index), `it has more than ${mostFlags} flags`);
      while (at < text.length && !/\s/.test(text[at]!)) at += 1;
      at = skipBlank(text, at, "\\");
    }
  }
}

interface ParseContext {
  readonly text: string;
  readonly file: string;
  readonly escape: string;
  /** Offset of each line's first character. */
  readonly lines: readonly number[];
}

function instructionFrom(item: AstInstruction, context: ParseContext, stage: number): Instruction {
  const { text, file, escape, lines } = context;
  const range = item.getRange();
  const line = range.start.line + 1;
  const keyword = item.getKeyword();
  if (!keywords.has(keyword)) throw bad(file, line, `${printable(item.getInstruction())} is not an instruction`);
  const offset = ({ line: at, character }: AstRange["start"]): number => (lines[at] ?? text.length) + character;
  const heredocs: Heredoc[] = [];
  let headEnd = offset(range.end);
  let heredocLine = Infinity;
  const start = offset(range.start);
  const end = Math.min(text.length, offset(range.end));
  const afterKeyword = start + item.getInstruction().length;
  for (const heredoc of item.getHeredocs?.() ?? []) {
    const content = heredoc.getContentRange();
    const end = heredoc.getDelimiterRange();
    if (end === null) throw bad(file, line, `the heredoc <<${printable(heredoc.getName())} is never closed`);
    heredocs.push({ name: heredoc.getName(), content: content === null ? "" : text.slice(offset(content.start), offset(content.end)) });
    heredocLine = Math.min(heredocLine, (content ?? end).start.line);
  }
  if (heredocLine !== Infinity) headEnd = Math.min(headEnd, (lines[heredocLine] ?? text.length) - 1);
  const { flags, length } = leadingFlags(text.slice(afterKeyword, headEnd), escape);
  const argumentsStart = afterKeyword + length;
  return {
    keyword,
    stage: stage < 0 ? null : stage,
    line,
    endLine: range.end.line + (range.end.character === 0 && range.end.line > range.start.line ? 0 : 1),
    start,
    end,
    flags,
    rawArguments: text.slice(argumentsStart, end),
    argumentsStart,
    arguments: joinLines(text.slice(argumentsStart, headEnd), escape),
    heredocs,
  };
}

/** Splits the leading `--name=value` words off; they may span continued lines, with comments in between. */
function leadingFlags(text: string, escape: string): { readonly flags: readonly Flag[]; readonly length: number } {
  const flags: Flag[] = [];
  let at = 0;
  for (;;) {
    at = skipBlank(text, at, escape);
    if (!text.startsWith("--", at)) return { flags, length: at };
    let end = at + 2;
    while (end < text.length && !/\s/.test(text[end]!) && !isContinuation(text, end, escape)) end += 1;
    const [, name = "", value] = /^--([^=]*)(?:=([^]*))?$/.exec(text.slice(at, end)) ?? [];
    if (name === "") return { flags, length: at };
    flags.push({ name, value: value ?? null });
    at = end;
  }
}

/** Skips blanks, continued line ends, and comment lines within a continuation. */
function skipBlank(text: string, from: number, escape: string): number {
  let at = from;
  let lineStart = false;
  while (at < text.length) {
    const char = text[at]!;
    if (char === "\n") lineStart = true;
    if (char === "#" && lineStart) {
      const end = text.indexOf("\n", at);
      if (end < 0) return text.length;
      at = end;
    } else if (isContinuation(text, at, escape)) {
      at = text.indexOf("\n", at);
      lineStart = true;
    } else if (!/\s/.test(char)) return at;
    at += 1;
  }
  return at;
}

function isContinuation(text: string, at: number, escape: string): boolean {
  if (text[at] !== escape) return false;
  for (let next = at + 1; next < text.length; next += 1) {
    if (text[next] === "\n") return true;
    if (text[next] !== " " && text[next] !== "\t" && text[next] !== "\r") return false;
  }
  return false;
}

/** Joins continued lines into one, as the builder hands it to the shell. */
export function joinLines(text: string, escape: string): string {
  const joined: string[] = [];
  for (const [at, line] of text.split(/\r?\n/).entries()) {
    if (at > 0 && (/^\s*#/.test(line) || line.trim() === "")) continue;
    const kept = line.trimEnd();
    joined.push(kept.endsWith(escape) ? kept.slice(0, -1) : kept);
  }
  return joined.join("").trim();
}

function lineStarts(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  return starts;
}

function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split("\n").length;
}

function printable(word: string): string {
  const short = word.length > 40 ? `${word.slice(0, 40)}…` : word;
  return JSON.stringify(short).slice(1, -1);
}

function bad(file: string, line: number, problem: string): BallastError {
  return new BallastError("bad-dockerfile", `${file}:${line}: ${problem}`);
}
