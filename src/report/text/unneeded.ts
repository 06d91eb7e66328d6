/** Leftovers and what no running image needs: one line each, and each piece of advice once for all the lines it applies to. */
import { layerLine } from "../../../analyzers/dockerfile/located.ts";
import type { Analysis, Leftover } from "../../../analyzers/analysis.ts";
import type { PackageFinding } from "../../../analyzers/packages/model.ts";
import { groupBy } from "../../base/group-by.ts";
import type { Paint } from "../../terminal/color.ts";
import { formatBytes, plural } from "../../terminal/format-bytes.ts";
import { sanitize } from "../../terminal/sanitize.ts";
import { padStart, truncate, truncateStart, wrap } from "../../terminal/width.ts";

const mostGroups = 10;
const mostNames = 6;
/** Fewer bytes than this are not worth a line with advice, unless everything was asked for. */
const leastBytes = 10_000;

export interface Unneeded {
  readonly title: string;
  readonly where: string;
  readonly bytes: number;
  /** Without the sentence about the bytes it saves. */
  readonly advice: string;
}

export function unneededLines(analysis: Analysis, paint: Paint, columns: number, all: boolean): string[] {
  const groups = unneededGroups(analysis);
  if (groups.length === 0) return [];
  const worth = all ? groups : groups.filter(({ bytes }) => bytes >= leastBytes).slice(0, mostGroups);
  const rest = groups.slice(worth.length);
  const sum = (rows: readonly Unneeded[]): number => rows.reduce((total, { bytes }) => total + bytes, 0);
  const lines = [paint("bold", `Not needed: ${formatBytes(sum(groups))} still in the final tree`)];
  for (const [advice, group] of groupBy(worth, ({ advice: text }) => text)) {
    for (const { title, where, bytes } of group) {
      const place = truncateStart(sanitize(where), Math.max(8, columns - 13 - title.length));
      lines.push(`${padStart(formatBytes(bytes), 9)}  ${truncate(title, columns - 11)}${paint("dim", `  ${place}`)}`);
    }
    lines.push(...wrap(sanitize(`→ ${advice}`), columns - 11).map((line) => paint("green", `${" ".repeat(11)}${line}`)));
  }
  if (rest.length > 0)
    lines.push(
      paint("dim", `           … and ${plural(rest.length, "smaller finding")} of ${formatBytes(sum(rest))}; --all shows every one`),
    );
  return lines;
}

/** Largest first. The same leftover in several layers counts as one when the advice is the same. */
export function unneededGroups({ leftovers, packages, dockerfile }: Analysis): Unneeded[] {
  const lines = (layers: readonly number[]): string => {
    const known = layers.map((layer) => layerLine(dockerfile, layer)).filter((line) => line !== "");
    return known.length === 0 ? "" : `, ${[...new Set(known)].join(", ")}`;
  };
  const groups = new Map<string, Leftover[]>();
  for (const leftover of leftovers) {
    const key = `${leftover.rule} ${withoutBytes(leftover.advice)}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [leftover]);
    else group.push(leftover);
  }
  const left = [...groups.values()].map((group) => ({
    title: `${group[0]!.title}, ${group.length === 1 ? "layer" : "layers"} ${group.map(({ layer }) => layer).join(", ")}${lines(group.map(({ layer }) => layer))}`,
    where: group[0]!.paths[0] ?? "",
    bytes: group.reduce((sum, { bytes }) => sum + bytes, 0),
    advice: withoutBytes(group[0]!.advice),
  }));
  const found = packages.findings.map((finding) => ({
    title: `${finding.title}${lines(finding.packages.slice(0, 1).map((index) => packages.packages[index]!.layer))}`,
    where: namesOf(finding, packages.packages),
    bytes: finding.bytes,
    advice: finding.aloneBytes > finding.bytes ? finding.advice.replace(/: saves [^;]*; /, ": saves ") : withoutBytes(finding.advice),
  }));
  return [...left, ...found].sort((a, b) => b.bytes - a.bytes);
}

/** Advice without the sentence about the bytes it saves. */
export function withoutBytes(advice: string): string {
  return advice.replace(/: saves \S+ [kMGTPE]?B$/, "");
}

function namesOf({ packages: indices, paths }: PackageFinding, packages: Analysis["packages"]["packages"]): string {
  if (indices.length === 0) return paths[0] ?? "";
  const names = indices.slice(0, mostNames).map((index) => packages[index]!.name);
  return `${names.join(" ")}${indices.length > names.length ? ` and ${indices.length - names.length} more` : ""}`;
}
