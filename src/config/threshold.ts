import { parseByteSize } from "../base/text/byte-size.ts";
import { globProblem } from "../base/text/glob.ts";
import { splitGlobs } from "../base/text/glob-syntax.ts";
import { suggestion } from "../base/text/nearest.ts";
import { shorten } from "../base/text/shorten.ts";
import { severities, severityRank } from "../base/severity.ts";
import type { Severity } from "../base/severity.ts";
import { packageNameProblem } from "../base/text/package-name.ts";
import { flooredRuleIds, listKinds, ruleKinds } from "./rule-schema.ts";
import type { RuleId, RuleSetting, Threshold, ThresholdKind } from "./rule-schema.ts";

const offWords = new Set(["off", "disabled", "false"]);
/** Words that people write instead of `off`. */
const nearlyOff = /^(?:no|none|never|disable)$/i;

/**
 * A threshold of that kind from what YAML, a flag or a variable holds; null when it is switched off. `fail` is called with what is wrong.
 */
export function parseThreshold(kind: ThresholdKind, raw: unknown, fail: (what: string) => never): Threshold | null {
  // An empty value is an unset variable or a line whose rest is commented out. Taking it for off would silently disable a rule.
  if (raw === null || (typeof raw === "string" && raw.trim() === "")) fail('has no value; "off" switches the rule off');
  if (!listKinds.has(kind) && typeof raw === "string" && nearlyOff.test(raw.trim()))
    fail(`cannot be ${show(raw)}; "off" switches the rule off`);
  if (raw === false || (typeof raw === "string" && offWords.has(raw.trim().toLowerCase()))) return null;
  switch (kind) {
    case "ratio":
      return ratio(raw, fail);
    case "bytes":
      return bytes(raw, fail);
    case "count":
      return count(raw, fail);
    case "percent":
      return percent(raw, fail);
    case "severity":
      return severity(raw, fail);
    case "paths":
    case "names":
    case "packages":
      return list(kind, raw, fail);
    case "switch":
      return raw === true || raw === "true" ? true : fail(`takes true or off, not ${show(raw)}`);
  }
}

/** Bytes of `unless-below`. */
export function parseFloor(id: RuleId, raw: unknown, fail: (what: string) => never): number {
  if (!flooredRuleIds.has(id)) fail("is not a ratio, so unless-below says nothing beside it");
  return bytes(raw, (what) => fail(`unless-below ${what}`));
}

function ratio(raw: unknown, fail: (what: string) => never): number {
  const value = typeof raw === "string" && raw.trim().endsWith("%") ? decimal(raw.trim().slice(0, -1)) / 100 : decimal(raw);
  if (Number.isNaN(value)) fail(`takes a ratio from 0 to 1, or a percentage like "10%", not ${show(raw)}`);
  if (value < 0 || value > 1) fail(`must lie between 0 and 1 (or 0% and 100%), not ${show(raw)}`);
  return value;
}

function bytes(raw: unknown, fail: (what: string) => never): number {
  const value = typeof raw === "string" ? parseByteSize(raw.trim()) : raw;
  if (typeof value !== "number" || !Number.isFinite(value)) fail(`takes bytes, as a number or like "20MB" or "20MiB", not ${show(raw)}`);
  if (value < 0) fail(`cannot be negative: ${show(raw)}`);
  return value;
}

function count(raw: unknown, fail: (what: string) => never): number {
  const value = decimal(raw);
  if (!Number.isInteger(value) || value < 0) fail(`takes a whole number of at least 0, not ${show(raw)}`);
  return value;
}

function percent(raw: unknown, fail: (what: string) => never): number {
  const value = decimal(typeof raw === "string" ? raw.trim().replace(/\s*%$/, "") : raw);
  if (!Number.isFinite(value)) fail(`takes a percentage like 5 or "5%", not ${show(raw)}`);
  if (value < 0) fail(`cannot be negative: ${show(raw)}`);
  return value;
}

function severity(raw: unknown, fail: (what: string) => never): string {
  const found = severities.find((name) => name === raw);
  return found ?? fail(`takes a severity, not ${show(raw)}${suggestion(String(raw), severities)}`);
}

/** Text is a comma-separated list, in a file as in a flag: as a single name it would match nothing. */
function list(kind: "paths" | "names" | "packages", raw: unknown, fail: (what: string) => never): readonly string[] {
  const items = typeof raw === "string" ? splitGlobs(raw).map((item) => item.trim()) : raw;
  const what = kind === "paths" ? "paths or globs" : "names";
  if (!Array.isArray(items) || items.length === 0) return fail(`takes a list of ${what}, not ${show(raw)}`);
  for (const item of items) {
    if (typeof item !== "string" || item === "") fail(`takes a list of ${what}, and ${show(item)} is not one`);
    if (item.trim() !== item)
      fail(`takes a list of ${what}, and ${show(item)} begins or ends with a blank (one that is meant is written [ ])`);
    const misnamed = kind === "packages" ? packageNameProblem(item) : null;
    if (misnamed !== null) fail(`takes names of packages, and ${show(item)} ${misnamed}`);
    if (kind !== "paths") continue;
    if (!item.startsWith("/") && !item.startsWith("**"))
      fail(`takes absolute paths or globs, and ${show(item)} begins with neither / nor **`);
    const problem = globProblem(item);
    if (problem !== null) fail(`takes globs, and ${show(item)} ${problem}`);
  }
  return items as string[];
}

function decimal(raw: unknown): number {
  if (typeof raw === "number") return raw;
  return typeof raw === "string" && /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(raw.trim()) ? Number(raw) : NaN;
}

/** What is wrong with a warning that could only come after the failure; else null. */
export function contradiction(id: RuleId, { fail, warn }: Pick<RuleSetting, "fail" | "warn">): string | null {
  const kind = ruleKinds[id];
  if (fail === null || warn === null || listKinds.has(kind) || kind === "switch") return null;
  const rank = (threshold: Threshold): number => (kind === "severity" ? severityRank(threshold as Severity) : Number(threshold));
  const isLower = kind === "severity" || (id !== "efficiency" && id !== "lowestEfficiency");
  const comesLater = isLower ? rank(warn) > rank(fail) : rank(warn) < rank(fail);
  return comesLater ? `warns at ${show(warn)} only after it fails at ${show(fail)}` : null;
}

/** A value as messages show it. */
export function show(raw: unknown): string {
  // JSON has no word for `.inf` and `.nan`.
  const text = typeof raw === "number" ? String(raw) : (JSON.stringify(raw) ?? String(raw));
  return shorten(text, 60);
}
