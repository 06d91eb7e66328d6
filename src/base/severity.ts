/** How bad a finding is, and how sure. */

export type Severity = "critical" | "high" | "medium" | "low" | "info";
export type Confidence = "high" | "medium" | "low";

/** In ascending order. */
export const severities = ["info", "low", "medium", "high", "critical"] as const satisfies readonly Severity[];
export const worstFirst: readonly Severity[] = severities.toReversed();
/** In ascending order. */
export const confidences = ["low", "medium", "high"] as const satisfies readonly Confidence[];

/** High or critical. */
export function isGrave(severity: Severity): boolean {
  return severity === "high" || severity === "critical";
}

/** Higher is worse. */
export function severityRank(severity: Severity): number {
  return severities.indexOf(severity);
}
