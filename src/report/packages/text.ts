/** The listing of `ballast packages`: a table, the tree of which package brought which, or why one package is there. */
import type { Analysis } from "../../../analyzers/analysis.ts";
import { layerLine } from "../../../analyzers/dockerfile/located.ts";
import { chainOf, linkText, shortWhy, whyText } from "../../../analyzers/packages/why.ts";
import type { PackageAnalysis, PackageRow } from "../../../analyzers/packages/model.ts";
import { painter } from "../../terminal/color.ts";
import type { Paint } from "../../terminal/color.ts";
import { formatBytes, formatPercent, plural } from "../../terminal/format-bytes.ts";
import { sanitize } from "../../terminal/sanitize.ts";
import { padEnd, padStart, textWidth, truncate, wrap } from "../../terminal/width.ts";
import { commandOf } from "../text/layer-command.ts";
import { madeOfSummary } from "../text/made-of.ts";
import { unneededLines } from "../text/unneeded.ts";

export interface PackagesTextOptions {
  readonly columns: number;
  readonly color: boolean;
  /** Every row instead of the largest. */
  readonly all: boolean;
}

const mostRows = 40;
const mostWhys = 10;
/** With less room, reasons are shortened to a word or two. */
const wideColumns = 110;

/** Ends with a line end. */
export function renderPackagesText(analysis: Analysis, rows: readonly PackageRow[], options: PackagesTextOptions): string {
  const paint = painter(options.color);
  const columns = Math.max(60, options.columns);
  const unneeded = unneededLines({ ...analysis, leftovers: [] }, paint, columns, options.all);
  return `${[...head(analysis, paint, columns), "", ...table(analysis, rows, paint, columns, options.all), ...(unneeded.length === 0 ? [] : ["", ...unneeded])].join("\n")}\n`;
}

/** Each package below the one that brought it, by the bytes that would go with it. */
export function renderPackagesTree(analysis: Analysis, rows: readonly PackageRow[], options: PackagesTextOptions): string {
  const paint = painter(options.color);
  const columns = Math.max(60, options.columns);
  return `${[...head(analysis, paint, columns), "", ...treeLines(analysis, rows, paint, columns)].join("\n")}\n`;
}

/** Why the packages of this name are there: what asked for each, up to the command that a person wrote. */
export function renderWhy(analysis: Analysis, rows: readonly PackageRow[], options: PackagesTextOptions): string {
  const paint = painter(options.color);
  const columns = Math.max(60, options.columns);
  const shown = options.all ? rows : rows.slice(0, mostWhys);
  const rest =
    rows.length > shown.length ? [`… and ${plural(rows.length - shown.length, "more package")} of that name; --all shows every one`] : [];
  return `${[...shown.map((row) => whyLines(analysis, row, paint, columns).join("\n")), ...rest].join("\n\n")}\n`;
}

function head({ image, packages, totals }: Analysis, paint: Paint, columns: number): string[] {
  return [
    paint("bold", truncate(sanitize(image.reference), columns)),
    truncate(`  ${formatBytes(totals.finalBytes)} in the final tree: ${madeOfSummary(packages)}`, columns),
  ];
}

function table(analysis: Analysis, rows: readonly PackageRow[], paint: Paint, columns: number, every: boolean): string[] {
  const { packages: all, totals } = analysis;
  if (rows.length === 0) return ["  no package"];
  const shown = every ? rows : rows.slice(0, mostRows);
  const names = shown.map(labelOf);
  const isWide = columns >= wideColumns;
  const nameColumns = Math.min(isWide ? 32 : 25, Math.max(7, ...names.map(textWidth)));
  const versions = shown.map(({ version }) => sanitize(version));
  const versionColumns = Math.min(isWide ? 20 : 12, Math.max(7, ...versions.map(textWidth)));
  const layers = shown.map(({ layer }) => layerText(analysis, layer));
  const layerColumns = Math.max(5, ...layers.map(textWidth));
  const lines = [
    paint(
      "bold",
      `${padEnd("Package", nameColumns)} ${padEnd("Version", versionColumns)} ${padStart("Own", 9)} ${padStart("With its", 9)} ${padStart("Layer", layerColumns)}  Why`,
    ),
  ];
  const whyColumns = Math.max(8, columns - nameColumns - versionColumns - layerColumns - 24);
  for (const [at, row] of shown.entries()) {
    const cells = [
      padEnd(truncate(names[at]!, nameColumns), nameColumns),
      paint("dim", padEnd(truncate(versions[at]!, versionColumns), versionColumns)),
      padStart(formatBytes(row.bytes), 9),
      row.bytesWithDependents > row.bytes ? padStart(formatBytes(row.bytesWithDependents), 9) : paint("dim", padStart("·", 9)),
      padStart(layers[at]!, layerColumns),
    ];
    lines.push(
      `${cells.join(" ")}  ${paint("dim", truncate(sanitize(isWide ? whyText(all, row.index) : shortWhy(all, row.index)), whyColumns))}`.trimEnd(),
    );
  }
  const rest = rows.slice(shown.length);
  const bytes = rows.reduce((sum, row) => sum + row.bytes, 0);
  if (rest.length > 0) lines.push(paint("dim", `… and ${plural(rest.length, "more package")}; --all shows every one`));
  const share = totals.finalBytes === 0 ? "" : `, ${formatPercent(bytes / totals.finalBytes)} of the image`;
  lines.push("", `${plural(rows.length, "package")}: ${formatBytes(bytes)}${share}`);
  return lines;
}

