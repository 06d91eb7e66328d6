/** Gives cases to a child process, and tells what became of them also where the child does not. */
import { fork } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { rmSync } from "node:fs";
import { join } from "node:path";

import type { CaseReport } from "./report.ts";

/** Milliseconds: a case takes 20 s at most. */
const patience = 20_000;
/** Bytes that a case may make the process grow by; inputs are smaller than 1 MB. */
const mostBytes = 512 * 1024 * 1024;
/** Cases a child runs before another takes over, so that what it has kept does not count as the next case's. */
const casesEach = 400;

export class Runner {
  readonly #directory: string;
  readonly #only: string | null;
  #child: ChildProcess | null = null;
  #cases = 0;
  /** Resident bytes of the child before its first case. */
  #idleBytes = 0;
  #slowest: CaseReport | null = null;
  #largestBytes = 0;
  #stderr = "";

  constructor(directory: string, only: string | null) {
    this.#directory = directory;
    this.#only = only;
  }

  get slowest(): string {
    return this.#slowest === null ? "none" : `${Math.round(this.#slowest.milliseconds)} ms (${this.#slowest.seed})`;
  }

  get largest(): string {
    return `${Math.round(this.#largestBytes / 2 ** 20)} MiB`;
  }

  /** A case that was slow or large is run once more alone: only what it does by itself is a finding. */
  async run(seed: string): Promise<CaseReport> {
    const report = await this.#runOnce(seed);
    if (!isExcessive(report, this.#idleBytes)) return this.#note(report);
    await this.close();
    const again = await this.#runOnce(seed);
    if (!isExcessive(again, this.#idleBytes)) return this.#note(again);
    const grown = Math.round((again.peakBytes - this.#idleBytes) / 2 ** 20);
    await this.close();
    const problem = again.problem ?? `took ${Math.round(again.milliseconds)} ms and ${grown} MiB`;
    return { ...again, outcome: "finding", problem };
  }

  async close(): Promise<void> {
    const child = this.#child;
    this.#child = null;
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    child.kill("SIGKILL");
    await once(child, "exit");
  }

  #note(report: CaseReport): CaseReport {
    if (this.#slowest === null || report.milliseconds > this.#slowest.milliseconds) this.#slowest = report;
    this.#largestBytes = Math.max(this.#largestBytes, report.peakBytes - this.#idleBytes);
    return report;
  }

  async #runOnce(seed: string): Promise<CaseReport> {
    if (this.#cases >= casesEach) await this.close();
    const child = this.#child ?? (await this.#start());
    this.#cases += 1;
    return new Promise((resolve) => {
      const started = performance.now();
      const settle = (report: CaseReport): void => {
        clearTimeout(timer);
        child.removeAllListeners();
        resolve(report);
      };
      const lost = (problem: string): void => {
        this.#child = null;
        rmSync(join(this.#directory, "case"), { recursive: true, force: true });
        settle({
          seed,
          target: this.#only ?? "?",
          outcome: "finding",
          problem,
          milliseconds: performance.now() - started,
          peakBytes: Infinity,
        });
      };
      const timer = setTimeout(() => {
        child.removeAllListeners();
        child.kill("SIGKILL");
        child.once("exit", () => lost(`hung for ${patience / 1000} s`));
      }, patience);
      child.once("message", (report: CaseReport) => settle(report));
      child.once("exit", (status, signal) => lost(`ended the process with ${status ?? signal}: ${this.#stderr.slice(-3000)}`));
      child.send({ seed, only: this.#only });
    });
  }

  async #start(): Promise<ChildProcess> {
    const env = { ...process.env, BALLAST_FUZZ_DIRECTORY: this.#directory, TMPDIR: this.#directory, NO_COLOR: "1" };
    const child = fork(join(import.meta.dirname, "child.js"), [], { env, stdio: ["ignore", "ignore", "pipe", "ipc"] });
    this.#stderr = "";
    child.stderr!.on("data", (chunk: Buffer) => (this.#stderr = `${this.#stderr}${chunk.toString()}`.slice(-10_000)));
    await once(child, "message");
    // One small case loads what every case needs.
    child.send({ seed: "idle", only: this.#only });
    const [{ peakBytes }] = (await once(child, "message")) as [CaseReport];
    this.#idleBytes = peakBytes;
    this.#child = child;
    this.#cases = 0;
    return child;
  }
}

function isExcessive({ milliseconds, peakBytes, problem }: CaseReport, idleBytes: number): boolean {
  return milliseconds >= patience || peakBytes - idleBytes > mostBytes || problem?.startsWith("hung") === true || peakBytes === Infinity;
}
