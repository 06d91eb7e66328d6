/** Two images compared, for a comment on a pull request. */
import { differs } from "../../../analyzers/diff/image-diff.ts";
import type { ImageDiff } from "../../../analyzers/diff/image-diff.ts";
import { formatBytes, formatCount, plural } from "../../terminal/format-bytes.ts";
import { sanitize, sanitizeLines } from "../../terminal/sanitize.ts";
import { truncate, truncateStart } from "../../terminal/width.ts";
import { lineText } from "../../../analyzers/dockerfile/located.ts";
import { changeCounts, detailOf, difference, signedBytes } from "./text.ts";
import { markdownCode, markdownText } from "../escape.ts";

const mostBytes = 60_000;

export function renderDiffMarkdown(diff: ImageDiff): string {
  for (const rows of [40, 15, 5, 0]) {
    const text = document(diff, rows);
    if (Buffer.byteLength(text) <= mostBytes) return text;
  }
  return `### Ballast: ${changeCounts(diff.files.changes)}\n\nThe report is too long for a comment; \`--format json=FILE\` writes all of it.\n`;
}

const code = (text: string, columns = 120): string => markdownCode(truncate(sanitize(text), columns));
const row = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
const folded = (summary: string, body: string): string => `<details>\n<summary>${summary}</summary>\n\n${body}\n\n</details>`;

function document(diff: ImageDiff, rows: number): string {
  const sections = [
    head(diff),
    layers(diff),
    dockerfileLines(diff, rows),
    directories(diff, rows),
    packages(diff, rows),
    config(diff, rows),
    paths(diff, rows),
    texts(diff, rows),
  ];
  return `${sections.filter((section) => section !== "").join("\n\n")}\n`;
}

function head(diff: ImageDiff): string {
  const { before, after, files } = diff;
  const title = differs(diff) ? changeCounts(files.changes) : "no differences";
  return `### Ballast: ${title}\n\n${code(before.name)} ${formatBytes(files.bytesBefore)} → ${code(after.name)} ${formatBytes(files.bytesAfter)} (**${signedBytes(files.bytesAfter - files.bytesBefore)}**)`;
}

function layers({ layers: all }: ImageDiff): string {
  if (all === null) return "";
  const shared = all.after.filter((layer) => layer.shared).length;
  return `${shared} of ${plural(all.after.length, "layer")} shared; with the first image at hand a client pulls ${plural(all.pull.layers, "layer")}, ${formatBytes(all.pull.bytes)}${all.pull.compressed ? "" : " uncompressed"}.`;
}

function dockerfileLines({ lines }: ImageDiff, rows: number): string {
  if (lines === undefined || lines.changes.length === 0 || rows === 0) return "";
  const side = (bytes: number | null): string => (bytes === null ? "" : formatBytes(bytes));
  return [
    row(["Line", "Before", "After", "Instruction"]),
    row(["---", "---:", "---:", "---"]),
    ...lines.changes
      .slice(0, rows)
      .map(({ dockerfile, text, bytesBefore, bytesAfter }) =>
        row([markdownText(sanitize(lineText(dockerfile))), side(bytesBefore), side(bytesAfter), code(text)]),
      ),
  ].join("\n");
}

function directories({ files }: ImageDiff, rows: number): string {
  const shown = files.directories.slice(0, Math.min(rows, 10));
  if (shown.length === 0) return "";
  return [
    row(["Directory", "Change"]),
    row(["---", "---:"]),
    ...shown.map(({ path, bytesBefore, bytesAfter }) => row([code(path), signedBytes(bytesAfter - bytesBefore)])),
  ].join("\n");
}

function packages({ packages: all }: ImageDiff, rows: number): string {
  if (all.length === 0 || rows === 0) return "";
  const items = all
    .slice(0, rows)
    .map(
      ({ manager, name, change, before, after, bytesBefore, bytesAfter }) =>
        `- ${change} ${manager} ${code(name)} ${markdownText(truncate(sanitize(change === "changed" ? `${before.join(", ")} → ${after.join(", ")}` : [...before, ...after].join(", ")), 120))}${bytesAfter === bytesBefore ? "" : ` (${signedBytes(bytesAfter - bytesBefore)})`}`,
    );
  return folded(`Packages: ${plural(all.length, "change")}`, [...items, ...more(all.length, rows)].join("\n"));
}

function config({ config: all, history }: ImageDiff, rows: number): string {
  if (all.length + history.length === 0 || rows === 0) return "";
  const side = (text: string | null): string => (text === null ? "none" : code(text));
  const items = [
    ...all.slice(0, rows).map(({ field, before, after }) => `- ${code(field)}: ${side(before)} → ${side(after)}`),
    ...history.slice(0, rows).map(({ change, text }) => `- history ${change}: ${code(text)}`),
  ];
  return folded(`Config and history: ${plural(all.length + history.length, "change")}`, items.join("\n"));
}

function paths({ files }: ImageDiff, rows: number): string {
  if (files.changes.length === 0 || rows === 0) return "";
  const largest = [...files.changes].sort((a, b) => Math.abs(difference(b)) - Math.abs(difference(a))).slice(0, rows);
  const items = largest.map(
    (change) =>
      `- ${change.change} ${markdownCode(truncateStart(sanitize(change.path), 120))} ${signedBytes(difference(change))}${markdownText(truncate(detailOf(change), 160))}`,
  );
  return folded(`Paths: ${changeCounts(files.changes)}`, [...items, ...more(files.changes.length, rows)].join("\n"));
}

function texts({ texts: all }: ImageDiff, rows: number): string {
  if (rows === 0) return "";
  return all
    .slice(0, rows)
    .map(({ path, patch, reason }) => folded(code(path), patch === null ? markdownText(reason ?? "") : fenced(sanitizeLines(patch))))
    .join("\n\n");
}

/** A code block whose fence is longer than any in the text, so that the text cannot end it. */
function fenced(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}diff\n${text.trimEnd()}\n${fence}`;
}

function more(count: number, rows: number): string[] {
  return count > rows ? [`- and ${formatCount(count - rows)} more`] : [];
}
