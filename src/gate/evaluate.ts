/** Judges an image: a pure function of analysis, settings, baseline and the time. */
import type { Analysis } from "../../analyzers/analysis.ts";
import { applyAllowList } from "../../analyzers/secrets/findings/allow-list.ts";
import { defined } from "../base/defined.ts";
import type { AllowEntry } from "../../analyzers/secrets/findings/allow-list.ts";
import { ruleKinds } from "../config/rule-schema.ts";
import type { RuleId, RuleSetting, Threshold } from "../config/rule-schema.ts";
import type { AllowedSecret, IgnoreEntry, Settings } from "../config/settings.ts";
import { sanitize } from "../terminal/sanitize.ts";
import { formatBytes, plural } from "../terminal/format-bytes.ts";
import { formatThreshold, formatValue } from "./format.ts";
import { ignoreList } from "./ignore.ts";
import type { IgnoreList } from "./ignore.ts";
import type { Measurement, Rule, RuleContext } from "./rule.ts";
import { rules } from "./rules.ts";
import type { Baseline, Evidence, GateResult, Level, RuleResult } from "./verdict.ts";

export interface GateInput {
  readonly analysis: Analysis;
  readonly settings: Pick<Settings, "rules" | "ignore" | "secretsAllow" | "sources">;
  readonly baseline: Baseline | null;
  /** `config` when secrets were looked for, but not in files; full when absent. */
  readonly secretsScan?: "config" | "full";
  /** Milliseconds since 1970. */
  readonly now: number;
}

export function evaluateGate({ analysis, settings, baseline, secretsScan = "full", now }: GateInput): GateResult {
  const ignore = ignoreList(settings.ignore, now);
  const allow = ignoreList(settings.secretsAllow, now);
  const seen = withoutAllowed(analysis, settings.secretsAllow, now);
  const results: RuleResult[] = [];
  for (const [id, setting] of settings.rules) {
    if (setting.fail === null && setting.warn === null && setting.surfaces === undefined) continue;
    const result = judge(id, setting, ignore, {
      analysis: seen.analysis,
      baseline,
      setting,
      secretsScan,
      now,
      ignored: (about) => ignore.covers(id, about),
    });
    if (setting.advisory !== true || result.status === "warn") results.push(result);
  }
  results.push(...expiredResult([...ignore.expired, ...allow.expired]));
  const status = results.some(counts("fail")) ? "fail" : results.some(counts("warn")) ? "warn" : "pass";
  return {
    status,
    rules: results,
    sentence: verdictSentence(status, results),
    sources: settings.sources,
    ignored: ignore.count + seen.allowed,
  };
}

/** Whether a result makes the verdict this bad. */
export function counts(level: Level): (result: RuleResult) => boolean {
  return (result) => result.status === level || (result.status === "unjudged" && result.level === level);
}

/** The analysis without the secrets that `secrets.allow` knows: what the gate judges and reports show. */
export function withoutAllowed(
  analysis: Analysis,
  entries: readonly AllowedSecret[],
  now: number,
): { readonly analysis: Analysis; readonly allowed: number } {
  if (analysis.secrets === null || entries.length === 0) return { analysis, allowed: 0 };
  const { findings, suppressed } = applyAllowList(analysis.secrets, entries.map(allowEntry), new Set(), new Date(now));
  return { analysis: { ...analysis, secrets: findings }, allowed: suppressed };
}

function allowEntry({ rule, path, fingerprint, key, expires, reason }: AllowedSecret): AllowEntry {
  return { reason, ...defined({ rule, path, fingerprint, key, expires }) };
}

function judge(id: RuleId, setting: RuleSetting, ignore: IgnoreList, context: RuleContext): RuleResult {
  const rule = rules[id];
  const base = {
    rule: id,
    title: rule.title,
    level: null,
    value: null,
    measured: "",
    fail: thresholdText(id, setting, "fail"),
    warn: thresholdText(id, setting, "warn"),
    because: setting.because,
    from: setting.from,
    note: null,
    evidence: [],
    fix: rule.fix,
  } as const;
  const whole = ignore.wholeRule(id);
  if (whole !== null) {
    const until = whole.expires === null ? "" : ` until ${whole.expires}`;
    return { ...base, status: "ignored", reason: `ignored by ${whole.from}${until}: ${whole.reason}` };
  }
  let last: Measurement = { value: 0 };
  for (const level of ["fail", "warn"] as const) {
    const threshold = setting[level];
    if (threshold === null && setting.surfaces === undefined) continue;
    const measured = rule.measure(context, threshold ?? setting.fail ?? setting.warn ?? true);
    if ("unjudged" in measured)
      return { ...base, status: "unjudged", level: unjudgedLevel(setting), measured: "not judged", reason: measured.unjudged };
    last = measured;
    if (isBelowFloor(measured, setting)) continue;
    if (broken(rule, id, measured, threshold, context, level)) {
      const text = measuredText(id, measured);
      return {
        ...base,
        status: level,
        value: measured.value,
        measured: text,
        reason: brokenReason(id, rule, measured, text, threshold),
        evidence: measured.evidence ?? [],
        note: measured.note ?? null,
      };
    }
  }
  const text = measuredText(id, last);
  const judged = { ...base, value: last.value, measured: text, note: last.note ?? null };
  if (last.incomplete !== undefined)
    return { ...judged, status: "unjudged", level: unjudgedLevel(setting), reason: `${text}, but ${last.incomplete}` };
  const floored = isBelowFloor(last, setting)
    ? `${text}, not judged as a part of so little: ${formatBytes(last.bytesBehind!)} behind it, and it counts from ${formatBytes(setting.unlessBelow!)} on`
    : null;
  return { ...judged, status: "pass", reason: floored ?? passReason(id, rule, text, setting) };
}

