/** What every text report says about one secret: where it is, what became of it, what to do. */
import { lineText, secretLocation } from "../../../analyzers/dockerfile/located.ts";
import type { DockerfileFacts } from "../../../analyzers/dockerfile/located.ts";
import { filePlace } from "../../../analyzers/secrets/findings/secret-finding.ts";
import type { SecretFinding, SecretLocation } from "../../../analyzers/secrets/findings/secret-finding.ts";
import type { Severity } from "../../base/severity.ts";
import type { Paint, Style } from "../../terminal/color.ts";
import { sanitize } from "../../terminal/sanitize.ts";
import { truncate, wrap } from "../../terminal/width.ts";

export const severityStyles: Readonly<Record<Severity, Style>> = {
  critical: ["bold", "red"],
  high: "red",
  medium: "yellow",
  low: "dim",
  info: "dim",
};

/** `present, from the base image` */
export function stateText({ state, inherited }: SecretFinding): string {
  return `${state}${inherited ? ", from the base image" : ""}`;
}

/** Where a secret was found, on one line: `layer 3, /app/.env line 2, key API_TOKEN`. Not sanitised. */
export function locationText(location: SecretLocation): string {
  const { surface, layer, line, key, platform } = location;
  const file = filePlace(location);
  const parts = [
    platform,
    layer === undefined ? undefined : `layer ${layer}`,
    `${file ?? surface.replaceAll("-", " ")}${file === undefined || line === undefined ? "" : ` line ${line}`}`,
    key === undefined ? undefined : `key ${key}`,
  ];
  return parts.filter((part) => part !== undefined).join(", ");
}

export interface SecretLinesOptions {
  readonly paint: Paint;
  /** Columns before the text, and columns of the text. */
  readonly indent: number;
  readonly width: number;
  /** Whether to show the command of the layer. */
  readonly commands: boolean;
  /** The Dockerfile whose lines are shown, if one was named. */
  readonly dockerfile?: DockerfileFacts | undefined;
}

/** The places, then the advice. */
export function placesAndAdvice(finding: SecretFinding, options: SecretLinesOptions): string[] {
  return [...places(finding, options), ...adviceLines(finding, options)];
}

export function places({ locations }: SecretFinding, { paint, indent, width, commands, dockerfile }: SecretLinesOptions): string[] {
  const margin = " ".repeat(indent);
  return locations.map((location) => {
    const by = !commands || location.createdBy === undefined ? "" : `  (${location.createdBy})`;
    const found = dockerfile === undefined ? null : secretLocation(dockerfile, location);
    const line = found === null ? "" : `, ${lineText(found)}`;
    return paint("dim", `${margin}${truncate(sanitize(locationText(location) + line + by), width)}`);
  });
}

export function adviceLines({ advice }: SecretFinding, { paint, indent, width }: SecretLinesOptions): string[] {
  return wrap(`→ ${sanitize(advice)}`, width).map((line) => paint("green", `${" ".repeat(indent)}${line}`));
}
