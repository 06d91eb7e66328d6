/** From a command line to an exit status. */
import { commands } from "../commands/all.ts";
import type { CommandIo } from "../commands/command.ts";
import { BallastError, ExitStatus, systemErrorCode } from "../base/errors.ts";
import { startSpareWorkers } from "../scan/workers/spare-workers.ts";
import { sanitize, sanitizeLines } from "../terminal/sanitize.ts";
import { toolVersion } from "../base/version.ts";

/** How long an interrupted command may take to clean up. */
const cleanUpMs = 3000;

export async function main(argv: readonly string[]): Promise<number> {
  // Answered without loading the argument parser, which takes longer than everything else.
  if (argv.length === 1 && (argv[0] === "--version" || argv[0] === "-V")) {
    process.stdout.write(`${toolVersion}\n`);
    return ExitStatus.ok;
  }
  quietOnClosedPipe(process.stdout);
  quietOnClosedPipe(process.stderr);
  const interruption = new AbortController();
  const io: CommandIo = {
    stdout: process.stdout,
    stderr: process.stderr,
    stdin: process.stdin,
    env: process.env,
    signal: interruption.signal,
  };
  const interrupted = onInterruption(interruption);
  try {
    return await Promise.race([run(argv, io), interrupted]);
  } catch (error) {
    if (interruption.signal.aborted) return interrupted;
    return report(error, argv.includes("--debug"));
  }
}

async function run(argv: readonly string[], io: CommandIo): Promise<number> {
  const raw = await rawCommand(argv, io);
  if (raw !== null) return raw;
  if (scansAnImage(argv)) startSpareWorkers();
  const { parseAndRun } = await import("./parse.ts");
  return parseAndRun(argv, io);
}

/** Commands that hand their flags on must see them before anyone reads them. */
async function rawCommand([name, ...rest]: readonly string[], io: CommandIo): Promise<number | null> {
  const entry = commands.find((command) => command.name === name && command.raw === true);
  if (entry === undefined || rest[0] === "--help" || rest[0] === "-h") return null;
  const command = await entry.load();
  const { commandLine } = await import("./parse.ts");
  return command.run({ arguments: rest }, io, commandLine);
}

/** A guess that needs no parser; when it is wrong, threads were started for nothing. */
function scansAnImage(argv: readonly string[]): boolean {
  return argv.length > 0 && argv[0] !== "completion" && !argv.some((word) => word === "--help" || word === "-h");
}

/** Resolves some time after the first SIGINT, SIGTERM or SIGHUP, with the status to end with: the command gets a moment to clean up. */
function onInterruption(interruption: AbortController): Promise<number> {
  return new Promise((resolve) => {
    const statuses = { SIGINT: ExitStatus.interrupted, SIGTERM: ExitStatus.terminated, SIGHUP: ExitStatus.hungUp } as const;
    for (const [signal, status] of Object.entries(statuses)) {
      process.on(signal, () => {
        if (interruption.signal.aborted) process.exit(status);
        interruption.abort(new Error(`interrupted by ${signal}`));
        process.exitCode = status;
        setTimeout(() => process.exit(status), cleanUpMs).unref();
        resolve(status);
      });
    }
  });
}

/** `ballast … | head` is no error. */
function quietOnClosedPipe(stream: NodeJS.WriteStream): void {
  stream.on("error", (error) => {
    if (systemErrorCode(error) !== "EPIPE") throw error;
    process.exit(process.exitCode ?? ExitStatus.ok);
  });
}

function report(error: unknown, debug: boolean): number {
  const write = (line: string): void => void process.stderr.write(`${line}\n`);
  if (error instanceof BallastError) {
    write(`error: ${sanitize(error.message)}`);
    write(`hint: ${sanitizeLines(error.hint)}`);
    if (debug) write(sanitizeLines(error.stack ?? ""));
    return error.exitStatus;
  }
  write(`error: this is a bug in Ballast ${toolVersion}: ${sanitize(error instanceof Error ? error.message : String(error))}`);
  write("hint: please report it with the command and what --debug prints");
  if (debug && error instanceof Error) write(sanitizeLines(error.stack ?? ""));
  return ExitStatus.bug;
}
