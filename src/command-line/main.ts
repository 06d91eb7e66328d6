/** Runs a command line and returns its exit status. */
import { setMaxListeners } from "node:events";

import { commands, defaultCommand } from "../commands/all.ts";
import type { CommandIo } from "../commands/command.ts";
import { canShow } from "../commands/explore/can-show.ts";
import type { CodeKeeper } from "../base/code/pieces.ts";
import { ExitStatus } from "../base/errors.ts";
import { toolVersion } from "../base/version.ts";
import { asksForHelp } from "./asks-for-help.ts";
import { asksForMetadata, pluginMetadata, typedArguments } from "./docker-plugin.ts";
import { endedFromOutside, refuseLostDirectory, report } from "./ending.ts";

/** `-v` and `version` are what dive, docker and podman use. */
const asksForVersion: ReadonlySet<string> = new Set(["--version", "-V", "-v", "version"]);

/**
 * @param program the path that the program was called by
 * @param keepWith is given the keeper of compiled code, before most of the program is loaded
 */
export async function main(program: string, words: readonly string[], keepWith: (keeper: CodeKeeper) => void): Promise<number> {
  const argv = typedArguments(program, words);
  const interruption = new AbortController();
  // Every request listens to it, and Node warns about more than ten listeners.
  setMaxListeners(0, interruption.signal);
  const debug = argv.includes("--debug");
  const ended = endedFromOutside(interruption, debug);
  // Answered without loading the argument parser, which takes longer than everything else.
  if (argv.length === 1 && asksForVersion.has(argv[0]!)) {
    process.stdout.write(`${toolVersion}\n`);
    return ExitStatus.ok;
  }
  if (asksForMetadata(program, argv)) {
    process.stdout.write(`${pluginMetadata()}\n`);
    return ExitStatus.ok;
  }
  const io: CommandIo = {
    stdout: process.stdout,
    stderr: process.stderr,
    // Opened on demand, because most runs do not read it.
    get stdin() {
      return process.stdin;
    },
    env: process.env,
    signal: interruption.signal,
  };
  try {
    refuseLostDirectory();
    return await Promise.race([run(argv, io, keepWith), ended]);
  } catch (error) {
    if (interruption.signal.aborted) return ended;
    return report(error, debug);
  }
}

async function run(typed: readonly string[], io: CommandIo, keepWith: (keeper: CodeKeeper) => void): Promise<number> {
  // As with git and docker.
  const argv = typed[0] === "help" ? [...typed.slice(1), "--help"] : typed;
  const raw = await rawCommand(argv, io);
  if (raw !== null) return raw;
  if (mayKeepCode(argv, io)) await keepCode(argv, io, keepWith);
  if (scansAnImage(argv, io)) {
    const { startSpareWorkers } = await import("../scan/workers/spare-workers.ts");
    const { effortAlone } = await import("../scan/workers/effort.ts");
    startSpareWorkers(argv, io.env, effortAlone);
  }
  const { parseAndRun } = await import("./parse.ts");
  return parseAndRun(argv, io);
}

/** Commands that pass their flags on to another program get them unparsed. */
async function rawCommand([name, ...rest]: readonly string[], io: CommandIo): Promise<number | null> {
  const entry = commands.find((command) => command.name === name && command.raw === true);
  if (entry === undefined || rest[0] === "--help" || rest[0] === "-h") return null;
  const command = await entry.load();
  const { commandLine } = await import("./parse.ts");
  return command.run({ arguments: rest }, io, commandLine);
}

/** Not for runs that only print a text, which load little code. Node's own variable against code caches is respected. */
function mayKeepCode(argv: readonly string[], io: CommandIo): boolean {
  return argv.length > 0 && !asksForHelp(argv) && !io.env["NODE_DISABLE_COMPILE_CACHE"];
}

async function keepCode(argv: readonly string[], io: CommandIo, keepWith: (keeper: CodeKeeper) => void): Promise<void> {
  const [{ codeKeeper }, { defaultCacheDirectory }] = await Promise.all([
    import("../cache/kept-code.ts"),
    import("../cache/cache-directory.ts"),
  ]);
  const directory = defaultCacheDirectory(io.env);
  if (directory === null) return;
  const keeper = codeKeeper(commandNamed(argv), directory, !argv.includes("--no-cache"));
  process.on("exit", keeper.onExit);
  keepWith(keeper);
}

/** A guess, made without the parser; if it is wrong, threads are started in vain. Not for the terminal UI, whose thread starts its own workers. */
function scansAnImage(argv: readonly string[], io: CommandIo): boolean {
  if (argv.length === 0 || asksForHelp(argv)) return false;
  const named = commandNamed(argv);
  return named !== "completion" && (named !== defaultCommand || !canShow(io));
}

function commandNamed(argv: readonly string[]): string {
  return commands.find(({ name }) => name === argv[0])?.name ?? defaultCommand;
}
