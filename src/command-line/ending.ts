/** Everything that ends a run from outside the command, and its exit status: 1 is reserved for the gate. */
import { fstatSync, statSync } from "node:fs";

import { BallastError, ExitStatus, systemErrorCode } from "../base/errors.ts";
import { toolVersion } from "../base/version.ts";
import { writeError } from "../base/files/write-error.ts";
import { sanitize, sanitizeLines } from "../terminal/sanitize.ts";

/** How long an interrupted command may take to clean up, in milliseconds. */
const cleanUpMs = 3000;

/**
 * Resolves with the status to end with, some time after a signal, a failing standard output or an error that nobody caught. The command is
 * told by `interruption` and gets a moment to clean up.
 */
export function endedFromOutside(interruption: AbortController, debug: boolean): Promise<number> {
  return new Promise((resolve) => {
    const end = (status: number, reason: unknown, exit = () => process.exit(status)): void => {
      process.exitCode = status;
      if (interruption.signal.aborted) return;
      interruption.abort(reason);
      setTimeout(exit, cleanUpMs).unref();
      resolve(status);
    };
    const statuses = { SIGINT: ExitStatus.interrupted, SIGTERM: ExitStatus.terminated, SIGHUP: ExitStatus.hungUp } as const;
    for (const [name, status] of Object.entries(statuses)) {
      const signal = name as keyof typeof statuses;
      process.on(signal, () => {
        // A second signal means that the person does not want to wait.
        if (interruption.signal.aborted) exitBy(signal, status);
        end(status, new Error(`interrupted by ${signal}`), () => exitBy(signal, status));
      });
    }
    const fail = (error: unknown): void => {
      if (!interruption.signal.aborted) end(report(error, debug), error);
    };
    process.on("uncaughtException", fail);
    process.on("unhandledRejection", fail);
    endWithTheTerminal();
    process.stdout.on("error", (error) => {
      if (systemErrorCode(error) === "EIO" && !isTerminal(1)) return end(ExitStatus.hungUp, error);
      // `ballast … | head` is not an error; commands whose output is data, not a report, notice by themselves.
      if (systemErrorCode(error) !== "EPIPE") fail(writeError("standard output", error));
    });
    // There is nowhere left to report it.
    process.stderr.on("error", () => undefined);
  });
}

/** `process.exit` waits for system calls, which may never return (opening a pipe that nobody writes to); the signal does not. */
function exitBy(signal: NodeJS.Signals, status: number): never {
  process.on("exit", () => {
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
  return process.exit(status);
}

/**
 * When the terminal's window was closed, Node would abort at the very end, because it cannot reset a terminal that is gone. The process ends
 * itself by SIGHUP instead, the signal for that loss.
 */
function endWithTheTerminal(): void {
  const terminals = [0, 1, 2].filter((descriptor) => mayBeTerminal(descriptor) && isTerminal(descriptor));
  process.on("exit", () => {
    if (terminals.every(isTerminal)) return;
    process.removeAllListeners("SIGHUP");
    process.kill(process.pid, "SIGHUP");
  });
}

/** Node's module of terminals brings that of sockets along, which takes a millisecond: loaded only where this cannot rule a terminal out. */
function mayBeTerminal(descriptor: number): boolean {
  if (process.platform === "win32") return true;
  try {
    const found = fstatSync(descriptor);
    return found.isCharacterDevice() && found.rdev !== statSync("/dev/null").rdev;
  } catch {
    return true;
  }
}

function isTerminal(descriptor: number): boolean {
  return process.getBuiltinModule("node:tty").isatty(descriptor);
}

/** Says what went wrong on standard error. Returns the exit status. */
export function report(thrown: unknown, debug: boolean): number {
  const write = (line: string): void => void process.stderr.write(`${line}\n`);
  const error = asBallastError(thrown);
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

const shortages: Readonly<Record<string, readonly [what: string, hint: string]>> = {
  EMFILE: ["this process may not open any more files", "raise the limit: ulimit -n 1024"],
  ENFILE: ["the system has no more files to open", "close other programs, or raise fs.file-max"],
  ENOMEM: ["there is not enough memory", "free some, or give the container more"],
  EAGAIN: ["the system has no thread or process left", "raise the limit on processes (ulimit -u, pids.max)"],
  ERR_WORKER_INIT_FAILED: ["a thread cannot be started", "free memory, or raise the limit on processes (ulimit -u, pids.max)"],
  ERR_WORKER_OUT_OF_MEMORY: ["a thread ran out of memory", "give Ballast more memory"],
};

/** Turns errors of the system into BallastErrors, as they are the environment's fault; others are returned as they are. */
function asBallastError(error: unknown): unknown {
  if (error instanceof BallastError) {
    const shortage = shortages[systemErrorCode(error.cause) ?? ""];
    return shortage === undefined ? error : new BallastError(error.code, error.message, { hint: shortage[1], cause: error.cause });
  }
  if (!(error instanceof Error)) return error;
  // Of an error in a worker thread only the message arrives.
  const code = systemErrorCode(error) ?? /^(E[A-Z]+): /.exec(error.message)?.[1];
  if (code === undefined) return error;
  if (code === "EPIPE" || code === "ENOSPC") return writeError("standard output", error);
  const shortage = shortages[code];
  if (shortage !== undefined) return new BallastError("read-failed", shortage[0], { hint: shortage[1], cause: error });
  if (!("syscall" in error) || !/^E[A-Z0-9]+$/.test(code)) return error;
  return new BallastError("read-failed", `the system refused something: ${error.message}`, { cause: error });
}

/** @throws {BallastError} read-failed when the working directory is gone: nothing can be found from there */
export function refuseLostDirectory(): void {
  try {
    process.cwd();
  } catch (error) {
    throw new BallastError("read-failed", "the working directory does not exist any more", {
      hint: "change to another directory and try again",
      cause: error,
    });
  }
}
