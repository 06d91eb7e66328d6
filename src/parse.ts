/** Command lines read by yargs from the table of commands. */
import yargs from "yargs";
import type { Argv } from "yargs";

import { commands, defaultCommand } from "./commands/all.ts";
import type { CommandEntry } from "./commands/all.ts";
import type { Command, CommandIo } from "./commands/command.ts";
import { BallastError, ExitStatus } from "./errors.ts";
import { toolName, toolVersion } from "./version.ts";

/** Widest help text. */
const mostColumns = 100;

/** `dive --ci IMAGE` is a gate: who only changes the program's name must not get a report that always passes. */
const diveGateFlag = /^--(?:ci|ci-config|lowestEfficiency|highestWastedBytes|highestUserWastedPercent)(?:=|$)/;

/** @throws {BallastError} bad-argument for what cannot be read, and whatever the command throws */
export async function parseAndRun(argv: readonly string[], io: CommandIo): Promise<number> {
  const named = commands.find(({ name }) => name === argv[0]);
  if (named === undefined && (argv.length === 0 || isHelp(argv[0]!))) return printHelp(await overview(io), io);
  const wanted = argv.some((word) => diveGateFlag.test(word)) ? "check" : defaultCommand;
  const entry = named ?? commands.find(({ name }) => name === wanted)!;
  const command = await entry.load();
  const words = named === undefined ? argv : argv.slice(1);
  const parser = parserOf(entry, command, io);
  if (words.some(isHelp)) return printHelp(parser, io);
  return command.run(await readArguments(parser, command, entry, words), io);
}

function isHelp(word: string): boolean {
  return word === "--help" || word === "-h";
}

async function readArguments(
  parser: Argv,
  command: Command,
  entry: CommandEntry,
  words: readonly string[],
): Promise<Record<string, unknown>> {
  const hint = `\`${toolName} ${entry.name} --help\` shows what it takes`;
  let problem: string | null = null;
  const args = (await parser
    .fail((message, error) => {
      problem ??= message ?? error?.message ?? "the arguments cannot be read";
      throw new BallastError("bad-argument", problem, { hint });
    })
    .parseAsync([...words])) as Record<string, unknown>;
  const positionals = (args["_"] as (string | number)[]).map(String);
  const slots = [...command.usage.matchAll(/[<[]([\w-]+)(\.\.)?[>\]]/g)].map(([slot, name, many]) => ({
    name: name!,
    required: slot.startsWith("<"),
    many: many !== undefined,
  }));
  for (const { name, required, many } of slots) {
    if (required && positionals.length === 0) throw new BallastError("bad-argument", `${entry.name} needs ${name.toUpperCase()}`, { hint });
    if (positionals.length > 0) args[name] = many ? positionals.splice(0) : positionals.shift();
  }
  if (positionals.length > 0)
    throw new BallastError("bad-argument", `${entry.name} does not know what to do with ${positionals.join(" ")}`, { hint });
  return args;
}

/** yargs with the flags of one command; positional arguments are read by `readArguments`, so that an image may be called like anything. */
export function parserOf(entry: CommandEntry, command: Command, io: Pick<CommandIo, "stdout">): Argv {
  const parser = baseParser(io).usage(`${toolName} ${command.usage}\n\n${command.summary}`);
  for (const [line, does] of command.examples) parser.example(line, does);
  return command.options(parser).strictOptions();
}

async function overview(io: CommandIo): Promise<Argv> {
  const parser = baseParser(io)
    .usage(
      `${toolName} [COMMAND] IMAGE\n\nSee what is inside a container image, what it wastes and leaks, and write a smaller one that holds the same.`,
    )
    .example(`${toolName} nginx:latest`, "Look around in an image")
    .example(`${toolName} check app.tar`, "Pass or fail, for a pipeline")
    .example(`${toolName} squash app.tar --output docker-archive:slim.tar`, "Write a smaller image, proved equal")
    .epilogue(
      `\`${toolName} COMMAND --help\` tells more. Names follow containers-transports(5): docker-archive:FILE, oci-archive:FILE, oci:DIR, docker-daemon:NAME, podman:NAME, containerd:NAME, docker://REGISTRY/NAME:TAG, - for standard input; a bare word is a file if there is one, else a name asked of the daemon, then of the registry.`,
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
    .option("help", { alias: "h", type: "boolean", describe: "Show help" })
    .option("debug", { type: "boolean", describe: "Print the stack of an error" })
    .parserConfiguration({ "camel-case-expansion": false, "parse-positional-numbers": false, "duplicate-arguments-array": true })
    .wrap(Math.min(mostColumns, io.stdout.columns || mostColumns));
}

async function printHelp(parser: Argv, io: CommandIo): Promise<number> {
  io.stdout.write(`${await parser.getHelp()}\n`);
  return ExitStatus.ok;
}
