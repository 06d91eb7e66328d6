/** What an image is made of, for a comment on a pull request. */
import type { Analysis } from "../../../analyzers/analysis.ts";
import { layerLine } from "../../../analyzers/dockerfile/located.ts";
import { whyText } from "../../../analyzers/packages/why.ts";
import type { PackageRow } from "../../../analyzers/packages/model.ts";
import { formatBytes, formatCount, formatPercent } from "../../terminal/format-bytes.ts";
import { sanitize } from "../../terminal/sanitize.ts";
import { truncate } from "../../terminal/width.ts";
import { markdownCode, markdownText } from "../escape.ts";
import { madeOfSummary, ownerName, ownerNote } from "../text/made-of.ts";

/** GitHub refuses comments over 65,536 characters; other hosts count bytes. */
const mostBytes = 60_000;

export function renderPackagesMarkdown(analysis: Analysis, rows: readonly PackageRow[]): string {
  for (const most of [rows.length, 200, 50, 10]) {
    const text = document(analysis, rows, most);
    if (Buffer.byteLength(text) <= mostBytes) return text;
  }
  return document(analysis, rows, 0);
}

function document(analysis: Analysis, rows: readonly PackageRow[], most: number): string {
  const { image, totals, packages, dockerfile } = analysis;
  const lines = [
    `### Ballast: ${markdownCode(truncate(sanitize(image.reference), 200))}`,
    "",
    `${formatBytes(totals.finalBytes)}: ${markdownText(madeOfSummary(packages))}`,
    "",
    "| Package | Version | Own | With its | Layer | Why |",
    "| --- | --- | ---: | ---: | ---: | --- |",
    ...rows.slice(0, most).map((row) => {
      const why = markdownText(truncate(sanitize(whyText(packages, row.index)), 120));
      const line = markdownText(truncate(sanitize(layerLine(dockerfile, row.layer)), 40));
      const name = markdownCode(truncate(sanitize(`${row.ecosystem} ${row.name}`), 100));
      return `| ${name} | ${markdownText(truncate(sanitize(row.version), 40))} | ${formatBytes(row.bytes)} | ${formatBytes(row.bytesWithDependents)} | ${row.layer}${line === "" ? "" : ` (${line})`} | ${why} |`;
    }),
  ];
  if (rows.length > most) lines.push("", `and ${formatCount(rows.length - most)} more`);
  return `${lines.join("\n")}\n`;
}

/** The section "Made of" of the report. */
export function madeOfMarkdown({ packages, totals }: Analysis, rows: number): string {
  const owners = packages.owners.filter(({ bytes }) => bytes > 0).slice(0, rows);
  if (owners.length === 0) return "";
  const lines = owners.map((owner) => {
    const name = markdownCode(truncate(sanitize(ownerName(packages, owner)), 100));
    const note = markdownText(truncate(sanitize(ownerNote(packages, owner)), 120));
    return `| ${name} | ${formatBytes(owner.bytes)} | ${formatPercent(owner.bytes / totals.finalBytes)} | ${note} |`;
  });
  return [
    `**Made of** ${markdownText(madeOfSummary(packages))}`,
    "",
    "| Owner | Bytes | Share | Why |",
    "| --- | ---: | ---: | --- |",
    ...lines,
  ].join("\n");
}
