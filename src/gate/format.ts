/** Figures and thresholds as reports print them. */
import type { Threshold, ThresholdKind } from "../config/rule-schema.ts";
import { formatBytes, formatCount, formatPercent } from "../terminal/format-bytes.ts";

export function formatValue(kind: ThresholdKind, value: number): string {
  switch (kind) {
    case "ratio":
      return formatPercent(value);
    case "bytes":
      return formatBytes(value);
    case "percent":
      return `${value > 0 ? "+" : ""}${value.toFixed(Math.abs(value) < 10 ? 2 : 1)} %`;
    case "severity":
      return value === 0 ? "none found" : `${formatCount(value)} found`;
    case "count":
    case "paths":
    case "names":
    case "packages":
    case "switch":
      return formatCount(value);
  }
}

export function formatThreshold(kind: ThresholdKind, threshold: Threshold): string {
  if (threshold === true) return "not allowed";
  if (typeof threshold === "string") return `${threshold} and above`;
  if (typeof threshold !== "number") return threshold.join(", ");
  // Every digit that was typed is shown, unlike in measured values.
  if (kind === "ratio") return `${Number((threshold * 100).toPrecision(12))} %`;
  return kind === "percent" ? `${threshold} %` : formatValue(kind, threshold);
}
