/** A worker: several processes, each with one job at a time. A process that ends unexpectedly is started again. */
import { fork } from "node:child_process";
import type { ChildProcess } from "node:child_process";

import { BallastError } from "../../base/errors.ts";
import type { ErrorCode } from "../../base/errors.ts";
import { pruneCache } from "../../cache/cache-directory.ts";
import type { Order, ProcessOptions, Report } from "./protocol.ts";

export interface WorkerOptions extends ProcessOptions {
  /** Jobs at once. */
  readonly processes: number;
  /** Maximum bytes of layers in the cache. */
  readonly mostBytes: number;
  readonly signal: AbortSignal;
  readonly say: (sentence: string) => void;
}

/** Milliseconds before a process that ended is started again; doubled each time that it finishes no job. */
const restartMs = 1000;
const longestRestartMs = 60_000;
/** Milliseconds between two checks of the cache's size. */
const pruneMs = 60_000;

export interface WorkDone {
  readonly layers: number;
  readonly images: number;
}

/** Works until the signal is aborted. @throws {BallastError} whatever keeps its processes from starting */
export async function runWorker(options: WorkerOptions): Promise<WorkDone> {
  const pool = new ProcessPool(options);
  const pruning = setInterval(() => void pruneCache(pool.layersDirectory, options.mostBytes), pruneMs);
  try {
    await pool.work();
  } finally {
    clearInterval(pruning);
  }
  return pool.done;
}

/** The processes of one worker: each is started again when it ends unexpectedly. */
class ProcessPool {
  readonly layersDirectory: string;
  readonly done = { layers: 0, images: 0 };
  readonly #options: WorkerOptions;
  readonly #processes = new Set<ChildProcess>();
  #isOut = false;
  #fail: (error: unknown) => void = () => {};
  #stop: () => void = () => {};

  constructor(options: WorkerOptions) {
    this.#options = options;
    this.layersDirectory = `${options.directory}/layers`;
  }

  async work(): Promise<void> {
    const { processes, signal } = this.#options;
    await new Promise<void>((resolve, reject) => {
      this.#fail = reject;
      this.#stop = resolve;
      signal.addEventListener("abort", () => this.#end(), { once: true });
      for (let count = 0; count < processes; count += 1) this.#start(restartMs);
      if (signal.aborted) this.#end();
    }).finally(() => {
      for (const child of this.#processes) child.kill("SIGKILL");
    });
  }

  #end(): void {
    for (const child of this.#processes) send(child, { stop: true });
    if (this.#processes.size === 0) this.#stop();
  }

  #start(delay: number): void {
    const { say, signal, queue, store, directory, lease, connection } = this.#options;
    const child = fork(new URL("./process.js", import.meta.url), { stdio: ["ignore", "inherit", "inherit", "ipc"] });
    this.#processes.add(child);
    let at: string | null = null;
    let nextDelay = Math.min(delay * 2, longestRestartMs);
    child.on("message", (report: Report) => {
      if ("at" in report) at = report.at;
      else if ("done" in report) {
        nextDelay = restartMs;
        this.done[report.done === "layer" ? "layers" : "images"] += 1;
      } else this.#hear(report);
    });
    child.on("exit", (code, ended) => {
      this.#processes.delete(child);
      if (signal.aborted) return this.#end();
      say(`a process ended (${ended ?? `status ${code}`})${at === null ? "" : ` at ${at}, which is tried again`}; another takes its place`);
      setTimeout(() => {
        if (!signal.aborted) this.#start(nextDelay);
      }, delay);
    });
    child.on("error", (error) => this.#fail(error));
    send(child, { start: { queue, store, directory, lease, connection } });
  }

  #hear(report: Exclude<Report, { at: unknown } | { done: unknown }>): void {
    const { say } = this.#options;
    if ("say" in report) say(report.say);
    else if ("failure" in report) {
      const { code, message, hint } = report.failure;
      this.#fail(code === null ? new Error(message) : new BallastError(code as ErrorCode, message, hint === null ? {} : { hint }));
    } else if ((report.outage !== null) !== this.#isOut) {
      // All processes notice it, but it is reported once.
      this.#isOut = report.outage !== null;
      say(report.outage ?? "the queue is back");
    }
  }
}

/** Sends to a process that may just have ended. */
function send(child: ChildProcess, order: Order): void {
  if (child.connected) child.send(order, () => {});
}
