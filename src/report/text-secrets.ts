import type { Analysis } from "../../analyzers/analysis.ts";
import type { SecretFinding, SecretLocation } from "../../analyzers/secrets/findings/secret-finding.ts";
import type { Severity } from "../../analyzers/secrets/match/secret-hit.ts";
import type { Paint, Style } from "../terminal/color.ts";
import { plural } from "../terminal/format-bytes.ts";
import { sanitize } from "../terminal/sanitize.ts";
import { padEnd, truncate, wrap } from "../terminal/width.ts";

const mostFindings = 20;
const severityStyles: Readonly<Record<Severity, Style>> = {
  critical: ["bold", "red"],
  high: "red",
  medium: "yellow",
  low: "dim",
  info: "dim",
};

/** The secrets section of the text report; empty when secrets were not looked for. */
export function secretLines(analysis: Analysis, paint: Paint, columns: number, all: boolean): string[] {
  const { secrets } = analysis;
  if (secrets === null) return [];
  if (secrets.length === 0) return [paint("bold", "Secrets: none found")];
  const shown = all ? secrets : secrets.slice(0, mostFindings);
  const lines = [paint("bold", `Secrets: ${plural(secrets.length, "finding")}`)];
  for (const finding of shown) lines.push(...findingLines(finding, paint, columns));
  if (shown.length < secrets.length)
    lines.push(paint("dim", `           … and ${secrets.length - shown.length} more; --all shows every one`));
  return lines;
}

function findingLines(finding: SecretFinding, paint: Paint, columns: number): string[] {
  const title = `${finding.title}  ${sanitize(finding.redacted)}  ${finding.state}${finding.inherited ? ", from the base image" : ""}`;
  return [
    `${paint(severityStyles[finding.severity], padEnd(` ${finding.severity}`, 9))}  ${truncate(title, columns - 11)}`,
    ...finding.locations.map((location) => paint("dim", `           ${truncate(sanitize(locationText(location)), columns - 11)}`)),
    ...wrap(`→ ${sanitize(finding.advice)}`, columns - 11).map((line) => paint("green", `           ${line}`)),
  ];
}

/** Where a secret was found, on one line: `layer 3, /app/.env line 2, key API_TOKEN`. Not sanitised. */
export function locationText({ surface, layer, path, line, key, platform }: SecretLocation): string {
  const parts = [
    platform,
    layer === undefined ? undefined : `layer ${layer}`,
    path === undefined ? surface.replaceAll("-", " ") : line === undefined ? path : `${path} line ${line}`,
    key === undefined ? undefined : `key ${key}`,
  ];
  return parts.filter((part) => part !== undefined).join(", ");
}
