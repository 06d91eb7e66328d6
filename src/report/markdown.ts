/** Markdown for a pull-request comment: the verdict first, details folded, all text from the image escaped. */
import type { Analysis } from "../../analyzers/analysis.ts";
import { filePlace } from "../../analyzers/secrets/findings/secret-finding.ts";
import type { SecretLocation } from "../../analyzers/secrets/findings/secret-finding.ts";
import { findingLocation, layerLine, lineText } from "../../analyzers/dockerfile/located.ts";
import { adviceForWaste, groupWaste } from "../../analyzers/waste/groups.ts";
import type { GateResult, RuleResult } from "../gate/verdict.ts";
import { formatPlatform } from "../image/platform.ts";
import { formatBytes, formatCount, formatPercent, plural } from "../terminal/format-bytes.ts";
import { truncate, truncateStart } from "../terminal/width.ts";
import { sanitize } from "../terminal/sanitize.ts";
import { markdownCode, markdownText } from "./escape.ts";
import { billMarkdown } from "./text/dockerfile-bill.ts";
import { madeOfMarkdown } from "./packages/markdown.ts";
import { unneededGroups } from "./text/unneeded.ts";
import type { ReportOptions } from "./options.ts";

/** GitHub refuses comments over 65,536 characters; other hosts count bytes. */
const mostBytes = 60_000;
const emblem = { pass: "✅", warn: "⚠️", fail: "❌", unjudged: "❔", ignored: "➖" } as const;

export function renderMarkdown(analysis: Analysis, options: ReportOptions): string {
  // With fewer rows until it fits: a comment cut in the middle of a table or a fold would break everything after it.
  for (const rows of [10, 5, 2, 0]) {
    const text = document(analysis, options, rows);
    if (Buffer.byteLength(text) <= mostBytes) return text;
  }
  const head = options.gate === undefined ? title(analysis) : verdict(options.gate, 0);
  return `${head}\n\nThe report is too long for a comment; \`--format json=FILE\` writes all of it.\n`;
}

function document(analysis: Analysis, { gate, baseline }: ReportOptions, rows: number): string {
  const sections = [
    gate === undefined ? title(analysis) : verdict(gate, rows),
    figures(analysis, baseline ?? null),
    madeOfMarkdown(analysis, rows),
    layers(analysis, rows * 3),
    rows === 0 ? "" : billMarkdown(analysis),
    waste(analysis, rows),
    leftovers(analysis, rows),
    secrets(analysis, rows),
    warnings(analysis, rows),
  ];
  return `${sections.filter((section) => section !== "").join("\n\n")}\n`;
}

const path = (text: string): string => markdownCode(truncateStart(sanitize(text), 120));
const command = (text: string): string => (text === "" ? "" : markdownCode(truncate(sanitize(text), 160)));
const row = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;

function table(head: readonly string[], align: readonly string[], rows: readonly (readonly string[])[]): string {
  return [row(head), row(align), ...rows.map(row)].join("\n");
}

function folded(summary: string, body: string): string {
  return `<details>\n<summary>${summary}</summary>\n\n${body}\n\n</details>`;
}

function title({ image }: Analysis): string {
  return `### Ballast: ${markdownCode(truncate(sanitize(image.reference), 200))}`;
}

function verdict(gate: GateResult, rows: number): string {
  const worst = [...gate.rules].sort((a, b) => order(a) - order(b));
  const broken = worst.filter(({ status }) => status !== "pass" && status !== "ignored");
  const kept = worst.filter((rule) => !broken.includes(rule));
  const parts = [`### ${emblem[gate.status]} Ballast: ${markdownText(truncate(sanitize(gate.sentence), 1000))}`];
  if (broken.length > 0) parts.push(ruleTable(broken), ...broken.flatMap((rule) => evidence(rule, rows)));
  if (kept.length > 0) parts.push(folded(`${plural(kept.length, "rule")} kept or ignored`, ruleTable(kept)));
  if (gate.ignored > 0) parts.push(`${plural(gate.ignored, "finding")} ignored by configuration.`);
  return parts.join("\n\n");
}

