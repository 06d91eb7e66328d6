/** What the image is made of: its largest owners, with bars and shares. */
import type { Analysis } from "../../../analyzers/analysis.ts";
import type { Owner, PackageAnalysis } from "../../../analyzers/packages/model.ts";
import { shortWhy, whyText } from "../../../analyzers/packages/why.ts";
import type { Paint } from "../../terminal/color.ts";
import { formatBytes, formatPercent, plural } from "../../terminal/format-bytes.ts";
import { sanitize } from "../../terminal/sanitize.ts";
import { padEnd, padStart, truncate } from "../../terminal/width.ts";
import { sizeBar } from "./size-bar.ts";

const mostOwners = 10;
const nameColumns = 28;
const barColumns = 10;
/** With less room, reasons are shortened to a word or two. */
const leastWhyColumns = 40;

export function madeOfLines({ packages, totals }: Analysis, paint: Paint, columns: number, all: boolean): string[] {
  const owners = packages.owners.filter(({ bytes }) => bytes > 0);
  if (owners.length === 0) return [];
  const shown = all ? owners : owners.slice(0, mostOwners);
  const largest = owners[0]!.bytes;
  const lines = [paint("bold", truncate(`Made of: ${madeOfSummary(packages)}`, columns))];
  const whyColumns = columns - barColumns - nameColumns - 24;
  for (const owner of shown) {
    const row = [
      paint("cyan", sizeBar(owner.bytes / largest, barColumns)),
      padStart(formatBytes(owner.bytes), 9),
      padStart(formatPercent(owner.bytes / totals.finalBytes), 7),
      ` ${padEnd(truncate(sanitize(ownerName(packages, owner)), nameColumns), nameColumns)}`,
      paint("dim", truncate(sanitize(ownerNote(packages, owner, whyColumns < leastWhyColumns)), Math.max(8, whyColumns))),
    ];
    lines.push(`  ${row.join(" ").trimEnd()}`);
  }
  const rest = owners.slice(shown.length);
  if (rest.length > 0) {
    const bytes = rest.reduce((sum, owner) => sum + owner.bytes, 0);
    const figures = `${padStart(formatBytes(bytes), 9)} ${padStart(formatPercent(bytes / totals.finalBytes), 7)}`;
    const text = `${plural(rest.length, "more owner")}, see \`ballast packages\``;
    lines.push(paint("dim", truncate(`${" ".repeat(barColumns + 2)} ${figures}  ${text}`, columns)));
  }
  return lines;
}

/** `312 packages (dpkg 180, npm 132), 61.2 MB in no package`. */
export function madeOfSummary({ packages, unownedBytes }: PackageAnalysis): string {
  const counts = new Map<string, number>();
  for (const { ecosystem, within } of packages) if (within === null) counts.set(ecosystem, (counts.get(ecosystem) ?? 0) + 1);
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  const kinds = [...counts].sort((a, b) => b[1] - a[1]).map(([name, count]) => `${name} ${count}`);
  const unowned = unownedBytes > 0 ? `, ${formatBytes(unownedBytes)} in no package` : "";
  return `${plural(total, "package")}${counts.size > 0 ? ` (${kinds.join(", ")})` : ""}${unowned}`;
}

/** `libc6`, `npm:express`, `/opt/google-cloud-sdk`: a package of the system has no prefix. */
export function ownerName({ packages }: PackageAnalysis, { package: index, name }: Owner): string {
  if (index === null) return name;
  const { ecosystem } = packages[index]!;
  return ["dpkg", "apk", "rpm", "pacman"].includes(ecosystem) ? name : `${ecosystem}:${name}`;
}

export function ownerNote(packages: PackageAnalysis, { package: index, files }: Owner, isShort = false): string {
  if (index === null) return `unowned, ${plural(files, "file")}`;
  return isShort ? shortWhy(packages, index) : whyText(packages, index);
}
