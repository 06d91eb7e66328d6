/** A Dockerfile as plain data: stages and instructions with their places. Offsets count UTF-16 units of the text. */

export interface Dockerfile {
  /** The name it was given, for messages and reports. */
  readonly file: string;
  readonly text: string;
  /** `\` or `` ` ``, as set by the escape directive. */
  readonly escape: string;
  /** ARG instructions before the first FROM; they are visible only to FROM lines. */
  readonly globalArgs: readonly Instruction[];
  /** In file order; at least one. */
  readonly stages: readonly Stage[];
}

export interface Stage {
  readonly index: number;
  /** Its name, as written after AS; null for a stage that has only a number. */
  readonly name: string | null;
  readonly from: Instruction;
  /** The image or stage that FROM names, with variables resolved where possible. */
  readonly base: string;
  /** The earlier stage it is built on; null for an external image, and for `scratch`. */
  readonly parent: Stage | null;
  /** Without FROM. */
  readonly instructions: readonly Instruction[];
}

export interface Instruction {
  /** In capitals: `RUN`. */
  readonly keyword: string;
  /** The stage it belongs to; null before the first FROM. */
  readonly stage: number | null;
  /** First and last line, counted from 1; heredocs included. */
  readonly line: number;
  readonly endLine: number;
  /** Where its text begins and ends. */
  readonly start: number;
  readonly end: number;
  /** `--mount`, `--from`, `--chown` …, in the order written. */
  readonly flags: readonly Flag[];
  /** What follows the keyword and flags, as written. */
  readonly rawArguments: string;
  /** Where `rawArguments` begins. */
  readonly argumentsStart: number;
  /** The arguments on one line: continuations joined, comments between them removed, heredocs cut off. */
  readonly arguments: string;
  readonly heredocs: readonly Heredoc[];
}

export interface Flag {
  readonly name: string;
  readonly value: string | null;
}

export interface Heredoc {
  readonly name: string;
  /** The lines between, with their line ends. */
  readonly content: string;
}

/** A place in a Dockerfile, as in JSON reports. */
export interface DockerfileLocation {
  readonly file: string;
  readonly line: number;
  readonly endLine: number;
  /** The stage's name, or its number as text if it has none. */
  readonly stage: string;
}

export function stageLabel(stage: Stage): string {
  return stage.name ?? String(stage.index);
}

export function locationOf(dockerfile: Dockerfile, instruction: Instruction): DockerfileLocation {
  const stage = instruction.stage === null ? undefined : dockerfile.stages[instruction.stage];
  return {
    file: dockerfile.file,
    line: instruction.line,
    endLine: instruction.endLine,
    stage: stage === undefined ? "" : stageLabel(stage),
  };
}