function isBelowFloor({ bytesBehind }: Measurement, { unlessBelow }: RuleSetting): boolean {
  return unlessBelow !== undefined && bytesBehind !== undefined && bytesBehind < unlessBelow;
}

function unjudgedLevel(setting: RuleSetting): Level {
  if (setting.unjudged !== null) return setting.unjudged;
  return setting.fail !== null || Object.values(setting.surfaces ?? {}).some(({ fail }) => fail !== null) ? "fail" : "warn";
}

function broken(
  rule: Rule,
  id: RuleId,
  measurement: Measurement,
  threshold: Threshold | null,
  context: RuleContext,
  level: Level,
): boolean {
  if (rule.breaks !== undefined) {
    return (threshold !== null || context.setting.surfaces !== undefined) && rule.breaks(measurement, threshold ?? true, context, level);
  }
  if (typeof threshold !== "number") throw new Error(`rule ${id} has no comparison for ${String(threshold)}`);
  // Strict, as dive is: equality passes.
  return rule.lowest === true ? measurement.value < threshold : measurement.value > threshold;
}

function measuredText(id: RuleId, measurement: Measurement): string {
  return measurement.text ?? formatValue(ruleKinds[id], measurement.value);
}

function thresholdText(id: RuleId, setting: RuleSetting, level: Level): string | null {
  const threshold = setting[level];
  const own = Object.entries(setting.surfaces ?? {}).flatMap(([surface, levels]) =>
    levels?.[level] ? [`${surface} ${levels[level]}`] : [],
  );
  const general = threshold === null ? [] : [formatThreshold(ruleKinds[id], threshold)];
  const floor = setting.unlessBelow === undefined || general.length === 0 ? [] : [`unless below ${formatBytes(setting.unlessBelow)}`];
  return general.length + own.length === 0 ? null : [...general, ...own, ...floor].join(", ");
}

function brokenReason(id: RuleId, rule: Rule, measurement: Measurement, text: string, threshold: Threshold | null): string {
  const kind = ruleKinds[id];
  if (typeof threshold !== "number")
    return kind === "switch"
      ? text
      : `${text}${measurement.evidence?.[0] === undefined ? "" : `; first: ${measurement.evidence[0].message}${placeOf(measurement.evidence[0])}`}`;
  const limit = formatThreshold(kind, threshold);
  const exact = limit === text ? ` (${measurement.value} against ${threshold})` : "";
  return `${text} is ${rule.lowest === true ? "less" : "more"} than ${limit}${exact}`;
}

function placeOf({ path }: Evidence): string {
  return path === undefined ? "" : ` (${path})`;
}

function passReason(id: RuleId, rule: Rule, text: string, setting: RuleSetting): string {
  const strictest = setting.warn ?? setting.fail;
  if (typeof strictest !== "number") return text;
  return `${text}, ${rule.lowest === true ? "at least" : "at most"} ${formatThreshold(ruleKinds[id], strictest)} wanted`;
}

function expiredResult(expired: readonly IgnoreEntry[]): RuleResult[] {
  if (expired.length === 0) return [];
  const evidence = expired.map(({ from, expires, reason }) => ({
    message: `the ignore entry at ${from} expired on ${expires}: ${reason}`,
  }));
  return [
    {
      rule: "expired-ignore",
      title: "Expired ignore entries",
      status: "fail",
      level: null,
      value: expired.length,
      measured: plural(expired.length, "expired entry", "expired entries"),
      fail: "0",
      warn: null,
      reason: evidence[0]!.message,
      because: null,
      from: expired[0]!.from,
      note: null,
      evidence,
      fix: "fix what it covered and delete the entry, or give it a new date",
    },
  ];
}

function verdictSentence(status: GateResult["status"], results: readonly RuleResult[]): string {
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
