/** From a command line to the command that is meant, its flags and its arguments. */
import type { Argv } from "yargs";

import { commands, defaultCommand } from "../commands/all.ts";
import type { Command, CommandEntry, CommandIo, CommandLine } from "../commands/command.ts";
import { BallastError, ExitStatus } from "../base/errors.ts";
import { readFlags } from "./read-flags.ts";
import { toolName } from "../base/version.ts";

/** `dive --ci IMAGE` is a gate: who only changes the program's name must not get a report that always passes. */
const diveGateFlag = /^--(?:ci|ci-config|lowestEfficiency|highestWastedBytes|highestUserWastedPercent)(?:=|$)/;

export const commandLine: CommandLine = { commands, run: parseAndRun };

/** @throws {BallastError} bad-argument for what cannot be read, and whatever the command throws */
export async function parseAndRun(argv: readonly string[], io: CommandIo): Promise<number> {
  const named = commands.find(({ name }) => name === argv[0]);
  if (named === undefined && (argv.length === 0 || isHelp(argv[0]!)))
    return printHelp(await (await import("./yargs-help.ts")).overview(io), io);
  const wanted = argv.some((word) => diveGateFlag.test(word)) ? "check" : defaultCommand;
  const entry = named ?? commands.find(({ name }) => name === wanted)!;
  const command = await entry.load();
  const words = named === undefined ? argv : argv.slice(1);
  if (words.some(isHelp)) return printHelp((await import("./yargs-help.ts")).parserOf(entry, command, io), io);
  return command.run(await readArguments(command, entry, io, words), io, commandLine);
}

function isHelp(word: string): boolean {
  return word === "--help" || word === "-h";
}

async function readArguments(
  command: Command,
  entry: CommandEntry,
  io: CommandIo,
  words: readonly string[],
): Promise<Record<string, unknown>> {
  const hint = `\`${toolName} ${entry.name} --help\` shows what it takes`;
  const args = readFlags(command, words) ?? (await (await import("./yargs-help.ts")).readFlagsThoroughly(entry, command, io, words, hint));
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

async function printHelp(parser: Argv, io: CommandIo): Promise<number> {
  io.stdout.write(`${await parser.getHelp()}\n`);
  return ExitStatus.ok;
}
