/** The secrets tab: findings by severity, never a secret itself. */
import { lineText, secretLocation } from "../../../analyzers/dockerfile/located.ts";
import type { DockerfileFacts } from "../../../analyzers/dockerfile/located.ts";
import type { SecretFinding, SecretLocation } from "../../../analyzers/secrets/findings/secret-finding.ts";
import { isGrave, worstFirst } from "../../../src/base/severity.ts";
import type { Severity } from "../../../src/base/severity.ts";
import { locationText } from "../../../src/report/text/secret-lines.ts";
import { plural } from "../../../src/terminal/format-bytes.ts";
import type { ShownAnalysis } from "../../session.ts";
import type { Role } from "../../terminal/theme.ts";
import { blank, field, paragraph, safe } from "../documents/document.ts";
import type { Line } from "../documents/document.ts";
import { GroupedList } from "./grouped-list.ts";

export class SecretsModel {
  readonly list = new GroupedList<SecretFinding>();
  /** Null until they are known, or when they were not searched. */
  findings: readonly SecretFinding[] | null = null;
  incomplete: ShownAnalysis["incomplete"] = [];
  #dockerfile: DockerfileFacts | undefined;

  load(analysis: ShownAnalysis): void {
    this.#dockerfile = analysis.dockerfile;
    this.findings = analysis.secrets;
    this.incomplete = analysis.incomplete;
    const groups = worstFirst.map((severity) => {
      const items = (analysis.secrets ?? []).filter((finding) => finding.severity === severity);
      return {
        key: severity,
        title: `${severity[0]!.toUpperCase()}${severity.slice(1)}`,
        bytes: null,
        size: items.length,
        items: () => items,
      };
    });
    this.list.setGroups(groups.filter((group) => group.size > 0));
  }

  /** Moves the cursor to a finding by its index in the analysis. */
  select(index: number): void {
    const finding = this.findings?.[index];
    if (finding !== undefined) this.list.selectItem(finding);
  }

  details(width: number): Line[] {
    const row = this.list.selected;
    if (row === null) return [];
    if (row.item === null) return paragraph(`${row.group.title}: ${plural(row.group.size, "finding")}`, width, "strong");
    const finding = row.item;
    return [
      ...paragraph(safe(finding.title), width, "strong"),
      blank,
      ...field("secret", safe(finding.redacted), width, severityRole(finding.severity)),
      ...field("severity", `${finding.severity}, confidence ${finding.confidence}`, width),
      ...field("state", safe(finding.state), width),
      ...finding.locations.flatMap((location, i) =>
        field(i === 0 ? "found in" : "", `${describeLocation(location)}${this.#lineOf(location)}`, width, "link"),
      ),
      ...field("rule", safe(finding.rule), width, "dim"),
      ...field("fingerprint", safe(finding.fingerprint), width, "dim"),
      ...(finding.inherited ? field("base image", "comes with the base image", width) : []),
      blank,
      ...paragraph(safe(finding.advice), width),
    ];
  }

  #lineOf(location: SecretLocation): string {
    const found = this.#dockerfile === undefined ? null : secretLocation(this.#dockerfile, location);
    return found === null ? "" : safe(`, ${lineText(found)}`);
  }
}

export function severityRole(severity: Severity): Role {
  if (isGrave(severity)) return "bad";
  return severity === "medium" ? "warning" : "dim";
}

/** Where a secret is, in one line. */
export function describeLocation(location: SecretLocation): string {
  return safe(locationText(location));
}
