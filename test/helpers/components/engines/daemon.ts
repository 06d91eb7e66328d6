/** Starts a server as a child process, waits until it answers, and stops it again by its process id. */
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

export interface DaemonOptions {
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** File that takes its output; the end of it is part of the error when it does not start. */
  readonly log: string;
  readonly ready: () => Promise<boolean>;
  /** Milliseconds; default 60,000. */
  readonly timeout?: number;
}

export interface Daemon {
  readonly pid: number;
  stop(): Promise<void>;
}

const running = new Set<ChildProcess>();
process.on("exit", () => {
  for (const child of running) child.kill("SIGKILL");
});

export async function startDaemon(options: DaemonOptions): Promise<Daemon> {
  const log = openSync(options.log, "a");
  const child = spawn(options.command, options.args, {
    env: { ...process.env, ...options.env },
    stdio: ["ignore", log, log],
    detached: true, // a ctrl+c meant for the tests must not reach it before stop() does
  });
  closeSync(log);
  running.add(child);
  let ended: string | null = null;
  child.on("error", (error) => (ended = error.message));
  child.on("exit", (status, signal) => {
    ended ??= `ended with ${signal ?? status}`;
    running.delete(child);
  });
  const stop = async (): Promise<void> => {
    for (const signal of ["SIGTERM", "SIGKILL"] as const) {
      for (let tries = 0; ended === null && tries < 150; tries += 1) {
        if (tries === 0) child.kill(signal);
        await sleep(100);
      }
    }
  };
  const deadline = Date.now() + (options.timeout ?? 60_000);
  while (!(await options.ready().catch(() => false))) {
    if (ended !== null || Date.now() > deadline) {
      await stop();
      throw new Error(`${options.command} did not start: ${ended ?? "no answer"}\n${readFileSync(options.log, "utf8").slice(-3000)}`);
    }
    await sleep(100);
  }
  return { pid: child.pid!, stop };
}

/** A TCP port on loopback that was free a moment ago. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
