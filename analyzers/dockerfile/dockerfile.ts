/** A Dockerfile as plain data: stages and instructions, each with the place it stands at. Offsets count UTF-16 units of the text. */

export interface Dockerfile {
  /** The name it was given under, for messages and reports. */
  readonly file: string;
  readonly text: string;
  /** `\` or `` ` ``, as the escape directive says. */
  readonly escape: string;
  /** ARG instructions before the first FROM: only FROM lines see them. */
  readonly globalArgs: readonly Instruction[];
  /** In the order of the file; at least one. */
  readonly stages: readonly Stage[];
}

export interface Stage {
  readonly index: number;
  /** Its name, as written behind AS; null for a stage that is only known by its number. */
  readonly name: string | null;
  readonly from: Instruction;
  /** What FROM names, variables resolved where they could be. */
  readonly base: string;
  /** The earlier stage that it stands on; null for an image from outside, and for `scratch`. */
  readonly parent: Stage | null;
  /** Without FROM. */
  readonly instructions: readonly Instruction[];
}

export interface Instruction {
  /** In capitals: `RUN`. */
  readonly keyword: string;
  /** The stage it stands in; null before the first FROM. */
  readonly stage: number | null;
  /** First and last line, counted from 1; heredocs included. */
  readonly line: number;
  readonly endLine: number;
  /** Where its text begins and ends. */
  readonly start: number;
  readonly end: number;
  /** `--mount`, `--from`, `--chown` …, in the order written. */
  readonly flags: readonly Flag[];
  /** What follows keyword and flags, as written. */
  readonly rawArguments: string;
  /** Where that begins. */
  readonly argumentsStart: number;
  /** The same on one line: continuations joined, comments between them left out, heredocs cut off. */
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

/** Where something stands in a Dockerfile, as JSON reports give it. */
export interface DockerfileLocation {
  readonly file: string;
  readonly line: number;
  readonly endLine: number;
  /** The stage's name, else its number as text. */
  readonly stage: string;
}

/** A stage is called by its name, else by its number. */
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
