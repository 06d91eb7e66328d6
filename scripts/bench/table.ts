/** Measured rows as tables that a person reads. */
import type { Timing } from "./measure.ts";
import type { Row } from "./rows.ts";

export interface Measured {
  readonly name: string;
  readonly limits: Row["limits"];
  readonly subject: Timing & { readonly label: string; readonly peakMemory: number };
  readonly yardsticks: readonly (Timing & { readonly label: string })[];
  /** CPU seconds of a bare `node`. */
  readonly start: number;
}

/** A figure that is not a ratio of two commands. */
export interface Figure {
  readonly name: string;
  readonly text: string;
  readonly isMissed: boolean;
}

/** CPU seconds of the subject to those of its first yardstick. */
export function ratioOf({ subject, yardsticks, limits, start }: Measured): number {
  return (subject.cpuSeconds - (limits.withoutStart === true ? start : 0)) / yardsticks[0]!.cpuSeconds;
}

/** CPU seconds of the first yardstick to those of the subject. */
export function againOf({ subject, yardsticks }: Measured): number {
  return yardsticks[0]!.cpuSeconds / subject.cpuSeconds;
}

/** What a row misses, "" when nothing. */
export function missed(measured: Measured): string {
  const { limits, subject, yardsticks } = measured;
  const misses: string[] = [];
  if (limits.ratio !== undefined && ratioOf(measured) > limits.ratio) misses.push(`ratio over ${limits.ratio}`);
  if (limits.more !== undefined && subject.cpuSeconds - yardsticks[0]!.cpuSeconds > limits.more)
    misses.push(`over ${limits.more.toFixed(1)} s more`);
  if (limits.again !== undefined && againOf(measured) > limits.again) misses.push(`again over ${limits.again} of the first time`);
  if (limits.memory !== undefined && subject.peakMemory > limits.memory) misses.push(`over ${limits.memory / 1e6} MB`);
  return misses.join(", ");
}

/** One cell a column: what, CPU seconds, time, memory, yardsticks, ratio, limit, verdict. */
export function cells(measured: Measured): readonly string[] {
  const { name, limits, subject, yardsticks } = measured;
  const isJudged = Object.keys(limits).some((key) => key !== "withoutStart");
  const miss = missed(measured);
  const verdict = isJudged ? "met" : "";
  return [
    name,
    seconds(subject.cpuSeconds),
    seconds(subject.seconds),
    `${Math.round(subject.peakMemory / 1e6)} MB`,
    besides(yardsticks),
    limits.more === undefined ? ratioOf(measured).toFixed(2) : `+ ${(subject.cpuSeconds - yardsticks[0]!.cpuSeconds).toFixed(2)} s`,
    limitOf(limits),
    miss === "" ? verdict : `**missed**: ${miss}`,
  ];
}

/** As `cells`, of a row that was measured the first time and again: what, CPU seconds, time, memory, again, yardsticks. */
export function typedCells(measured: Measured): readonly string[] {
  const [name, cpu, time, memory] = cells(measured);
  const again = `${seconds(measured.yardsticks[0]!.cpuSeconds)}, ${againOf(measured).toFixed(2)} ×`;
  return [name!, cpu!, time!, memory!, missed(measured) === "" ? again : `${again} **missed**`, besides(measured.yardsticks.slice(1))];
}

function besides(yardsticks: Measured["yardsticks"]): string {
  return yardsticks
    .map(({ label, cpuSeconds, isCutOff }) => `${label} ${isCutOff ? "not done after " : ""}${seconds(cpuSeconds)}`)
    .join(", ");
}

export const heads = ["what", "CPU", "time", "memory", "beside it, CPU", "ratio", "limit", ""];

export function markdownTable(rows: readonly (readonly string[])[], columns: readonly string[] = heads): string {
  const line = (each: readonly string[]): string => `| ${each.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(columns), line(columns.map(() => "---")), ...rows.map(line)].join("\n");
}

export function seconds(value: number): string {
  return value < 1 ? `${Math.round(value * 1000)} ms` : `${value.toFixed(2)} s`;
}

function limitOf({ ratio, more, memory, withoutStart }: Row["limits"]): string {
  const limits = [
    ...(ratio === undefined ? [] : [`${ratio}${withoutStart === true ? ", Node's start off" : ""}`]),
    ...(more === undefined ? [] : [`+ ${more.toFixed(1)} s`]),
    ...(memory === undefined ? [] : [`${memory / 1e6} MB`]),
  ];
  return limits.join(", ");
}
