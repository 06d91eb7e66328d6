/** Plans and results of rewriting as tables for people. */
import { lineText } from "../../../analyzers/dockerfile/located.ts";
import { predict } from "../../rewrite/plan/figures/predict.ts";
import type { Plan, Sizes } from "../../rewrite/plan/plan.ts";
import type { RewriteResult } from "../../rewrite/execute-plan.ts";
import { formatBytes, formatCount, formatPercent, plural } from "../../terminal/format-bytes.ts";
import { sanitize } from "../../terminal/sanitize.ts";
import { padEnd, padStart } from "../../terminal/width.ts";

export function renderPlan(plan: Plan): string {
  const rows = plan.steps.map(({ enabled, title, id, saving }) => [
    enabled ? "[x]" : "[ ]",
    `${title} (${id})`,
    change(saving.uncompressed),
    estimated(saving.compressed),
    estimated(saving.afterSharing),
  ]);
  const { before, after, exactness } = predict(plan);
  const details = plan.steps
    .filter(({ detail }) => detail !== "")
    .flatMap(({ enabled, id, detail, kept, lines: made }) => [
      `  ${enabled ? "" : "(off) "}${id}: ${detail}`,
      ...madeLines(made ?? []),
      ...keptLines(kept),
    ]);
  return lines(
    `plan for ${plan.image.reference} (${plan.image.platform})`,
    "",
    ...table(["", "step", "uncompressed", "compressed", "after sharing"], rows),
    "",
    ...details,
    "",
    ...sizesTable(
      { ...before, efficiency: null },
      { ...after, efficiency: null },
      { before: plan.figures.storedBytes === null, after: true },
    ),
    "",
    exactness === "exact"
      ? `uncompressed bytes are exact; compressed ones are estimates, ${boundOf(plan)}`
      : "all bytes are estimates: files that the kept layers may have already were not compared",
    "nothing was written",
  );
}

/** How far the estimate may be off. The sample is compressed with gzip -6; how other levels and zstd compare to that varies between images. */
function boundOf({ figures, settings: { compression } }: Plan): string {
  const { kind, level } = compression;
  if (kind === "none") return "within about 5 %";
  if (figures.ratioFrom !== "sample") return "from whole layers: off by up to a third";
  return kind === "gzip" && level >= 5 ? "within about 5 %" : "within about 25 %, as the sample is compressed with gzip";
}

export function renderResult(destination: string, result: RewriteResult, warnings: readonly string[] = []): string {
  const blocks = result.images.map(({ before, after, estimated }) => sizesTable(before, after, { before: estimated, after: false }));
  const estimates = result.images.some((image) => image.estimated);
  return lines(
    ...blocks.flatMap((block) => [...block, ""]),
    ...(estimates ? ["note: ~ counts layers that are written anew as gzip would make them: the original has them uncompressed"] : []),
    ...result.notes.map((note) => `note: ${note}`),
    ...warnings.map((warning) => `note: ${warning}`),
    result.verifiedPaths === null
      ? "verified: no (--no-verify): the result was not compared with the original"
      : `verified: ${formatCount(result.verifiedPaths)} paths`,
    ...(result.usedPaths === null || result.usedPaths === 0
      ? []
      : [`in use: ${formatCount(result.usedPaths)} paths that config, scripts and links name resolve as before`]),
    `written to ${destination}`,
  );
}

/** More are in the plan's JSON. */
const mostKept = 10;

function keptLines(kept: Plan["steps"][number]["kept"]): string[] {
  const rest = kept.length - mostKept;
  return [
    ...kept.slice(0, mostKept).map(({ path, why }) => `    kept ${path}: ${why}`),
    ...(rest > 0 ? [`    kept ${rest} more: see --plan FILE`] : []),
  ];
}

/** The lines of the Dockerfile whose files are removed, with their bytes. */
function madeLines(made: NonNullable<Plan["steps"][number]["lines"]>): string[] {
  const rows = made.toSorted((a, b) => b.bytes - a.bytes);
  const rest = rows.length - mostKept;
  return [
    ...rows.slice(0, mostKept).map(({ dockerfile, paths, bytes }) => {
      const what = paths === 0 ? "in the config" : `${plural(paths, "file")}, ${formatBytes(bytes)}`;
      return `    ${dockerfile === null ? "no known line" : lineText(dockerfile)}: ${what}`;
    }),
    ...(rest > 0 ? [`    and ${rest} more lines: see --plan FILE`] : []),
  ];
}

type Column = Sizes & { readonly efficiency: number | null };

function sizesTable(before: Column, after: Column, estimated: { readonly before: boolean; readonly after: boolean }): string[] {
  const marks = [estimated.before ? "~" : "", estimated.after ? "~" : ""] as const;
  const bytes = (value: number | null, prefix = ""): string => (value === null ? "unknown" : prefix + formatBytes(value));
  const row = (name: string, a: number | null, b: number | null, [first, second]: readonly [string, string]): string[] => [
    name,
    bytes(a, first),
    bytes(b, second),
    ratio(a, b),
  ];
  return table(
    ["", "before", estimated.after ? "after (predicted)" : "after", "change"],
    [
      ["layers", String(before.layers), String(after.layers), ""],
      row("uncompressed", before.uncompressed, after.uncompressed, ["", ""]),
      row("compressed", before.compressed, after.compressed, marks),
      row("after sharing", before.afterSharing, after.afterSharing, marks),
      ...(before.efficiency === null || after.efficiency === null
        ? []
        : [["efficiency", formatPercent(before.efficiency), formatPercent(after.efficiency), ""]]),
    ],
  );
}

function ratio(before: number | null, after: number | null): string {
  if (before === null || after === null || before === 0) return "";
  const part = (after - before) / before;
  return `${signOf(part)}${formatPercent(Math.abs(part))}`;
}

/** A saving makes the image smaller and is shown with a minus. */
function change(saved: number): string {
  return `${signOf(-saved)}${formatBytes(Math.abs(saved))}`;
}

function estimated(saved: number | null): string {
  if (saved === null) return "unknown";
  return saved === 0 ? change(saved) : `~${change(saved)}`;
}

function signOf(value: number): string {
  if (value === 0) return "";
  return value > 0 ? "+" : "-";
}

/** Text columns are aligned to the left, numbers to the right. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const all = [head, ...rows];
  const left = head[0] === "" && head[1] === "step" ? 2 : 1;
  const widths = head.map((_, column) => Math.max(...all.map((row) => row[column]!.length)));
  return all.map((row) =>
    row
      .map((cell, column) => (column < left ? padEnd(cell, widths[column]!) : padStart(cell, widths[column]!)))
      .join("  ")
      .trimEnd(),
  );
}

function lines(...all: readonly string[]): string {
  return `${all.map(sanitize).join("\n")}\n`;
}
