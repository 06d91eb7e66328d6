/** Runs commands in turn, several times, and reads what they cost: CPU seconds of all their processes, time, memory. */
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";

/** One command; its standard output is thrown away. */
export interface Work {
  readonly label: string;
  readonly program: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Before each run, outside the measurement. */
  readonly prepare?: () => void;
  /** Seconds after which it is ended, where a peer never ends; the default is for what does. */
  readonly mostSeconds?: number;
}

/** Medians of all runs. */
export interface Timing {
  /** User and system, of the process and of those that it waited for. */
  readonly cpuSeconds: number;
  readonly seconds: number;
  /** The command was ended because it took longer than it may: the figures are those of the part that ran. */
  readonly isCutOff: boolean;
}

const usualMostSeconds = 40;
/** Seconds of all works together after which no further round begins: what takes long differs little. */
const roundsWithin = 25;
/** `check` ends with 1 where the gate fails, which is an answer; so does dive. */
export const accepted: readonly (number | null)[] = [0, 1];

/** Runs all in turn, at most `runs` times and at least once. */
export async function measureInTurn(works: readonly Work[], runs: number): Promise<Timing[]> {
  const times = works.map((): Timing[] => []);
  const started = performance.now();
  for (let run = 0; run < runs && (run === 0 || performance.now() - started < roundsWithin * 1000); run += 1) {
    for (const [index, work] of works.entries()) {
      const last = times[index]!.at(-1);
      // What never ends is not waited for again.
      if (last?.isCutOff !== true) times[index]!.push(await timed(work));
    }
  }
  return times.map((each) => ({
    cpuSeconds: median(each.map(({ cpuSeconds }) => cpuSeconds)),
    seconds: median(each.map(({ seconds }) => seconds)),
    isCutOff: each.some(({ isCutOff }) => isCutOff),
  }));
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** bash's `time` counts a command with all that it waited for, pipes included. */
async function timed(work: Work): Promise<Timing> {
  const script = `TIMEFORMAT="%U %S %R"; time { timeout ${work.mostSeconds ?? usualMostSeconds} "$@"; } 2> /dev/null`;
  const { status, stderr } = await run({ ...work, program: "bash", args: ["-c", script, "bash", work.program, ...work.args] }, () => {});
  const isCutOff = status === 124;
  const [user, system, seconds] = stderr.trim().split(/\s+/).map(Number);
  if ((!isCutOff && !accepted.includes(status)) || seconds === undefined) throw failure(work, status, stderr);
  return { cpuSeconds: user! + system!, seconds, isCutOff };
}

/** Bytes of the largest resident set that the process has, in a run of its own. */
export async function peakMemory(work: Work): Promise<number> {
  let peak = 0;
  const { status, stderr } = await run(work, (pid, end) => {
    const started = performance.now();
    const timer = setInterval(() => {
      // The kernel keeps the high-water mark; it is read until the end.
      peak = Math.max(peak, highWaterMark(pid));
      if (performance.now() - started > usualMostSeconds * 1000) end();
    }, 3);
    return () => clearInterval(timer);
  });
  if (status !== null && !accepted.includes(status)) throw failure(work, status, stderr);
  return peak;
}

function failure({ program, args }: Work, status: number | null, stderr: string): Error {
  return new Error(`${program} ${args.join(" ")}: exit ${status}\n${stderr.slice(-500)}`);
}

function highWaterMark(pid: number): number {
  try {
    return Number(/^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "latin1"))?.[1] ?? 0) * 1024;
  } catch {
    return 0; // ended, or no Linux
  }
}

function run(
  { program, args, env, prepare }: Work,
  watch: (pid: number, end: () => void) => (() => void) | void,
): Promise<{ readonly status: number | null; readonly stderr: string }> {
  prepare?.();
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { env: { ...process.env, ...env }, stdio: ["ignore", "ignore", "pipe"] });
    let stderr = "";
    child.stderr.on("data", (chunk: Buffer) => (stderr = (stderr + chunk.toString()).slice(-2000)));
    const unwatch = child.pid === undefined ? undefined : watch(child.pid, () => child.kill("SIGKILL"));
    child.on("error", reject);
    child.on("close", (status) => {
      unwatch?.();
      resolve({ status, stderr });
    });
  });
}
