import type { Analysis } from "../../../analyzers/analysis.ts";
import type { SecretFinding } from "../../../analyzers/secrets/findings/secret-finding.ts";
import type { Severity } from "../../base/severity.ts";
import type { Paint } from "../../terminal/color.ts";
import { plural } from "../../terminal/format-bytes.ts";
import { sanitize } from "../../terminal/sanitize.ts";
import { padEnd, truncate } from "../../terminal/width.ts";
import { adviceLines, places, severityStyles, stateText } from "./secret-lines.ts";

const mostFindings = 20;

const minor: ReadonlySet<Severity> = new Set(["low", "info"]);

/** The secrets section of the text report; empty when secrets were not looked for. Minor findings are counted in one line. */
export function secretLines(analysis: Analysis, paint: Paint, columns: number, all: boolean): string[] {
  const { secrets } = analysis;
  if (secrets === null) return [];
  const known = analysis.warnings.find(({ code }) => code === "secrets-known")?.count ?? 0;
  if (secrets.length === 0) return [paint("bold", known === 0 ? "Secrets: none found" : `Secrets: none but ${known} known before`)];
  const major = all ? secrets : secrets.filter(({ severity }) => !minor.has(severity));
  const shown = all ? major : major.slice(0, mostFindings);
  const lines = [paint("bold", `Secrets: ${plural(secrets.length, "finding")}`)];
  for (const [index, finding] of shown.entries())
    lines.push(...findingLines(finding, shown[index + 1], { paint, columns, dockerfile: analysis.dockerfile }));
  const hidden = [
    major.length > shown.length ? `${major.length - shown.length} more` : "",
    secrets.length > major.length ? `${secrets.length - major.length} of low severity` : "",
  ].filter((text) => text !== "");
  if (hidden.length > 0) lines.push(paint("dim", `           … and ${hidden.join(" and ")}; --all shows every one`));
  return lines;
}

interface Layout {
  readonly paint: Paint;
  readonly columns: number;
  readonly dockerfile: Analysis["dockerfile"];
}

/** Advice that several findings in a row share is printed once, below the last of them. */
function findingLines(finding: SecretFinding, next: SecretFinding | undefined, { paint, columns, dockerfile }: Layout): string[] {
  const title = `${finding.title}  ${sanitize(finding.redacted)}  ${stateText(finding)}`;
  const options = { paint, indent: 11, width: columns - 11, commands: false, dockerfile };
  return [
    `${paint(severityStyles[finding.severity], padEnd(` ${finding.severity}`, 9))}  ${truncate(title, columns - 11)}`,
    ...places(finding, options),
    ...(next?.advice === finding.advice ? [] : adviceLines(finding, options)),
  ];
}
