/** The text report of `ballast secrets`: every finding with its places, state and advice. */
import type { DockerfileFacts } from "../../../analyzers/dockerfile/located.ts";
import type { SecretFinding } from "../../../analyzers/secrets/findings/secret-finding.ts";
import { worstFirst } from "../../base/severity.ts";
import type { Severity } from "../../base/severity.ts";
import { painter } from "../../terminal/color.ts";
import { plural } from "../../terminal/format-bytes.ts";
import { sanitize } from "../../terminal/sanitize.ts";
import { padEnd, truncate } from "../../terminal/width.ts";
import { placesAndAdvice, severityStyles, stateText } from "./secret-lines.ts";

export interface SecretsTextOptions {
  readonly columns: number;
  readonly color: boolean;
  /** Include findings of severity low and info. */
  readonly all: boolean;
  /** The Dockerfile whose lines are shown, if one was named. */
  readonly dockerfile?: DockerfileFacts | undefined;
  /** A baseline was given, and its findings left out. */
  readonly hasBaseline: boolean;
  /** Fingerprint → secret in clear, under --reveal. */
  readonly revealed?: ReadonlyMap<string, string>;
}

const minor: ReadonlySet<Severity> = new Set(["low", "info"]);

export function renderSecretsText(
  reference: string,
  findings: readonly SecretFinding[],
  incomplete: number,
  options: SecretsTextOptions,
): string {
  const paint = painter(options.color);
  const shown = options.all ? findings : findings.filter(({ severity }) => !minor.has(severity));
  const lines = [paint("bold", `${sanitize(reference)}: ${summary(findings, options.hasBaseline)}`)];
  for (const finding of shown) lines.push("", ...findingLines(finding));
  const hidden = findings.length - shown.length;
  if (hidden > 0) lines.push("", paint("dim", `${plural(hidden, "finding")} of low severity not shown; --all shows every one`));
  if (incomplete > 0) lines.push("", paint("yellow", `not fully scanned: ${plural(incomplete, "file")}; see the warnings`));
  return `${lines.join("\n")}\n`;

  function findingLines(finding: SecretFinding): string[] {
    const secret = options.revealed?.get(finding.fingerprint) ?? finding.redacted;
    const width = Math.max(options.columns - 10, 30);
    return [
      `${paint(severityStyles[finding.severity], padEnd(finding.severity, 10))}${truncate(`${sanitize(finding.title)}  ${sanitize(secret)}`, options.revealed === undefined ? width : 10_000)}`,
      `          ${stateText(finding)}`,
      ...placesAndAdvice(finding, { paint, indent: 10, width, commands: true, dockerfile: options.dockerfile }),
      paint("dim", `          ${finding.rule}, fingerprint ${finding.fingerprint}`),
    ];
  }
}

function summary(findings: readonly SecretFinding[], hasBaseline: boolean): string {
  if (findings.length === 0) return `no secrets found${hasBaseline ? " beyond the baseline" : ""}`;
  const counts = worstFirst
    .map((severity) => [severity, findings.filter((finding) => finding.severity === severity).length] as const)
    .filter(([, count]) => count > 0)
    .map(([severity, count]) => `${count} ${severity}`);
  return `${plural(findings.length, "secret")} (${counts.join(", ")})`;
}
