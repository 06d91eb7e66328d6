/** The first tab: what the image is, what is wrong with it, and where to look first. */
import type { WasteCause } from "../../../analyzers/analysis.ts";
import type { ShownAnalysis } from "../../session.ts";
import { formatBytes, plural } from "../../../src/terminal/format-bytes.ts";
import type { Role } from "../../terminal/theme.ts";
import { safe } from "../documents/document.ts";
import { ListCursor } from "../list-cursor.ts";
import { isGrave } from "../../../src/base/severity.ts";
import { describeLocation } from "./secrets.ts";

/** Where a finding leads. */
export interface FindingPlace {
  readonly tab: "waste" | "secrets" | "duplicates";
  /** Index of the finding in the analysis. */
  readonly index: number;
}

export interface Finding extends FindingPlace {
  /** The cost in a word: bytes, or the severity of a leak. */
  readonly badge: string;
  readonly role: Role;
  readonly text: string;
  readonly where: string;
  /** The layers concerned. */
  readonly layers: readonly number[];
}

/** How many findings are shown; more would not be a summary. */
const mostFindings = 5;
/** At most this many of them are secrets, so that waste is visible too. */
const mostSecrets = 3;

/** One list of the findings and, below them, the layers. */
export class SummaryModel {
  readonly cursor = new ListCursor();
  findings: readonly Finding[] = [];
  #layers = 0;

  load(analysis: ShownAnalysis): void {
    // A cursor that has not been moved goes to the worst finding.
    const layer = this.cursor.index === 0 ? null : this.layer;
    this.findings = worstFindings(analysis);
    this.fit(analysis.layers.length);
    // When findings are added above a layer, the cursor stays on the layer.
    if (layer !== null) this.cursor.to(this.findings.length + layer, this.count);
  }

  fit(layers: number): void {
    this.#layers = layers;
    this.cursor.fit(this.count, this.count);
  }

  get count(): number {
    return this.findings.length + this.#layers;
  }

  get selected(): Finding | null {
    return this.findings[this.cursor.index] ?? null;
  }

  /** The layer under the cursor; null while the cursor is on a finding. */
  get layer(): number | null {
    const index = this.cursor.index - this.findings.length;
    return index >= 0 && index < this.#layers ? index : null;
  }

  /** The layers of the findings: first of the selected one, then of those that cost bytes (the command explains it), then of secrets. */
  get aboutLayers(): readonly number[] {
    const ofSecretsLast = this.findings.toSorted((a, b) => Number(a.tab === "secrets") - Number(b.tab === "secrets"));
    return [...new Set([...(this.selected?.layers ?? []), ...ofSecretsLast.flatMap(({ layers }) => layers)])];
  }
}

/** Leaked secrets first, then what costs the most bytes. */
function worstFindings(analysis: ShownAnalysis): Finding[] {
  const costly = [...wasteFindings(analysis), ...leftoverFindings(analysis), ...duplicateFindings(analysis)]
    .filter(({ bytes }) => bytes > 0)
    .toSorted((a, b) => b.bytes - a.bytes);
  return [...secretFindings(analysis), ...costly.map(({ finding }) => finding)].slice(0, mostFindings);
}

interface CostlyFinding {
  readonly bytes: number;
  readonly finding: Finding;
}

function secretFindings({ secrets }: ShownAnalysis): Finding[] {
  return (secrets ?? [])
    .map((finding, index) => ({ finding, index }))
    .filter(({ finding }) => isGrave(finding.severity))
    .slice(0, mostSecrets)
    .map(({ finding, index }) => ({
      tab: "secrets",
      index,
      badge: finding.severity,
      role: "bad",
      text: safe(finding.title),
      where: finding.locations[0] === undefined ? "" : describeLocation(finding.locations[0]),
      layers: finding.locations.slice(0, 1).flatMap(({ layer }) => layer ?? []),
    }));
}

function wasteFindings({ wasteGroups }: ShownAnalysis): CostlyFinding[] {
  return wasteGroups.slice(0, mostFindings).map((group, index) => ({
    bytes: group.bytes,
    finding: {
      tab: "waste",
      index,
      badge: formatBytes(group.bytes),
      role: "barWaste",
      text: `${causeWords[group.cause]}, layer ${group.layer} → ${group.supersededBy}`,
      where: `${safe(group.path)}${group.files > 1 ? ` (${plural(group.files, "file")})` : ""}`,
      layers: [group.layer, group.supersededBy],
    },
  }));
}

function leftoverFindings({ leftovers }: ShownAnalysis): CostlyFinding[] {
  return leftovers.slice(0, mostFindings).map((leftover, index) => ({
    bytes: leftover.bytes,
    finding: {
      tab: "duplicates",
      index,
      badge: formatBytes(leftover.bytes),
      role: "warning",
      text: `left behind: ${safe(leftover.title)}, layer ${leftover.layer}`,
      where: safe(leftover.paths[0] ?? ""),
      layers: [leftover.layer],
    },
  }));
}

/** Their indexes in the tab follow those of the leftovers. */
function duplicateFindings({ duplicates, leftovers }: ShownAnalysis): CostlyFinding[] {
  return duplicates.slice(0, mostFindings).map((duplicate, index) => {
    const bytes = duplicate.bytes * (duplicate.paths.length - 1);
    return {
      bytes,
      finding: {
        tab: "duplicates",
        index: leftovers.length + index,
        badge: formatBytes(bytes),
        role: "warning",
        text: `the same content at ${plural(duplicate.paths.length, "path")}`,
        where: safe(duplicate.paths[0] ?? ""),
        layers: [],
      },
    };
  });
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
