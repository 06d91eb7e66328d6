/** Runs commands against each other, in turn and several times, and reads what memory they took. */
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";

/** One or more commands that run one after the other; their standard output is thrown away. */
export interface Work {
  readonly label: string;
  readonly commands: readonly Command[];
}

export interface Command {
  readonly program: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Before each run, outside the measurement. */
  readonly prepare?: () => void;
}

export interface Timing {
  /** Seconds: the median of all runs, and the fastest. */
  readonly median: number;
  readonly best: number;
  /** Bytes of the largest resident set any of the commands had. */
  readonly peakMemory: number;
}

/** Runs both in turn, `runs` times after one run that is not counted. */
export async function compare(subject: Work, yardstick: Work, runs: number): Promise<{ subject: Timing; yardstick: Timing }> {
  const times: { subject: number[]; yardstick: number[] } = { subject: [], yardstick: [] };
  const memory = { subject: await peakMemory(subject), yardstick: await peakMemory(yardstick) };
  for (let run = 0; run < runs; run += 1) {
    times.yardstick.push(await seconds(yardstick));
    times.subject.push(await seconds(subject));
  }
  return { subject: timing(times.subject, memory.subject), yardstick: timing(times.yardstick, memory.yardstick) };
}

function timing(times: readonly number[], memory: number): Timing {
  const sorted = times.toSorted((a, b) => a - b);
  return { median: median(sorted), best: sorted[0]!, peakMemory: memory };
}

function median(sorted: readonly number[]): number {
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

async function seconds(work: Work): Promise<number> {
  let total = 0;
  for (const command of work.commands) {
    command.prepare?.();
    const start = process.hrtime.bigint();
    await run(command, () => undefined);
    total += Number(process.hrtime.bigint() - start) / 1e9;
  }
  return total;
}

/** A run of its own, so that looking does not slow the timed ones. The kernel keeps the high-water mark; it is read until the end. */
async function peakMemory(work: Work): Promise<number> {
  let peak = 0;
  for (const command of work.commands) {
    command.prepare?.();
    await run(command, (pid) => {
      const timer = setInterval(() => (peak = Math.max(peak, highWaterMark(pid))), 3);
      return () => clearInterval(timer);
    });
  }
  return peak;
}

function highWaterMark(pid: number): number {
  try {
    return Number(/^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "latin1"))?.[1] ?? 0) * 1024;
  } catch {
    return 0; // ended, or no Linux
  }
}

function run(command: Command, watch: (pid: number) => (() => void) | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(command.program, command.args, { env: { ...process.env, ...command.env }, stdio: ["ignore", "ignore", "pipe"] });
    let stderr = "";
    child.stderr.on("data", (chunk: Buffer) => (stderr = (stderr + chunk.toString()).slice(-2000)));
    const unwatch = child.pid === undefined ? undefined : watch(child.pid);
    child.on("error", reject);
    child.on("close", (status) => {
      unwatch?.();
      if (status === 0) resolve();
      else reject(new Error(`${command.program} ${command.args.join(" ")}: exit ${status}\n${stderr}`));
    });
  });
}