function order({ status }: RuleResult): number {
  return ["fail", "unjudged", "warn", "pass", "ignored"].indexOf(status);
}

function ruleTable(rules: readonly RuleResult[]): string {
  return table(
    ["", "Rule", "Measured", "Fails at", "Warns at", "Why"],
    ["---", "---", "---:", "---:", "---:", "---"],
    rules.map(({ status, rule, measured, fail, warn, reason, because, note }) => [
      emblem[status],
      markdownText(rule),
      markdownText(truncate(sanitize(measured), 80)),
      markdownText(truncate(fail ?? "", 80)),
      markdownText(truncate(warn ?? "", 80)),
      markdownText(truncate(sanitize([reason, because, note].filter((part) => part !== null).join(". ")), 400)),
    ]),
  );
}

function evidence(rule: RuleResult, rows: number): string[] {
  if (rule.evidence.length === 0 || rows === 0) return [];
  const items = rule.evidence.slice(0, rows).map((item) => {
    const place = item.path === undefined ? "" : `${path(item.path)} `;
    const size = item.bytes === undefined ? "" : ` (${formatBytes(item.bytes)})`;
    return `- ${place}${markdownText(truncate(sanitize(item.message), 300))}${size}`;
  });
  if (rule.evidence.length > rows) items.push(`- and ${formatCount(rule.evidence.length - rows)} more`);
  return [
    folded(
      `${markdownText(rule.rule)}: ${plural(rule.evidence.length, "finding")}`,
      `${items.join("\n")}\n\n${markdownText(`Fix: ${rule.fix}`)}.`,
    ),
  ];
}

function figures({ image, totals, efficiency, layers: all }: Analysis, baseline: ReportOptions["baseline"] | null): string {
  const now = [
    ["Uncompressed", totals.totalBytes, baseline?.totalBytes],
    ["Compressed", totals.compressedBytes, baseline?.compressedBytes],
    ["Shown in the end", totals.finalBytes, baseline?.finalBytes],
    ["Wasted", totals.wastedBytes, baseline?.wastedBytes],
  ] as const;
  const name = `${markdownCode(truncate(sanitize(image.reference), 120))} ${markdownText(formatPlatform(image.platform))}`;
  const bytes = (value: number | null | undefined): string => (value === null || value === undefined ? "not known" : formatBytes(value));
  if (!baseline) {
    const rows = [
      ...now.map(([label, value]) => [label, bytes(value)]),
      ["Efficiency", formatPercent(efficiency.score)],
      ["Layers", String(all.length)],
    ];
    return `${name}\n\n${table(["", "Now"], ["---", "---:"], rows)}`;
  }
  const rows = [
    ...now.map(([label, after, before]) => [label, bytes(before), bytes(after), change(before, after)]),
    ["Efficiency", formatPercent(baseline.score), formatPercent(efficiency.score), ""],
    ["Layers", String(baseline.layerCount), String(all.length), signed(all.length - baseline.layerCount, String)],
  ];
  return `${name} against ${markdownCode(truncate(sanitize(baseline.name), 120))}\n\n${table(["", "Before", "After", "Change"], ["---", "---:", "---:", "---:"], rows)}`;
}

function change(before: number | null | undefined, after: number | null): string {
  if (before === null || before === undefined || after === null) return "";
  const percent = before === 0 ? "" : ` (${signed(((after - before) / before) * 100, (value) => `${value.toFixed(1)} %`)})`;
  return `${signed(after - before, formatBytes)}${after === before ? "" : percent}`;
}

function signed(value: number, format: (value: number) => string): string {
  if (value === 0) return "±0";
  return value > 0 ? `+${format(value)}` : format(value);
}

