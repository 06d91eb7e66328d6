/** `ballast worker` beside the test, as it would run on other machines. */
import { spawn } from "node:child_process";
import { once } from "node:events";

import { cleanEnvironment, cliPath } from "../../run-cli.ts";

export interface WorkerProcess {
  readonly pid: number;
  /** What it has said so far. */
  stderr(): string;
  /** Resolves when it has ended. */
  readonly ended: Promise<unknown>;
  /** Ends it with SIGTERM. */
  stop(): Promise<void>;
}

const running = new Set<number>();
process.on("exit", () => {
  for (const pid of running) kill(pid, "SIGKILL");
});

/** `ballast ARGUMENTS…`, of which nothing is awaited but what the caller asks for. */
export function startProgram(args: readonly string[], env: Readonly<Record<string, string>> = {}): WorkerProcess {
  const child = spawn(process.execPath, [cliPath, ...args], {
    env: { ...cleanEnvironment(), ...env },
    stdio: ["ignore", "ignore", "pipe"],
  });
  const pid = child.pid!;
  running.add(pid);
  let stderr = "";
  child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  const ended = once(child, "exit").then(() => running.delete(pid));
  return {
    pid,
    stderr: () => stderr,
    ended,
    async stop() {
      kill(pid, "SIGTERM");
      await ended;
    },
  };
}

function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended by itself.
  }
}
