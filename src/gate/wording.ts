/** The gate's sentences: what was measured, what was wanted, and the verdict. */
import { ruleKinds } from "../config/rule-schema.ts";
import type { RuleId, RuleSetting, Threshold } from "../config/rule-schema.ts";
import { formatBytes, plural } from "../terminal/format-bytes.ts";
import { sanitize } from "../terminal/sanitize.ts";
import { formatThreshold, formatValue } from "./format.ts";
import type { Measurement, Rule } from "./rule.ts";
import type { Evidence, GateResult, Level, RuleResult } from "./verdict.ts";

export function measuredText(id: RuleId, measurement: Measurement): string {
  return measurement.text ?? formatValue(ruleKinds[id], measurement.value);
}

/** The threshold of a level, including those for single surfaces; null where none is set. */
export function thresholdText(id: RuleId, setting: RuleSetting, level: Level): string | null {
  const threshold = setting[level];
  const own = Object.entries(setting.surfaces ?? {}).flatMap(([surface, levels]) =>
    levels?.[level] ? [`${surface} ${levels[level]}`] : [],
  );
  const general = threshold === null ? [] : [formatThreshold(ruleKinds[id], threshold)];
  const floor = setting.unlessBelow === undefined || general.length === 0 ? [] : [`unless below ${formatBytes(setting.unlessBelow)}`];
  return general.length + own.length === 0 ? null : [...general, ...own, ...floor].join(", ");
}

/** Why a rule is broken: its figure next to the threshold, or the first item found. */
export function brokenReason(id: RuleId, rule: Rule, measurement: Measurement, text: string, threshold: Threshold | null): string {
  const kind = ruleKinds[id];
  if (typeof threshold !== "number") {
    const first = measurement.evidence?.[0];
    return kind === "switch" || first === undefined ? text : `${text}; first: ${first.message}${placeOf(first)}`;
  }
  const limit = formatThreshold(kind, threshold);
  const exact = limit === text ? ` (${measurement.value} against ${threshold})` : "";
  return `${text} is ${rule.lowest === true ? "less" : "more"} than ${limit}${exact}`;
}

/** Where it is, unless the message already says so. */
function placeOf({ path, message }: Evidence): string {
  return path === undefined || message.includes(path) ? "" : ` (${path})`;
}

export function floorReason(text: string, { bytesBehind }: Measurement, { unlessBelow }: RuleSetting): string {
  return `${text}, not judged as a part of so little: ${formatBytes(bytesBehind ?? 0)} behind it, and it counts from ${formatBytes(unlessBelow ?? 0)} on`;
}

export function passReason(id: RuleId, rule: Rule, text: string, setting: RuleSetting): string {
  const strictest = setting.warn ?? setting.fail;
  if (typeof strictest !== "number") return text;
  return `${text}, ${rule.lowest === true ? "at least" : "at most"} ${formatThreshold(ruleKinds[id], strictest)} wanted`;
}

export function verdictSentence(status: GateResult["status"], results: readonly RuleResult[]): string {
  const judged = results.filter((result) => result.status !== "ignored");
  if (results.length === 0) return "Passed: no rule is set.";
  if (judged.length === 0) return "Passed: every rule is ignored.";
  const list = (some: readonly RuleResult[]): string => some.map(({ rule, reason }) => `${rule}: ${sanitize(reason)}`).join("; ");
  const failed = judged.filter((result) => result.status === "fail");
  const warned = judged.filter((result) => result.status === "warn");
  const unjudged = judged.filter((result) => result.status === "unjudged");
  const parts = [];
  if (failed.length > 0) parts.push(`${failed.length} of ${plural(judged.length, "rule")} failed (${list(failed)})`);
  if (unjudged.length > 0) parts.push(`${unjudged.length} could not be judged (${list(unjudged)})`);
  if (warned.length > 0) parts.push(`${plural(warned.length, "warning")} (${list(warned)})`);
  if (status === "fail") return `Failed: ${parts.join(", ")}.`;
  if (status === "warn") return `Passed with warnings: ${parts.join(", ")}.`;
  return `Passed: ${judged.length === 1 ? "the one rule holds" : `all ${judged.length} rules hold`}.`;
}
