import type { Analysis } from "../../analyzers/analysis.ts";
import type { SecretFinding } from "../../analyzers/secrets/findings/secret-finding.ts";
import type { Paint } from "../terminal/color.ts";
import { plural } from "../terminal/format-bytes.ts";
import { sanitize } from "../terminal/sanitize.ts";
import { padEnd, truncate } from "../terminal/width.ts";
import { placesAndAdvice, severityStyles, stateText } from "./secret-lines.ts";

const mostFindings = 20;

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
  const title = `${finding.title}  ${sanitize(finding.redacted)}  ${stateText(finding)}`;
  return [
    `${paint(severityStyles[finding.severity], padEnd(` ${finding.severity}`, 9))}  ${truncate(title, columns - 11)}`,
    ...placesAndAdvice(finding, { paint, indent: 11, width: columns - 11, commands: false }),
  ];
}