function waste({ waste: all, layers: figuresOf, totals, dockerfile }: Analysis, rows: number): string {
  const groups = groupWaste(all).filter(({ bytes }) => bytes > 0);
  if (groups.length === 0 || rows === 0) return "";
  const createdBy = (layer: number): string => figuresOf[layer]?.createdBy ?? "";
  const body = table(
    ["Wasted", "Files", "Where", "Cause", "Layers", "Advice"],
    ["---:", "---:", "---", "---", "---", "---"],
    groups
      .slice(0, rows)
      .map((group) => [
        formatBytes(group.bytes),
        formatCount(group.files),
        path(group.path),
        group.cause,
        [...new Set([group.layer, group.supersededBy])].map((layer) => layerCell(dockerfile, layer)).join(" → "),
        markdownText(truncate(sanitize(adviceForWaste(group, createdBy)), 240)),
      ]),
  );
  const more = groups.length > rows ? `\n\nand ${formatCount(groups.length - rows)} more` : "";
  return `**Top waste** (${formatBytes(totals.wastedBytes)} in all)\n\n${body}${more}`;
}

/** `4`, or `4 (Dockerfile:12)`. */
function layerCell(dockerfile: Analysis["dockerfile"], layer: number): string {
  const line = layerLine(dockerfile, layer);
  return line === "" ? String(layer) : `${layer} (${markdownText(sanitize(line))})`;
}

function leftovers(analysis: Analysis, rows: number): string {
  const all = unneededGroups(analysis);
  if (all.length === 0 || rows === 0) return "";
  const items = all
    .slice(0, rows)
    .map(
      ({ title: name, bytes, advice }) =>
        `- ${markdownText(sanitize(name))}: ${formatBytes(bytes)}. ${markdownText(truncate(sanitize(advice), 300))}`,
    );
  if (all.length > items.length) items.push(`- and ${formatCount(all.length - items.length)} more`);
  return folded(`Not needed: ${plural(all.length, "finding")}`, items.join("\n"));
}

function secrets({ secrets: all, dockerfile }: Analysis, rows: number): string {
  if (all === null) return "Secrets were not looked for.";
  if (all.length === 0) return "";
  const items = all.slice(0, Math.max(rows * 2, 5)).map((finding) => {
    const { severity, title: name, redacted, locations, state } = finding;
    const location = dockerfile === undefined ? null : findingLocation(dockerfile, finding);
    const line = location === null ? "" : `, ${markdownText(sanitize(lineText(location)))}`;
    return `- **${severity}** ${markdownText(sanitize(name))} ${markdownCode(truncate(sanitize(redacted), 60))} in ${place(locations[0])}${line} (${markdownText(sanitize(state))})`;
  });
  if (all.length > items.length) items.push(`- and ${formatCount(all.length - items.length)} more`);
  return folded(`Secrets: ${plural(all.length, "finding")}`, items.join("\n"));
}

function place(location: SecretLocation | undefined): string {
  if (location === undefined) return "";
  const file = filePlace(location);
  return file === undefined ? markdownText(`${location.surface} ${location.key ?? ""}`.trim()) : path(file);
}

function layers({ layers: all, dockerfile }: Analysis, rows: number): string {
  if (rows === 0) return "";
  const shown = all.slice(-rows);
  const body = table(
    ["Layer", "Bytes", "Wasted", "Command"],
    ["---:", "---:", "---:", "---"],
    shown.map(({ index, bytes, wastedBytes, createdBy }) => [
      layerCell(dockerfile, index),
      formatBytes(bytes),
      formatBytes(wastedBytes),
      command(createdBy),
    ]),
  );
  return folded(`${plural(all.length, "layer")}${shown.length < all.length ? `, the top ${shown.length}` : ""}`, body);
}

function warnings({ warnings: all, incomplete, verified }: Analysis, rows: number): string {
  const lines = [
    ...(verified ? [] : ["The digests of this image were not verified."]),
    ...incomplete.slice(0, rows).map(({ what, reason }) => `not read whole (${what}): ${reason}`),
    ...all.slice(0, rows).map(({ code, message }) => `${message} [${code}]`),
  ];
  if (lines.length === 0) return "";
  return folded(
    plural(all.length + incomplete.length, "warning"),
    lines.map((line) => `- ${markdownText(truncate(sanitize(line), 300))}`).join("\n"),
  );
}
