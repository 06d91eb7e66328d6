/** The report a person reads: fits 80 columns, uses more when there are more. */
import type { Analysis } from "../../../analyzers/analysis.ts";
import { layerLine } from "../../../analyzers/dockerfile/located.ts";
import { adviceForWaste, groupWaste } from "../../../analyzers/waste/groups.ts";
import type { WasteGroup } from "../../../analyzers/waste/groups.ts";
import { groupBy } from "../../base/group-by.ts";
import { formatPlatform } from "../../image/platform.ts";
import { painter } from "../../terminal/color.ts";
import type { Paint } from "../../terminal/color.ts";
import { formatBytes, formatCount, formatPercent, plural } from "../../terminal/format-bytes.ts";
import { sanitize } from "../../terminal/sanitize.ts";
import { padEnd, padStart, truncate, truncateStart, wrap } from "../../terminal/width.ts";
import { billLines } from "./dockerfile-bill.ts";
import { commandOf } from "./layer-command.ts";
import { sizeBar } from "./size-bar.ts";
import { madeOfLines } from "./made-of.ts";
import { secretLines } from "./secrets-section.ts";
import { unneededLines, withoutBytes } from "./unneeded.ts";

export interface TextOptions {
  readonly columns: number;
  readonly color: boolean;
  /** Print every row instead of the largest. */
  readonly all: boolean;
}

const mostRows = 10;
const mostWarnings = 20;
const barColumns = 10;

