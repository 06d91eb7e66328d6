/** The `gate` object of the JSON report (`schema/check.schema.json`). */
import type { Analysis } from "../../../analyzers/analysis.ts";
import { evidenceLocation } from "../../../analyzers/dockerfile/located.ts";
import type { Baseline, Evidence, GateResult } from "../../gate/verdict.ts";

export function gateDocument(gate: GateResult, { dockerfile, secrets }: Pick<Analysis, "dockerfile" | "secrets">): Record<string, unknown> {
  const located = (item: Evidence): object =>
    dockerfile === undefined ? item : { ...item, dockerfile: evidenceLocation(dockerfile, secrets, item) };
  return {
    status: gate.status,
    sentence: gate.sentence,
    sources: gate.sources,
    ignored: gate.ignored,
    rules: gate.rules.map(({ rule, title, status, level, value, measured, fail, warn, reason, because, from, note, fix, evidence }) => ({
      rule,
      title,
      status,
      countsAs: status === "unjudged" ? level : null,
      // Infinity, where dive divides by zero, is not a JSON number.
      value: value !== null && Number.isFinite(value) ? value : null,
      measured,
      fail,
      warn,
      reason,
      because,
      from,
      note,
      fix,
      evidence: evidence.map(located),
    })),
  };
}

export function baselineDocument({
  name,
  totalBytes,
  finalBytes,
  wastedBytes,
  score,
  compressedBytes,
  layerCount,
}: Baseline): Record<string, unknown> {
  return { name, totalBytes, finalBytes, wastedBytes, score, compressedBytes, layerCount };
}
