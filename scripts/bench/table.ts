/** Measured rows as a table a person reads. */
import type { Timing } from "./measure.ts";
import type { Row } from "./rows.ts";

export interface Measured {
  readonly row: Row;
  readonly subject: Timing;
  readonly yardstick: Timing;
}

/** What a row misses, "" when nothing. */
export function missed({ row, subject, yardstick }: Measured): string {
  const misses: string[] = [];
  if (row.target !== null && subject.median / yardstick.median > row.target) misses.push(`ratio over ${row.target}`);
  if (row.margin !== undefined && subject.median - yardstick.median > row.margin) misses.push(`over ${row.margin * 1000} ms more`);
  if (row.memory !== undefined && subject.peakMemory > row.memory) misses.push(`memory over ${row.memory / 1e6} MB`);
  return misses.join(", ");
}

const widths = [32, 26, 9, 9, 8, 8, 16, 0];

export const header = line(["work", "yardstick", "its time", "Ballast", "ratio", "target", "memory", ""]);

export function tableLine(measured: Measured): string {
  const { row, subject, yardstick } = measured;
  const target = row.target !== null ? `≤ ${row.target}` : row.margin !== undefined ? `+${row.margin * 1000} ms` : "–";
  const ratio =
    row.margin === undefined
      ? (subject.median / yardstick.median).toFixed(2)
      : `+${Math.round((subject.median - yardstick.median) * 1000)} ms`;
  const verdict = missed(measured);
  const judged = row.target !== null || row.margin !== undefined;
  const memory = `${Math.round(subject.peakMemory / 1e6)} MB${row.memory === undefined ? "" : ` of ${row.memory / 1e6}`}`;
  return line([
    row.name,
    row.yardstick.label,
    seconds(yardstick.median),
    seconds(subject.median),
    ratio,
    target,
    memory,
    verdict === "" ? (judged ? "ok" : "") : `MISSED: ${verdict}`,
  ]);
}

function seconds(value: number): string {
  return value < 1 ? `${Math.round(value * 1000)} ms` : `${value.toFixed(2)} s`;
}

function line(cells: readonly string[]): string {
  return cells
    .map((cell, index) => (index >= 2 && index <= 5 ? cell.padStart(widths[index]!) : cell.padEnd(widths[index]!)))
    .join("  ")
    .trimEnd();
}
