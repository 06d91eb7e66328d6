/** Secrets in rows of SQL dumps: INSERT, and COPY as written by `pg_dump`. */
import type { RuleMatch } from "../match-rule.ts";
import { classifyName } from "../values/name-words.ts";
import { cellsOf, linesOf, longestLine, mostRows, pairAt } from "./cells.ts";
import type { Cell } from "./cells.ts";

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

/** `COPY t (name, password) FROM stdin;` and its rows up to `\.`: columns judged by name, and rows that hold a name next to its value. */
export function parseCopies(text: string): RuleMatch[] {
  const statements = text.matchAll(/^COPY [^\s(]{1,120} \(([^()\n]{1,1000})\) FROM stdin;\r?\n/gm);
  return [...statements].slice(0, mostRows).flatMap((found) => {
    const names = found[1]!.split(",").map((name) => name.trim().replaceAll('"', ""));
    const columns = names.flatMap((name, i) => (classifyName(name) !== null ? [i] : []));
    const start = found.index + found[0].length;
    const end = text.indexOf("\n\\.", start - 1);
    const rows = linesOf(text.slice(start, end < 0 ? undefined : end), mostRows);
    return rows.flatMap((row) => {
      const cells = cellsOf(row.text, "\t");
      return [...columns.flatMap((i) => pairAt(names[i]!, cells[i], start + row.start)), ...settingsIn(cells, start + row.start)];
    });
  });
}

/** Settings in a row of a table: `smtp_password⇥x`. */
function settingsIn(cells: readonly Cell[], lineStart: number): RuleMatch[] {
  return cells.flatMap(({ text }, i) =>
    /^[A-Za-z][\w.:-]{2,60}$/.test(text) && classifyName(text) !== null ? pairAt(text, cells[i + 1], lineStart) : [],
  );
}