/** Columns of a line of the Dockerfile. */
const lineColumns = 24;

/** `3`, with a Dockerfile `3 Dockerfile:12`. */
function layerText({ dockerfile }: Analysis, layer: number): string {
  return truncate(sanitize(`${layer} ${layerLine(dockerfile, layer)}`.trimEnd()), lineColumns);
}

function labelOf({ ecosystem, name }: PackageRow): string {
  return sanitize(["dpkg", "apk", "rpm", "pacman"].includes(ecosystem) ? name : `${ecosystem}:${name}`);
}

function treeLines({ packages }: Analysis, rows: readonly PackageRow[], paint: Paint, columns: number): string[] {
  const shown = new Set(rows.map(({ index }) => index));
  const children = new Map<number | null, PackageRow[]>();
  for (const row of rows.toSorted((a, b) => b.bytesWithDependents - a.bytesWithDependents || a.index - b.index)) {
    const by = row.reason.by !== null && shown.has(row.reason.by) ? row.reason.by : null;
    const group = children.get(by);
    if (group === undefined) children.set(by, [row]);
    else group.push(row);
  }
  const lines: string[] = [];
  const stack = (children.get(null) ?? []).toReversed().map((row) => ({ row, depth: 0 }));
  for (let top = stack.pop(); top !== undefined; top = stack.pop()) {
    lines.push(treeLine(packages, top.row, top.depth, paint, columns));
    for (const row of (children.get(top.row.index) ?? []).toReversed()) stack.push({ row, depth: top.depth + 1 });
  }
  return lines;
}

/** Deeper packages are indented no further, so that a long chain does not push names off the screen. */
const deepest = 12;

function treeLine(all: PackageAnalysis, row: PackageRow, depth: number, paint: Paint, columns: number): string {
  const size = padStart(formatBytes(row.bytesWithDependents), 9);
  const name = `${"  ".repeat(Math.min(depth, deepest))}${labelOf(row)} ${sanitize(row.version)}`;
  const why = whyInTree(all, row);
  const note = why === "" ? "" : `  ${sanitize(why)}`;
  const text = truncate(name, columns - 10);
  return `${size} ${text}${paint("dim", truncate(note, Math.max(0, columns - 10 - textWidth(text))))}`.trimEnd();
}

/** Why a package is there, beyond what its place in the tree shows. */
function whyInTree(all: PackageAnalysis, row: PackageRow): string {
  const by = row.reason.by === null ? undefined : all.packages[row.reason.by];
  if (by === undefined) return whyText(all, row.index);
  return row.reason.kind === "dependency" ? "" : linkText(row, by);
}

function whyLines(analysis: Analysis, row: PackageRow, paint: Paint, columns: number): string[] {
  const { packages, layers } = analysis;
  const title = `${labelOf(row)} ${sanitize(row.version)}`;
  const withOthers = row.bytesWithDependents > row.bytes ? `, ${formatBytes(row.bytesWithDependents)} with what only it brings` : "";
  const lines = [`${paint("bold", truncate(title, columns - 40))}  ${formatBytes(row.bytes)} in ${plural(row.files, "file")}${withOthers}`];
  const chain = chainOf(packages, row.index);
  for (const [at, link] of chain.slice(0, -1).entries()) lines.push(`  ${"  ".repeat(at)}${sanitize(linkText(link, chain[at + 1]!))}`);
  const root = chain.at(-1)!;
  const indent = "  ".repeat(Math.min(chain.length, deepest));
  const line = sanitize(layerLine(analysis.dockerfile, root.layer));
  const command = `${line === "" ? "" : `${line} `}${commandOf(layers[root.layer]!)}`;
  lines.push(`${indent}${sanitize(whyText(packages, root.index))}: ${truncate(command, Math.max(20, columns - 30))}`);
  const askers = packages.packages.filter(({ needs, recommends }) => needs.includes(row.index) || recommends.includes(row.index));
  if (askers.length > 0)
    lines.push(
      ...wrap(sanitize(`asked for by ${askers.map(({ name }) => name).join(", ")}`), columns - 2).map((line) => paint("dim", `  ${line}`)),
    );
  return lines;
}
