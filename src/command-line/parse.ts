/** Finds the command that a command line means, with its flags and arguments. */
import { commands, defaultCommand } from "../commands/all.ts";
import type { Command, CommandEntry, CommandIo, CommandLine } from "../commands/command.ts";
import { flagValues } from "../commands/flags/flag.ts";
import type { PositionalTable } from "../commands/flags/flag.ts";
import { canShow } from "../commands/explore/can-show.ts";
import { BallastError, ExitStatus } from "../base/errors.ts";
import { asksForGate, withDivesJsonFile, withoutDivesSpelling } from "./dive-words.ts";
import { asksForHelp } from "./asks-for-help.ts";
import { readFlags } from "./read-flags.ts";
import { nearest } from "../base/text/nearest.ts";
import { toolName } from "../base/version.ts";

type Arguments = Parameters<Command["run"]>[0];

export const commandLine: CommandLine = { commands, defaultCommand, read: readCommandLine, run: parseAndRun };

/** @throws {BallastError} bad-argument for what cannot be read, and whatever the command throws */
export async function parseAndRun(argv: readonly string[], io: CommandIo): Promise<number> {
  const named = commands.find(({ name }) => name === argv[0]);
  // On a terminal, without an image, one can be chosen.
  if (argv.length === 0 ? !canShow(io) : named === undefined && asksForHelp(argv.slice(0, 1)))
    return printHelp(await (await import("./yargs-help.ts")).overviewHelp(io), io);
  const wanted = named?.name ?? (asksForGate(argv) ? "check" : defaultCommand);
  const entry = named ?? commands.find(({ name }) => name === wanted)!;
  const command = await entry.load();
  const words = named === undefined ? argv : argv.slice(1);
  if (asksForHelp(words)) return printHelp(await (await import("./yargs-help.ts")).commandHelp(entry, command, io), io);
  const read = await readArguments(command, entry, io, words);
  if (Object.keys(io.env).some((name) => /^ballast_/i.test(name))) {
    const { noteUnknownVariables } = await import("./unknown-variables.ts");
    await noteUnknownVariables(command, io);
  }
  if (read["passwordStdin"] === true && read["username"] !== null) {
    const { awaitPassword } = await import("../commands/flags/connection-flags.ts");
    await awaitPassword(io.stdin);
  }
  return command.run(read, io, commandLine);
}

async function readCommandLine([name, ...words]: readonly string[], io: CommandIo): Promise<Arguments> {
  const entry = commands.find((command) => command.name === name)!;
  return readArguments(await entry.load(), entry, io, words);
}

async function readArguments(command: Command, entry: CommandEntry, io: CommandIo, typed: readonly string[]): Promise<Arguments> {
  const replacesDive = "ignore-errors" in command.flags;
  const words = replacesDive ? withoutDivesSpelling(typed) : typed;
  const hint = `\`${toolName} ${entry.name} --help\` shows what it takes`;
  const parsed =
    readFlags(command.flags, words) ?? (await (await import("./yargs-help.ts")).readFlagsThoroughly(entry, command, io, words, hint));
  const allGiven = (parsed["_"] as (string | number)[]).map(String);
  const given = [...allGiven];
  const positional = ([name, kind]: readonly [string, PositionalTable[string]]): readonly [string, string | string[] | null] => {
    if (kind !== "optional" && kind !== "any" && given.length === 0)
      throw new BallastError("bad-argument", `${entry.name} needs ${name.toUpperCase()}`, {
        hint: name === "image" ? `name one, or - for an archive on standard input; ${hint}` : hint,
      });
    return [name, kind === "several" || kind === "any" ? given.splice(0) : (given.shift() ?? null)];
  };
  const positionals = Object.fromEntries(Object.entries(command.positionals).map(positional));
  if (given.length > 0) {
    const meant = replacesDive ? withDivesJsonFile(words, allGiven) : null;
    if (meant !== null) return readArguments(command, entry, io, meant);
  }
  if (given.length > 0) {
    const meant = command.positionals["image"] === undefined ? "" : `${meantBySurplus(command, given)}; `;
    throw new BallastError("bad-argument", leftOver(entry, given, typed), { hint: `${meant}${hint}` });
  }
  return Object.assign(flagValues(command.flags, parsed, io.env), positionals);
}

/** A hint for two names, or for a shell pattern that stands for several. */
function meantBySurplus({ flags }: Command, [first = ""]: readonly string[]): string {
  if ("dockerfile" in flags && /(?:^|[/\\.])(?:Docker|Container)file(?:$|[.-])/i.test(first))
    return `a Dockerfile is named by --dockerfile ${first}`;
  return `one image at a time: \`${toolName} diff A B\` compares two, \`${toolName} survey DIRECTORY\` goes through many`;
}

/** The first of several words may be a mistyped command. */
function leftOver({ name }: CommandEntry, given: readonly string[], typed: readonly string[]): string {
  const command =
    name === defaultCommand
      ? nearest(
          typed[0]!,
          commands.map((entry) => entry.name),
        )
      : null;
  if (command !== null) return `there is no command "${typed[0]}"; did you mean "${command}"?`;
  return `${name} does not know what to do with ${given.join(" ")}`;
}

function printHelp(help: string, io: CommandIo): number {
  io.stdout.write(`${help}\n`);
  return ExitStatus.ok;
}
