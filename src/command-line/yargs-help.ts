/** yargs with our flags: prints help, and says what is wrong with a command line. */
import yargs from "yargs";
import type { Argv, Options } from "yargs";

import { commands } from "../commands/all.ts";
import type { Command, CommandEntry, CommandIo } from "../commands/command.ts";
import type { FlagTable } from "../commands/flags/flag.ts";
import { BallastError } from "../base/errors.ts";
import { flagProblem, switchWithValue } from "./wrong-flags.ts";
import type { FlagProblem } from "./wrong-flags.ts";
import { commonFlags, parserConfiguration, yargsOption } from "./read-flags.ts";
import { toolName, toolVersion } from "../base/version.ts";

/** Widest help text. */
const mostColumns = 100;

/** @throws {BallastError} bad-argument */
export async function readFlagsThoroughly(
  entry: CommandEntry,
  command: Command,
  io: Pick<CommandIo, "stdout">,
  words: readonly string[],
  hint: string,
): Promise<Record<string, unknown>> {
  const flags = { ...commonFlags, ...command.flags };
  const refuse = (problem: FlagProblem): never => {
    throw new BallastError("bad-argument", problem.message, { hint: problem.hint === null ? hint : `${problem.hint}; ${hint}` });
  };
  const valued = switchWithValue(flags, words);
  if (valued !== null) refuse(valued);
  return (await parserOf(entry, command, io)
    .fail((message, error) => {
      const said = message ?? error?.message ?? "the arguments cannot be read";
      // Some of yargs' sentences take several lines; an error takes one.
      refuse(flagProblem(flags, said.replace(/\s*\n\s*/g, " ")));
    })
    .parseAsync([...words])) as Record<string, unknown>;
}

/** yargs with the flags of one command; positional arguments are read by `readArguments`, so that an image may be called like anything. */
export function parserOf(entry: CommandEntry, command: Command, io: Pick<CommandIo, "stdout">): Argv {
  const parser = baseParser(io).usage(`${toolName} ${command.usage}\n\n${command.summary}`);
  for (const [line, does] of command.examples) parser.example(line, does);
  if (command.epilogue !== undefined) parser.epilogue(command.epilogue);
  return parser.options(yargsOptions(command.flags)).strictOptions();
}

export async function overview(io: CommandIo): Promise<Argv> {
  const parser = baseParser(io)
    .usage(
      `${toolName} [COMMAND] IMAGE\n\nSee what is inside a container image, what it wastes and leaks, and write a smaller one that holds the same.`,
    )
    .example(`${toolName} nginx:latest`, "Look around in an image")
    .example(`${toolName} check app.tar`, "Pass or fail, for a pipeline")
    .example(`${toolName} squash app.tar --output docker-archive:slim.tar`, "Write a smaller image, proved equal")
    .epilogue(
      `\`${toolName} COMMAND --help\` tells more. Names follow containers-transports(5): docker-archive:FILE, oci-archive:FILE, oci:DIR, dir:DIR, docker-daemon:NAME, podman:NAME, containers-storage:NAME, containerd:NAME, docker://REGISTRY/NAME:TAG, - for standard input; a bare word is a file if there is one, else a name asked of the daemon, then of the registry.`,
    );
  for (const { name, summary } of commands) parser.command(name, summary);
  return parser;
}

function baseParser(io: Pick<CommandIo, "stdout">): Argv {
  return yargs([])
    .scriptName(toolName)
    .locale("en")
    .exitProcess(false)
    .version(toolVersion)
    .alias("version", "V")
    .help(false)
    .options(yargsOptions(commonFlags))
    .parserConfiguration(parserConfiguration)
    .wrap(Math.min(mostColumns, io.stdout.columns || mostColumns));
}

function yargsOptions(table: FlagTable): Record<string, Options> {
  return Object.fromEntries(Object.entries(table).map(([name, flag]) => [name, yargsOption(flag)]));
}
