/** What a command file exports: what it takes, as data, and what it does. One table in `commands/all.ts` lists them. */
import type { FlagTable, FlagValues, PositionalTable, PositionalValues } from "./flags/flag.ts";

export interface Command<F extends FlagTable = FlagTable, P extends PositionalTable = PositionalTable> {
  /** Follows the program's name under --help: `analyze <image>`. */
  readonly usage: string;
  readonly summary: string;
  /** Shown under --help; each is a command line and what it does. At least two. */
  readonly examples: readonly (readonly [command: string, does: string])[];
  readonly positionals: P;
  readonly flags: F;
  /** Text at the end of --help. */
  readonly epilogue?: string;
  /** Does the work and returns the exit status. @throws {BallastError} for everything that is not a bug */
  run(args: Arguments<F, P>, io: CommandIo, line: CommandLine): Promise<number>;
}

/** The typed values of a command's flags and positional arguments. */
export type Arguments<F, P> = FlagValues<F> & PositionalValues<P>;

/** Types the arguments of `run` by the tables beside it. */
export function defineCommand<const F extends FlagTable, const P extends PositionalTable>(command: Command<F, P>): Command<F, P> {
  return command;
}

/** A row of the table of commands: what is known about a command before it is loaded. */
export interface CommandEntry {
  readonly name: string;
  readonly summary: string;
  /** Set for a command that passes its flags on to another program: its only positional then holds everything after its name, unparsed. */
  readonly raw?: true;
  load(): Promise<Command>;
}

/** The command line that called a command, for commands that list the others or continue with one of them. */
export interface CommandLine {
  readonly commands: readonly CommandEntry[];
  /** The command that is meant when none is named. */
  readonly defaultCommand: string;
  /** The arguments in a command line that begins with a command's name. @throws {BallastError} for what that command would refuse */
  read(argv: readonly string[], io: CommandIo): Promise<Arguments<FlagTable, PositionalTable>>;
  /** Runs a whole command line, as if it had been typed. */
  run(argv: readonly string[], io: CommandIo): Promise<number>;
}

/** The process as commands see it; tests of the TUI pass their own streams. */
export interface CommandIo {
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  readonly stdin: NodeJS.ReadStream;
  readonly env: NodeJS.ProcessEnv;
  /** Aborted by the first SIGINT or SIGTERM. */
  readonly signal: AbortSignal;
}
