/** yargs with our flags: prints help, and says what is wrong with a command line. */
import yargs from "yargs";
import type { Argv, Options } from "yargs";

import { commands } from "../commands/all.ts";
import type { Command, CommandEntry, CommandIo } from "../commands/command.ts";
import { valueName } from "../commands/flags/flag.ts";
import type { Flag, FlagTable } from "../commands/flags/flag.ts";
import { BallastError } from "../base/errors.ts";
import { flagProblem, misusedSwitch } from "./wrong-flags.ts";
import type { FlagProblem } from "./wrong-flags.ts";
import { commonFlags, parserConfiguration, yargsOption } from "./read-flags.ts";
import { toolName, toolVersion } from "../base/version.ts";
import { wrap } from "../terminal/width.ts";

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
  const misused = misusedSwitch(flags, words);
  if (misused !== null) refuse(misused);
  return await parserOf(entry, command, io)
    .fail((message, error) => {
      const said = message ?? error?.message ?? "the arguments cannot be read";
      // Some messages of yargs have several lines; an error has one.
      refuse(flagProblem(flags, said.replace(/\s*\n\s*/g, " ")));
    })
    .parseAsync([...words]);
}

/** What `COMMAND --help` prints: what the command is for, its flags by groups, examples. */
export async function commandHelp(entry: CommandEntry, command: Command, io: Pick<CommandIo, "stdout">): Promise<string> {
  const parser = parserOf(entry, command, io).usage(`${toolName} ${command.usage}\n\n${command.summary}`);
  return helpText(withValueNames(await parser.getHelp(), command.flags), command.examples, command.epilogue, io);
}

/** Replaces the `[string]` and `[number]` at the end of yargs' descriptions by the name of the value: `<FILE>`. */
function withValueNames(help: string, flags: FlagTable): string {
  let flag: Flag | undefined;
  const lines = help.split("\n").map((line) => {
    const [, name] = /^ +(?:-\w, )?--([\w-]+) /.exec(line) ?? [];
    if (name !== undefined) flag = flags[name];
    return flag === undefined ? line : line.replace(/ *\[(?:string|number)\]$/, (type) => ` <${valueName(flag!)}>`.padStart(type.length));
  });
  return lines.join("\n");
}

/** What `--help` prints when no command is named. */
export async function overviewHelp(io: Pick<CommandIo, "stdout">): Promise<string> {
  const parser = baseParser(io).usage(
    `${toolName} [COMMAND] IMAGE\n\nSee what is inside a container image, what it wastes and leaks, and write a smaller one that holds the same.`,
  );
  for (const { name, summary } of commands) parser.command(name, summary);
  return helpText(await parser.getHelp(), overviewExamples, overviewEpilogue, io);
}

const overviewExamples: Command["examples"] = [
  [`${toolName} nginx:latest`, "Look around in an image"],
  [`${toolName} check app.tar`, "Pass or fail, for a pipeline"],
  [`${toolName} squash app.tar --output docker-archive:slim.tar`, "Write a smaller image, proved equal"],
];

const overviewEpilogue = `\`${toolName} COMMAND --help\` tells more. Names follow containers-transports(5): docker-archive:FILE, oci-archive:FILE, oci:DIR, dir:DIR, docker-daemon:NAME, podman:NAME, containers-storage:NAME, containerd:NAME, docker://REGISTRY/NAME:TAG, - for standard input. A bare word is a file if there is one, else a name asked of the daemon, then of the registry.`;

/** Each example is one line to copy, below a comment that says what it does; yargs would break long ones into columns. */
function helpText(usage: string, examples: Command["examples"], epilogue: string | undefined, io: Pick<CommandIo, "stdout">): string {
  const lines = [usage, "", "Examples:"];
  for (const [line, does] of examples) {
    for (const part of wrap(does, columnsOf(io) - 4)) lines.push(`  # ${part}`);
    lines.push(`  ${line}`);
  }
  if (epilogue !== undefined) lines.push("", ...wrap(epilogue, columnsOf(io)));
  return lines.join("\n");
}

/** yargs with the flags of one command. Positional arguments are read by `readArguments`, so that an image may have any name. */
function parserOf(entry: CommandEntry, command: Command, io: Pick<CommandIo, "stdout">): Argv {
  const parser = baseParser(io);
  for (const group of groupsOf(command.flags)) parser.group([], group);
  return parser.options(yargsOptions(command.flags)).strictOptions();
}

/** Headings in the order they are shown: the command's own flags before those that many commands share. */
function groupsOf(flags: FlagTable): string[] {
  const named = new Set(Object.values(flags).flatMap(({ group }) => group ?? []));
  const shared = ["Secrets:", "Dockerfile:", "Connection:"];
  return ["Options:", ...[...named].filter((group) => !shared.includes(group)), ...shared.filter((group) => named.has(group))];
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
    .wrap(columnsOf(io));
}

function columnsOf({ stdout }: Pick<CommandIo, "stdout">): number {
  return Math.min(mostColumns, stdout.columns || mostColumns);
}

function yargsOptions(table: FlagTable): Record<string, Options> {
  return Object.fromEntries(Object.entries(table).map(([name, flag]) => [name, yargsOption(flag)]));
}