/** Ends with a line end. */
export function renderText(analysis: Analysis, options: TextOptions): string {
  const paint = painter(options.color);
  const context: Context = { analysis, paint, columns: Math.max(60, options.columns), all: options.all };
  const sections = [
    head(context),
    madeOfLines(analysis, paint, context.columns, options.all),
    layerTable(context),
    billLines(analysis, paint, context.columns),
    wasteSection(context),
    duplicateSection(context),
    unneededLines(analysis, paint, context.columns, options.all),
    secretLines(context.analysis, paint, context.columns, context.all),
    warningSection(context),
  ];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join("\n"))
    .join("\n\n")}\n`;
}

interface Context {
  readonly analysis: Analysis;
  readonly paint: Paint;
  readonly columns: number;
  readonly all: boolean;
}

function head({ analysis, paint, columns }: Context): string[] {
  const { image, totals, efficiency, base } = analysis;
  const { user } = efficiency;
  const about = [
    image.transport,
    formatPlatform(image.platform),
    image.config.created?.slice(0, 10),
    image.manifestDigest ?? image.configDigest,
  ];
  const lines = [
    paint("bold", truncate(sanitize(image.reference), columns)),
    paint("dim", truncate(sanitize(about.filter((text) => text !== undefined).join("  ")), columns)),
    "",
    figure(
      "Stored",
      `${formatBytes(totals.totalBytes)} in ${plural(image.layers.length, "layer")}${compressedNote(totals.compressedBytes)}`,
    ),
    figure("Shown", `${formatBytes(totals.finalBytes)} in the final tree of ${plural(analysis.tree.liveCount, "path")}`),
    figure(
      "Wasted",
      paint(
        totals.wastedBytes > 0 ? "yellow" : "green",
        `${formatBytes(totals.wastedBytes)}, efficiency ${formatPercent(efficiency.score)}`,
      ),
    ),
  ];
  if (base.layers > 0) {
    const how = { guess: "a guess", annotation: "by annotation", flag: "by --base", none: "" }[base.from];
    lines.push(
      figure(
        "Yours",
        `${formatBytes(user.bytes)} above the base of ${plural(base.layers, "layer")} (${how}), ${formatBytes(user.wastedBytes)} of it wasted`,
      ),
    );
  }
  const transferred = image.transferredBytes();
  if (transferred !== null) lines.push(figure("Fetched", formatBytes(transferred)));
  if (!analysis.verified) lines.push(figure("Verified", paint("yellow", "no: digests were not checked")));
  return lines;
}

function figure(label: string, text: string): string {
  return `  ${padEnd(label, 9)} ${text}`;
}

function compressedNote(bytes: number | null): string {
  return bytes === null ? "" : `, ${formatBytes(bytes)} compressed`;
}

function layerTable({ analysis, paint, columns }: Context): string[] {
  const { layers, base } = analysis;
  const largest = Math.max(1, ...layers.map(({ bytes }) => bytes));
  const indexColumns = String(layers.length - 1).length;
  const fixed = indexColumns + barColumns + 2 * 9 + 6;
  const title = `${padStart("#", indexColumns)}  ${padEnd("", barColumns)} ${padStart("Size", 9)} ${padStart("Waste", 9)}  Command`;
  const lines = [paint("bold", title)];
  for (const layer of layers) {
    const waste = padStart(layer.wastedBytes === 0 ? "·" : formatBytes(layer.wastedBytes), 9);
    lines.push(
      [
        `${padStart(String(layer.index), indexColumns)} `,
        paint("cyan", sizeBar(layer.bytes / largest, barColumns)),
        padStart(formatBytes(layer.bytes), 9),
        `${layer.wastedBytes > 0 ? paint("yellow", waste) : paint("dim", waste)} `,
        truncate(`${lineBefore(analysis, layer.index)}${commandOf(layer)}`, columns - fixed),
      ].join(" "),
    );
    if (layer.index === base.layers - 1 && layer.index < layers.length - 1)
      lines.push(paint("dim", "─".repeat(Math.min(columns, fixed + 20))));
  }
  return lines;
}

/** `Dockerfile:12 ` in front of the command, where the line is known. */
function lineBefore({ dockerfile }: Analysis, layer: number): string {
  const line = layerLine(dockerfile, layer);
  return line === "" ? "" : `${sanitize(line)} `;
}

function wasteSection({ analysis, paint, columns, all }: Context): string[] {
  if (analysis.waste.length === 0) return [];
  const groups = groupWaste(analysis.waste);
  const shown = all ? groups : groups.slice(0, mostRows);
  const createdBy = (layer: number): string => analysis.layers[layer]!.createdBy;
  const lines = [
    paint("bold", `Waste: ${formatBytes(analysis.totals.wastedBytes)} in ${plural(analysis.waste.length, "file")} that no container sees`),
  ];
  const adviceOf = (group: WasteGroup): string => withoutBytes(adviceForWaste(group, createdBy));
  for (const [advice, alike] of groupBy(shown, adviceOf)) {
    for (const group of alike) lines.push(...wasteLines(analysis, group, paint, columns));
    const saves = alike.reduce((sum, { bytes }) => sum + bytes, 0);
    lines.push(...indented(`→ ${advice}: saves ${formatBytes(saves)}`, columns).map((line) => paint("green", line)));
  }
  return [...lines, ...more(groups.length - shown.length, "group", paint)];
}

function wasteLines(analysis: Analysis, group: WasteGroup, paint: Paint, columns: number): string[] {
  const what = group.files === 1 ? "" : `  ${plural(group.files, "file")}`;
  const where = `${group.cause}, stored by layer ${group.layer}, ${group.cause === "removed" ? "gone with" : "again in"} layer ${group.supersededBy}`;
  const places = [group.layer, group.supersededBy].map((layer) => layerLine(analysis.dockerfile, layer)).filter((text) => text !== "");
  return [
    `${padStart(formatBytes(group.bytes), 9)}  ${truncateStart(sanitize(group.path), columns - 11 - what.length)}${paint("dim", what)}`,
    ...indented(places.length === 0 ? where : `${where} (${[...new Set(places)].join(", ")})`, columns).map((line) => paint("dim", line)),
  ];
}

function duplicateSection({ analysis, paint, columns, all }: Context): string[] {
  const { duplicates } = analysis;
  if (duplicates.length === 0) return [];
  const shown = all ? duplicates : duplicates.slice(0, mostRows);
  const bytes = duplicates.reduce((total, { bytes, paths }) => total + bytes * (paths.length - 1), 0);
  const lines = [paint("bold", `Duplicates: ${formatBytes(bytes)} in copies of ${plural(duplicates.length, "file")}`)];
  for (const { bytes: each, paths } of shown) {
    const size = padStart(formatBytes(each * (paths.length - 1)), 9);
    const others = paths.length > 2 ? ` and ${formatCount(paths.length - 2)} more` : "";
    const room = Math.max(10, Math.floor((columns - 14 - others.length) / 2));
    const [first, second] = paths.slice(0, 2).map((path) => truncateStart(sanitize(path), room));
    lines.push(`${size}  ${first} = ${second}${paint("dim", others)}`);
  }
  return [...lines, ...more(duplicates.length - shown.length, "file", paint)];
}

function warningSection({ analysis, paint, columns, all }: Context): string[] {
  const rows = [
    ...analysis.warnings.map(({ code, message, layer }) => `${layer === undefined ? "" : `layer ${layer}: `}${message} [${code}]`),
    ...analysis.incomplete.map(
      ({ what, reason, layer, path }) =>
        `not fully scanned for ${what}: ${layer === undefined ? "" : `layer ${layer} `}${path ?? ""} (${reason})`,
    ),
  ];
  if (rows.length === 0) return [];
  const shown = all ? rows : rows.slice(0, mostWarnings);
  const lines = shown.flatMap((row) =>
    wrap(sanitize(row), columns - 4).map((line, index) => `${index === 0 ? paint("yellow", "  ! ") : "    "}${line}`),
  );
  return [paint("bold", plural(rows.length, "warning")), ...lines, ...more(rows.length - shown.length, "warning", paint)];
}

function indented(text: string, columns: number): string[] {
  return wrap(sanitize(text), columns - 11).map((line) => `${" ".repeat(11)}${line}`);
}

function more(count: number, what: string, paint: Paint): string[] {
  return count > 0 ? [paint("dim", `           … and ${plural(count, `more ${what}`, `more ${what}s`)}; --all shows every one`)] : [];
}
