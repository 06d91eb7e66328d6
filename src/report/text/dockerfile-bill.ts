/** The Dockerfile once, each instruction with the bytes it adds and the bytes it wastes. */
import type { Analysis } from "../../../analyzers/analysis.ts";
import { billOf } from "../../../analyzers/dockerfile/bill.ts";
import type { BillRow } from "../../../analyzers/dockerfile/bill.ts";
import type { Paint } from "../../terminal/color.ts";
import { formatBytes } from "../../terminal/format-bytes.ts";
import { sanitize } from "../../terminal/sanitize.ts";
import { padStart, truncate } from "../../terminal/width.ts";

/** No report repeats more of a file than this. */
const mostLines = 400;

export function billLines({ dockerfile, layers }: Analysis, paint: Paint, columns: number): string[] {
  if (dockerfile === undefined) return [];
  const rows = billOf(dockerfile, layers);
  const digits = String(rows.length).length;
  const lines = [paint("bold", `${sanitize(dockerfile.match.dockerfile.file)}: what each line adds and wastes`)];
  for (const row of rows.slice(0, mostLines)) {
    const { bytes, wastedBytes } = row.price ?? { bytes: 0, wastedBytes: 0 };
    const added = padStart(row.price === null ? "" : formatBytes(bytes), 9);
    const wasted = padStart(wastedBytes === 0 ? "" : formatBytes(wastedBytes), 9);
    const text = truncate(sanitize(row.text.replaceAll("\t", "    ")), Math.max(20, columns - digits - 23));
    lines.push(`${added} ${paint("yellow", wasted)}  ${paint("dim", padStart(String(row.number), digits))}  ${text}`.trimEnd());
  }
  return [...lines, ...more(rows)];
}

/** As a code block, in which nothing in the file acts as markup. */
export function billMarkdown({ dockerfile, layers }: Analysis): string {
  if (dockerfile === undefined) return "";
  const rows = billOf(dockerfile, layers);
  const body = rows.slice(0, mostLines).map(({ number, text, price }) => {
    const added = padStart(price === null ? "" : formatBytes(price.bytes), 9);
    const wasted = padStart(price === null || price.wastedBytes === 0 ? "" : formatBytes(price.wastedBytes), 9);
    return `${added} ${wasted}  ${padStart(String(number), String(rows.length).length)}  ${truncate(sanitize(text), 160)}`.trimEnd();
  });
  const text = [`${padStart("adds", 9)} ${padStart("wastes", 9)}`, ...body, ...more(rows)].join("\n");
  const fence = "`".repeat(Math.max(2, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length)) + 1);
  return `<details>\n<summary>The Dockerfile, each line with its price</summary>\n\n${fence}\n${text}\n${fence}\n\n</details>`;
}

function more(rows: readonly BillRow[]): string[] {
  return rows.length > mostLines ? [`and ${rows.length - mostLines} more lines`] : [];
}
