/** Judges an image: a pure function of analysis, settings, baseline and the time. */
import type { Analysis } from "../../analyzers/analysis.ts";
import { applyAllowList } from "../../analyzers/secrets/findings/allow-list.ts";
import type { AllowEntry } from "../../analyzers/secrets/findings/allow-list.ts";
import { defined } from "../base/defined.ts";
import type { RuleId, RuleSetting } from "../config/rule-schema.ts";
import type { AllowedSecret, IgnoreEntry, Settings } from "../config/settings.ts";
import { plural } from "../terminal/format-bytes.ts";
import { ignoreList } from "./ignore.ts";
import type { IgnoreList } from "./ignore.ts";
import type { Measurement, RuleContext } from "./rule.ts";
import { rules } from "./rules.ts";
import type { Baseline, GateResult, IgnoredSecret, Level, RuleResult } from "./verdict.ts";
import { brokenReason, floorReason, measuredText, passReason, thresholdText, verdictSentence } from "./wording.ts";

export interface GateInput {
  readonly analysis: Analysis;
  readonly settings: Pick<Settings, "rules" | "ignore" | "secretsAllow" | "sources">;
  readonly baseline: Baseline | null;
  /** Milliseconds since 1970. */
  readonly now: number;
}

export function evaluateGate({ analysis, settings, baseline, now }: GateInput): GateResult {
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
      now,
      ignored: (about) => ignore.covers(id, about),
    });
    if (setting.advisory !== true || result.status === "warn") results.push(result);
  }
  results.push(...expiredResult([...ignore.expired, ...allow.expired]));
  const status = (["fail", "warn"] as const).find((level) => results.some(counts(level))) ?? "pass";
  return {
    status,
    rules: results,
    sentence: verdictSentence(status, results),
    sources: settings.sources,
    // Read here, because the next line looks up more and would count it.
    ignored: ignore.count + seen.allowed,
    ignoredSecrets: ignoredSecrets(seen.analysis, ignore),
    unusedIgnores: ignore.unused.map(({ from }) => from),
  };
}

function ignoredSecrets({ secrets }: Analysis, ignore: IgnoreList): IgnoredSecret[] {
  return (secrets ?? []).flatMap(({ fingerprint, locations }) =>
    locations
      .filter(({ path }) => ignore.covers("secrets", defined({ path, fingerprint })))
      .map(({ path = null }) => ({ fingerprint, path })),
  );
}

/** Whether a result brings the verdict to this level. */
export function counts(level: Level): (result: RuleResult) => boolean {
  return (result) => result.status === level || (result.status === "unjudged" && result.level === level);
}

/** The analysis without the secrets that `secrets.allow` lists: what the gate judges and reports show. */
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
    if (isBelowFloor(measured, setting) || !isBroken(id, measured, level, context)) continue;
    // A warning about what was read does not hide that the rule might fail on the rest.
    if (level === "warn" && measured.incomplete !== undefined && unjudgedLevel(setting) === "fail") break;
    const { value, evidence = [], note = null } = measured;
    const text = measuredText(id, measured);
    return { ...base, status: level, value, measured: text, reason: brokenReason(id, rule, measured, text, threshold), evidence, note };
  }
  const text = measuredText(id, last);
  const judged = { ...base, value: last.value, measured: text, note: last.note ?? null };
  if (last.incomplete !== undefined) {
    const reason = `${text}, but ${last.incomplete}`;
    return { ...judged, status: "unjudged", level: unjudgedLevel(setting), reason, evidence: last.evidence ?? [] };
  }
  return {
    ...judged,
    status: "pass",
    reason: isBelowFloor(last, setting) ? floorReason(text, last, setting) : passReason(id, rule, text, setting),
  };
}

/** Whether the bytes behind a ratio are too few for it to mean anything (`unless-below`). */
function isBelowFloor({ bytesBehind }: Measurement, { unlessBelow }: RuleSetting): boolean {
  return unlessBelow !== undefined && bytesBehind !== undefined && bytesBehind < unlessBelow;
}

function unjudgedLevel(setting: RuleSetting): Level {
  if (setting.unjudged !== null) return setting.unjudged;
  return setting.fail !== null || Object.values(setting.surfaces ?? {}).some(({ fail }) => fail !== null) ? "fail" : "warn";
}

function isBroken(id: RuleId, measurement: Measurement, level: Level, context: RuleContext): boolean {
  const rule = rules[id];
  const threshold = context.setting[level];
  if (rule.breaks !== undefined) {
    return (threshold !== null || context.setting.surfaces !== undefined) && rule.breaks(measurement, threshold ?? true, context, level);
  }
  if (typeof threshold !== "number") throw new Error(`rule ${id} has no comparison for ${String(threshold)}`);
  // Strict, as dive is: equality passes.
  return rule.lowest === true ? measurement.value < threshold : measurement.value > threshold;
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
