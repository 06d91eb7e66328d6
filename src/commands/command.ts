/** What a command file exports: how yargs shall parse it, and what to do. One table in `commands/all.ts` lists them. */
import type { Argv } from "yargs";

export interface Command {
  /** yargs' form: `analyze <image>`. */
  readonly usage: string;
  readonly summary: string;
  /** Shown under --help; each is a command line and what it does. At least two. */
  readonly examples: readonly (readonly [command: string, does: string])[];
  options(yargs: Argv): Argv;
  /** Set by a command that hands flags on to another program: `args["arguments"]` then holds everything behind the command's name, unread. */
  readonly rawArguments?: true;
  /** Does the work and returns the exit status. Throws BallastError for whatever is not a bug. */
  run(args: Record<string, unknown>, io: CommandIo, line: CommandLine): Promise<number>;
}

/** A row of the table of commands: what is known of a command before it is loaded. */
export interface CommandEntry {
  readonly name: string;
  readonly summary: string;
  /** See `Command.rawArguments`. */
  readonly raw?: true;
  load(): Promise<Command>;
}

/** Where a command was called from: for those that list the others, or go on with one of them. */
export interface CommandLine {
  readonly commands: readonly CommandEntry[];
  /** Runs a whole command line, as if it had been typed. */
  run(argv: readonly string[], io: CommandIo): Promise<number>;
}

/** The process as commands see it; tests of the TUI hand in their own streams. */
export interface CommandIo {
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  readonly stdin: NodeJS.ReadStream;
  readonly env: NodeJS.ProcessEnv;
  /** Aborted by the first SIGINT or SIGTERM. */
  readonly signal: AbortSignal;
}
