/** The first tab: what the image is, what is wrong with it, and where to look first. */
import type { WasteCause } from "../../analyzers/analysis.ts";
import type { ShownAnalysis } from "../session.ts";
import { formatBytes, plural } from "../../src/terminal/format-bytes.ts";
import type { Role } from "../terminal/theme.ts";
import { safe } from "./document.ts";
import { ListCursor } from "./list-cursor.ts";
import { describeLocation, severityRole } from "./secrets.ts";

/** Where a finding leads. */
export interface FindingPlace {
  readonly tab: "waste" | "secrets" | "duplicates";
  /** Position of the finding in what the analysis lists. */
  readonly index: number;
}

export interface Finding extends FindingPlace {
  /** What is lost or leaked, in a word: bytes or a severity. */
  readonly badge: string;
  readonly role: Role;
  readonly text: string;
  readonly where: string;
}

/** Findings that are shown: more is no summary. */
const mostFindings = 5;
/** Of which secrets take at most so many, so that waste is seen too. */
const mostSecrets = 3;

export class SummaryModel {
  readonly cursor = new ListCursor();
  findings: readonly Finding[] = [];

  load(analysis: ShownAnalysis): void {
    this.findings = worstFindings(analysis);
    this.cursor.to(this.cursor.index, this.findings.length);
  }

  get selected(): Finding | null {
    return this.findings[this.cursor.index] ?? null;
  }
}

/** Leaked secrets first, then whatever costs most bytes. */
function worstFindings(analysis: ShownAnalysis): Finding[] {
  const secrets = (analysis.secrets ?? [])
    .map((finding, index) => ({ finding, index }))
    .filter(({ finding }) => severityRole(finding.severity) === "bad")
    .slice(0, mostSecrets)
    .map(({ finding, index }): Finding => ({
      tab: "secrets",
      index,
      badge: finding.severity,
      role: "bad",
      text: safe(finding.title),
      where: finding.locations[0] === undefined ? "" : describeLocation(finding.locations[0]),
    }));
  const costly = [
    ...analysis.wasteGroups.slice(0, mostFindings).map((group, index) => ({
      bytes: group.bytes,
      finding: {
        tab: "waste",
        index,
        badge: formatBytes(group.bytes),
        role: "barWaste",
        text: `${causeWords[group.cause]}, layer ${group.layer} → ${group.supersededBy}`,
        where: `${safe(group.path)}${group.files > 1 ? ` (${plural(group.files, "file")})` : ""}`,
      } as Finding,
    })),
    ...analysis.leftovers.slice(0, mostFindings).map((leftover, index) => ({
      bytes: leftover.bytes,
      finding: {
        tab: "duplicates",
        index,
        badge: formatBytes(leftover.bytes),
        role: "warning",
        text: `left behind: ${safe(leftover.title)}, layer ${leftover.layer}`,
        where: safe(leftover.paths[0] ?? ""),
      } as Finding,
    })),
    ...analysis.duplicates.slice(0, mostFindings).map((duplicate, index) => ({
      bytes: duplicate.bytes * (duplicate.paths.length - 1),
      finding: {
        tab: "duplicates",
        index: analysis.leftovers.length + index,
        badge: formatBytes(duplicate.bytes * (duplicate.paths.length - 1)),
        role: "warning",
        text: `the same content at ${plural(duplicate.paths.length, "path")}`,
        where: safe(duplicate.paths[0] ?? ""),
      } as Finding,
    })),
  ].toSorted((a, b) => b.bytes - a.bytes);
  return [...secrets, ...costly.filter(({ bytes }) => bytes > 0).map(({ finding }) => finding)].slice(0, mostFindings);
}

const causeWords: Readonly<Record<WasteCause, string>> = {
  overwritten: "overwritten",
  removed: "removed",
  metadata: "only metadata differs",
  identical: "the same again",
};

/** A part of the final image. */
export interface Part {
  readonly name: string;
  readonly bytes: number;
}
