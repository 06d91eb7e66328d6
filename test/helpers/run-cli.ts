/** Runs the built program the way a person does, in an environment of its own. */
import { spawn } from "node:child_process";
import { join } from "node:path";

import { inject } from "vitest";

export const projectRoot: string = join(import.meta.dirname, "../..");
export const cliPath: string = join(projectRoot, "dist/src/cli.cjs");

export interface CliResult {
  readonly stdout: string;
  readonly stderr: string;
  readonly stdoutBytes: Buffer;
  /** Exit status; null when a signal ended the program. */
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface CliOptions {
  readonly stdin?: Buffer | string;
  /** On top of `cleanEnvironment()`; undefined takes a variable out. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string;
  /** Milliseconds until the program is killed; the result then has `signal` SIGKILL. */
  readonly timeout?: number;
  /** A signal, and after how many milliseconds the program gets it where it still runs. */
  readonly interrupt?: readonly [signal: NodeJS.Signals, after: number];
  /** Called once it runs. */
  readonly onSpawn?: () => void;
}

/**
 * Nothing of the surrounding process but PATH: no CI, no NO_COLOR, no configuration, and a cache that all runs of one test process share.
 */
export function cleanEnvironment(): Record<string, string> {
  const home = inject("home");
  return {
    PATH: process.env["PATH"] ?? "",
    HOME: home,
    XDG_CACHE_HOME: join(home, "cache"),
    XDG_CONFIG_HOME: join(home, "config"),
    TMPDIR: process.env["TMPDIR"] ?? "/tmp",
    LANG: "C.UTF-8",
    TZ: "UTC",
    TERM: "xterm-256color",
  };
}

/** `ballast ARGUMENTS…`, its streams being pipes. */
export function runCli(args: readonly string[], options: CliOptions = {}): Promise<CliResult> {
  const env: Record<string, string> = cleanEnvironment();
  for (const [name, value] of Object.entries(options.env ?? {})) {
    if (value === undefined) delete env[name];
    else env[name] = value;
  }
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [cliPath, ...args], {
      env,
      cwd: options.cwd ?? inject("home"),
      stdio: ["pipe", "pipe", "pipe"],
      timeout: options.timeout ?? 60_000,
      killSignal: "SIGKILL",
    });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => stderr.push(chunk));
    child.stdin.on("error", () => undefined); // it may end without reading all of it
    child.stdin.end(options.stdin ?? "");
    child.on("error", reject);
    let interruption: NodeJS.Timeout | undefined;
    child.on("spawn", () => {
      options.onSpawn?.();
      if (options.interrupt === undefined) return;
      const [signal, after] = options.interrupt;
      interruption = setTimeout(() => child.kill(signal), after);
    });
    child.on("close", (status, signal) => {
      clearTimeout(interruption);
      const stdoutBytes = Buffer.concat(stdout);
      resolve({ stdout: stdoutBytes.toString(), stderr: Buffer.concat(stderr).toString(), stdoutBytes, status, signal });
    });
  });
}

/**
 * As `runCli`, of a run that waits without end until the signal comes, after a second. Where that finds Node still starting, on a busy machine,
 * it ends the process by itself; then it is sent later.
 */
export async function runInterrupted(args: readonly string[], signal: NodeJS.Signals): Promise<CliResult> {
  for (let after = 1000; ; after *= 2) {
    const result = await runCli(args, { interrupt: [signal, after] });
    if (result.signal !== signal || after > 16_000) return result;
  }
}
