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
}

/** Medians of all runs. */
export interface Timing {
  /** User and system, of the process and of those that it waited for. */
  readonly cpuSeconds: number;
  readonly seconds: number;
  /** Bytes of the largest resident set that the process had, in a run of its own. */
  readonly peakMemory: number;
  /** The command was ended because it took longer than `mostSeconds`: the figures are those of the part that ran. */
  readonly isCutOff: boolean;
}

/** Where a peer never ends. */
const mostSeconds = 40;
/** `check` ends with 1 where the gate fails, which is an answer; so does dive. */
const accepted: readonly (number | null)[] = [0, 1];

/** Runs all in turn, `runs` times, after one run that is read for its memory. */
export async function measureInTurn(works: readonly Work[], runs: number): Promise<Timing[]> {
  const peaks: number[] = [];
  for (const work of works) peaks.push(await peakMemory(work));
  const times = works.map((): Timed[] => []);
  for (let run = 0; run < runs; run += 1) {
    for (const [index, work] of works.entries()) {
      const last = times[index]!.at(-1);
      // What never ends is not waited for again.
      if (last?.isCutOff !== true) times[index]!.push(await timed(work));
    }
  }
  return times.map((each, index) => ({
    cpuSeconds: median(each.map(({ cpuSeconds }) => cpuSeconds)),
    seconds: median(each.map(({ seconds }) => seconds)),
    peakMemory: peaks[index]!,
    isCutOff: each.some(({ isCutOff }) => isCutOff),
  }));
}

interface Timed {
  readonly cpuSeconds: number;
  readonly seconds: number;
  readonly isCutOff: boolean;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** bash's `time` counts a command with all that it waited for, pipes included. */
async function timed(work: Work): Promise<Timed> {
  const script = `TIMEFORMAT="%U %S %R"; time { timeout ${mostSeconds} "$@"; } 2> /dev/null`;
  const { status, stderr } = await run({ ...work, program: "bash", args: ["-c", script, "bash", work.program, ...work.args] }, () => {});
  const isCutOff = status === 124;
  const [user, system, seconds] = stderr.trim().split(/\s+/).map(Number);
  if ((!isCutOff && !accepted.includes(status)) || seconds === undefined) throw failure(work, status, stderr);
  return { cpuSeconds: user! + system!, seconds, isCutOff };
}

async function peakMemory(work: Work): Promise<number> {
  let peak = 0;
  const { status, stderr } = await run(work, (pid, end) => {
    const started = performance.now();
    const timer = setInterval(() => {
      // The kernel keeps the high-water mark; it is read until the end.
      peak = Math.max(peak, highWaterMark(pid));
      if (performance.now() - started > mostSeconds * 1000) end();
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
