/** What a survey keeps of one image's analysis: figures, no tree. */
import type { Analysis } from "../analysis.ts";
import type { Severity } from "../../src/base/severity.ts";

export interface ImageFigures {
  readonly totalBytes: number;
  readonly finalBytes: number;
  readonly wastedBytes: number;
  readonly efficiency: number;
  readonly leftoverBytes: number;
  /** What equal files at different paths take beyond one of each. */
  readonly duplicateBytes: number;
  readonly unneededBytes: number;
  readonly packages: number;
  /** Findings by severity; null when secrets were not looked for. */
  readonly secrets: Readonly<Record<Severity, number>> | null;
  /** By dive's own formulas. */
  readonly dive: { readonly efficiency: number; readonly wastedBytes: number; readonly wastedUserPercent: number | null };
  readonly base: { readonly layers: number; readonly from: string; readonly reference: string | null };
  /** Digests, sizes and diff IDs held. */
  readonly verified: boolean;
  /** Files of which not everything was looked at. */
  readonly incomplete: number;
  readonly warnings: number;
}

export function figuresOf({ totals, efficiency, leftovers, duplicates, packages, secrets, base, ...rest }: Analysis): ImageFigures {
  const { dive } = efficiency;
  return {
    totalBytes: totals.totalBytes,
    finalBytes: totals.finalBytes,
    wastedBytes: totals.wastedBytes,
    efficiency: efficiency.score,
    leftoverBytes: sum(leftovers.map(({ bytes }) => bytes)),
    duplicateBytes: sum(duplicates.map(({ bytes, paths }) => bytes * (paths.length - 1))),
    unneededBytes: sum(packages.findings.map(({ bytes }) => bytes)),
    packages: packages.packages.length,
    secrets: secrets === null ? null : countBySeverity(secrets),
    dive: { efficiency: dive.efficiency, wastedBytes: dive.wastedBytes, wastedUserPercent: dive.wastedUserPercent },
    base: { layers: base.layers, from: base.from, reference: base.reference },
    verified: rest.verified,
    incomplete: rest.incomplete.length,
    warnings: rest.warnings.length,
  };
}

function countBySeverity(findings: readonly { readonly severity: Severity }[]): Record<Severity, number> {
  const counts: Record<Severity, number> = { critical: 0, high: 0, medium: 0, low: 0, info: 0 };
  for (const { severity } of findings) counts[severity] += 1;
  return counts;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
