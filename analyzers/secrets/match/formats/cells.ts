/** Splits text into lines and rows into cells, and judges a cell by the name of its column. */
import { judgeKeyValue } from "../key-value.ts";
import type { RuleMatch } from "../match-rule.ts";
import { looksRandom } from "../values/value-looks.ts";
import { structuralRules } from "./found.ts";

/** The most rows of a table that are read. */
export const mostRows = 500;
export const longestLine = 4000;

export interface Cell {
  readonly text: string;
  /** Offset in the line. */
  readonly start: number;
}

export function pairAt(name: string, cell: Cell | undefined, lineStart: number): RuleMatch[] {
  if (cell === undefined) return [];
  const verdict = judgeKeyValue(name, cell.text, "data", true);
  if (verdict === null || !looksRandom(verdict.secret)) return [];
  const { severity, confidence, secret } = verdict;
  return [{ rule: structuralRules.keyValue, severity, confidence, start: lineStart + cell.start + verdict.start, secret, key: name }];
}

export interface Line {
  readonly text: string;
  readonly start: number;
}

export function linesOf(text: string, most: number): Line[] {
  const lines: Line[] = [];
  for (let start = 0; start < text.length && lines.length < most;) {
    const end = text.indexOf("\n", start);
    const to = end < 0 ? text.length : end;
    if (to - start <= longestLine) lines.push({ text: text.slice(start, to).replace(/\r$/, ""), start });
    start = to + 1;
  }
  return lines;
}

/** The cells of a row, without quotes. */
export function cellsOf(row: string, separator: string): Cell[] {
  const cells: Cell[] = [];
  for (let at = 0; at <= row.length;) {
    while (row[at] === " ") at += 1;
    const quote = row[at];
    const isQuoted = quote === '"' || quote === "'";
    const from = isQuoted ? at + 1 : at;
    let to = row.indexOf(isQuoted ? quote : separator, from);
    if (to < 0) to = row.length;
    cells.push({ text: row.slice(from, to), start: from });
    const next = row.indexOf(separator, to);
    if (next < 0) break;
    at = next + 1;
  }
  return cells;
}
