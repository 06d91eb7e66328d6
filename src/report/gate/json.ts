/** The `gate` object of the JSON report (`schema/check.schema.json`). */
import type { Baseline, GateResult } from "../../gate/verdict.ts";

export function gateDocument(gate: GateResult): Record<string, unknown> {
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
      // Infinity, where dive divides by zero, is no JSON number.
      value: value !== null && Number.isFinite(value) ? value : null,
      measured,
      fail,
      warn,
      reason,
      because,
      from,
      note,
      fix,
      evidence,
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
