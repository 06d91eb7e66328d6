/** A row of a table as Markdown, with the table's head, so that it is readable on its own. */
import { markdownText } from "../../../src/report/escape.ts";

export function markdownRow(titles: readonly string[], cells: readonly string[]): string {
  const line = (texts: readonly string[]): string => `| ${texts.map(markdownText).join(" | ")} |`;
  return `${line(titles)}\n| ${titles.map(() => "---").join(" | ")} |\n${line(cells)}\n`;
}
