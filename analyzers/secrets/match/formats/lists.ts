/** Secrets in rows and columns: tables with a header, lists that people keep, SQL's INSERT. */
import { judgeKeyValue } from "../key-value.ts";
import type { RuleMatch } from "../match-rule.ts";
import { classifyName } from "../values/name-words.ts";
import { isPlaceholder } from "../values/placeholder.ts";
import { isWordLike, looksRandom } from "../values/value-looks.ts";
import { parseNamedSecret } from "./credential-files.ts";
import { credential, present, structuralRules } from "./found.ts";

/** Rows of a table that are looked at. */
const mostRows = 500;
const longestLine = 4000;

/** CSV and TSV (RFC 4180, without line breaks inside quotes): columns whose name is a secret's. */
export function parseTable(text: string): RuleMatch[] {
  const lines = linesOf(text, mostRows + 1);
  const header = lines[0];
  if (header === undefined) return [];
  const separator = [",", ";", "\t", "|"].find((sign) => header.text.includes(sign));
  if (separator === undefined) return [];
  const names = cellsOf(header.text, separator).map((cell) => cell.text.trim().replaceAll(/\s+/g, "_"));
  const columns = names.flatMap((name, i) => (name.length <= 40 && classifyName(name) !== null ? [i] : []));
  if (columns.length === 0) return [];
  return lines.slice(1).flatMap((line) => {
    const cells = cellsOf(line.text, separator);
    return columns.flatMap((i) => pairAt(names[i]!, cells[i], line.start));
  });
}

/** `INSERT INTO t (a, password) VALUES ('x', 'y')`: the first row of each statement. */
export function parseInserts(text: string): RuleMatch[] {
  const statements = text.matchAll(/INSERT\s{1,4}INTO\s{1,4}[^\s(]{1,120}\s{0,4}\(([^()'\n]{1,1000})\)\s{0,8}VALUES\s{0,8}\(/gi);
  return [...statements].slice(0, mostRows).flatMap((found) => {
    const names = found[1]!.split(",").map((name) => name.trim().replaceAll(/["`[\]]/g, ""));
    const columns = names.flatMap((name, i) => (classifyName(name) !== null ? [i] : []));
    if (columns.length === 0) return [];
    const start = found.index + found[0].length;
    const cells = cellsOf(text.slice(start, start + longestLine), ",");
    return columns.flatMap((i) => pairAt(names[i]!, cells[i], start));
  });
}

/** `mail: x`, `user:x`, `router - x`: what people write into `passwords.txt`; a line alone may be the secret. */
export function parsePasswordList(text: string): RuleMatch[] {
  const lines = [...text.matchAll(/^[^\n:=]{1,80}?(?:[:=]|[ \t]-)[ \t]{0,8}([^\s:=]{5,100})[ \t]*\r?$/gm)].slice(0, mostRows);
  const listed = lines.flatMap((line) => {
    const secret = line[1]!;
    if (isPlaceholder(secret) || isWordLike(secret) || !looksRandom(secret)) return [];
    return [credential(secret, line.index + line[0].lastIndexOf(secret), null)].filter(present);
  });
  return listed.length > 0 ? listed : parseNamedSecret(text);
}

interface Cell {
  readonly text: string;
  /** Offset in the line. */
  readonly start: number;
}

function pairAt(name: string, cell: Cell | undefined, lineStart: number): RuleMatch[] {
  if (cell === undefined) return [];
  const verdict = judgeKeyValue(name, cell.text, "data", true);
  if (verdict === null || !looksRandom(verdict.secret)) return [];
  const { severity, confidence, secret } = verdict;
  return [{ rule: structuralRules.keyValue, severity, confidence, start: lineStart + cell.start + verdict.start, secret, key: name }];
}

interface Line {
  readonly text: string;
  readonly start: number;
}

function linesOf(text: string, most: number): Line[] {
  const lines: Line[] = [];
  for (let start = 0; start < text.length && lines.length < most;) {
    const end = text.indexOf("\n", start);
    const to = end < 0 ? text.length : end;
    if (to - start <= longestLine) lines.push({ text: text.slice(start, to).replace(/\r$/, ""), start });
    start = to + 1;
  }
  return lines;
}

/** The cells of a row; quotes are taken off. */
function cellsOf(row: string, separator: string): Cell[] {
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
