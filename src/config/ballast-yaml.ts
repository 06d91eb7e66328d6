/** `.ballast.yaml` */
import { parseDay } from "../base/text/date-time.ts";
import { globProblem } from "../base/text/glob.ts";
import { suggestion } from "../base/text/nearest.ts";
import { confidences } from "../base/severity.ts";
import type { Severity } from "../base/severity.ts";
import { divergenceCodes } from "../image/warning.ts";
import { defaultSets, flooredRuleIds, leftoverCategories, ruleIds, ruleKinds, surfaces } from "./rule-schema.ts";
import type { DefaultSet, RuleId, RuleSetting, SecretThresholds, SurfaceName, Threshold } from "./rule-schema.ts";
import { views } from "./settings.ts";
import type { AllowedSecret, IgnoreEntry, Settings } from "./settings.ts";
import { contradiction, parseFloor, parseThreshold, show } from "./threshold.ts";
import { readYaml } from "./yaml-value.ts";
import type { YamlValue } from "./yaml-value.ts";

/** The settings of one source; those it does not set are absent. */
export type PartialSettings = { -readonly [K in keyof Settings]?: Settings[K] } & {
  /** Whose defaults hold for rules that nobody sets. */
  defaults?: DefaultSet;
};

/** @throws {BallastError} bad-config naming file, line, key and the nearest valid one */
export async function parseBallastYaml(file: string, text: string): Promise<PartialSettings> {
  const settings: PartialSettings = {};
  const readers: Readonly<Record<string, (value: YamlValue) => void>> = {
    version: (value) => value.value === 1 || value.fail(`must be 1, not ${show(value.value)}`),
    base: (value) => (settings.base = imageName(value)),
    baseline: (value) => (settings.baseline = imageName(value)),
    defaults: (value) => (settings.defaults = value.oneOf(defaultSets)),
    rules: (value) => (settings.rules = readRules(value)),
    ignore: (value) => (settings.ignore = value.list().map((item) => readIgnore(item))),
    secrets: (value) => readSecrets(value, settings),
    keys: (value) => (settings.keys = readKeys(value)),
    theme: (value) => (settings.theme = value.isMap() ? readColors(value) : value.string()),
    view: (value) => (settings.view = value.oneOf(views)),
  };
  const root = await readYaml(file, text);
  for (const [name, value] of root.map(Object.keys(readers), "key", isOwnName)) readers[name]?.(value);
  return settings;
}

/** `x-…`, as in Compose files: a place for anchors. */
function isOwnName(name: string): boolean {
  return name.startsWith("x-");
}

/** Refuses `-`: standard input belongs to whoever types the command, and may hold the image or a password. */
function imageName(value: YamlValue): string {
  const name = value.string();
  return name === "-" ? value.fail("names standard input, which is the command line's") : name;
}

function readRules(value: YamlValue): ReadonlyMap<RuleId, RuleSetting> {
  const rules = new Map<RuleId, RuleSetting>();
  for (const [name, setting] of value.map(ruleIds, "rule")) rules.set(name as RuleId, readRule(name as RuleId, setting));
  return rules;
}

/** Keys beside fail, warn, reason and unjudged. */
const ownKeys: Readonly<Partial<Record<RuleId, readonly string[]>>> = {
  secrets: ["surfaces", "confidence"],
  "leftover-bytes": ["categories"],
  "engine-divergence": ["codes"],
};

function readRule(id: RuleId, value: YamlValue): RuleSetting {
  const threshold = (at: YamlValue): Threshold | null => parseThreshold(ruleKinds[id], at.value, (what) => at.fail(what));
  const plain = { warn: null, because: null, unjudged: null, from: value.from };
  if (!value.isMap()) return { ...plain, fail: threshold(value) };
  const setting: { -readonly [K in keyof RuleSetting]: RuleSetting[K] } = { ...plain, fail: null };
  const keys = value.map([
    "fail",
    "warn",
    "reason",
    "unjudged",
    ...(flooredRuleIds.has(id) ? ["unless-below"] : []),
    ...(ownKeys[id] ?? []),
  ]);
  for (const [key, at] of keys) {
    if (key === "fail") setting.fail = threshold(at);
    else if (key === "warn") setting.warn = threshold(at);
    else if (key === "reason") setting.because = at.string();
    else if (key === "unjudged") setting.unjudged = at.oneOf(["fail", "warn"]);
    else if (key === "unless-below") setting.unlessBelow = parseFloor(id, at.value, (what) => at.fail(what));
    else if (key === "surfaces") setting.surfaces = readSurfaces(at);
    else if (key === "confidence") setting.confidence = at.oneOf(confidences);
    else if (key === "categories") setting.categories = someOf(at, leftoverCategories);
    else if (key === "codes") setting.codes = someOf(at, divergenceCodes);
  }
  const names = [...keys.keys()];
  if (!names.some((key) => key === "fail" || key === "warn" || key === "surfaces")) value.fail("sets neither fail nor warn");
  if (!keys.has("fail")) setting.failUnsaid = true;
  const contradicts = contradiction(id, setting);
  if (contradicts !== null) value.fail(contradicts);
  return setting;
}

/** A list of known items. An empty one is refused, because it would count nothing and so pass everything. */
function someOf<const T extends string>(value: YamlValue, known: readonly T[]): readonly T[] {
  const items = value.list().map((item) => item.oneOf(known));
  return items.length === 0 ? value.fail("lists nothing, so nothing would count") : items;
}

/** A level that a surface does not set is that of the rule: asking for more warnings is not asking for no failures. */
function readSurfaces(value: YamlValue): NonNullable<RuleSetting["surfaces"]> {
  const found: Partial<Record<SurfaceName, Partial<SecretThresholds>>> = {};
  for (const [name, at] of value.map(surfaces, "surface")) found[name as SurfaceName] = readLevels(at);
  if (Object.keys(found).length === 0) value.fail("names no surface");
  return found;
}

/** `{ fail: high, warn: low }`; a severity alone is that of `fail`, and `off` alone switches off both. */
function readLevels(value: YamlValue): Partial<SecretThresholds> {
  if (!value.isMap()) {
    const fail = severity(value);
    return fail === null ? { fail, warn: null } : { fail };
  }
  const levels = [...value.map(["fail", "warn"])].map(([key, level]) => [key, severity(level)] as const);
  if (levels.length === 0) value.fail("sets neither fail nor warn");
  return Object.fromEntries(levels);
}

function severity(value: YamlValue): Severity | null {
  return parseThreshold("severity", value.value, (what) => value.fail(what)) as Severity | null;
}

function readSecrets(value: YamlValue, settings: PartialSettings): void {
  for (const [key, at] of value.map(["scan", "allow"])) {
    if (key === "scan") settings.secretsScan = at.oneOf(["off", "config", "full"]);
    else settings.secretsAllow = at.list().map((item) => readAllowed(item));
  }
}

function readIgnore(value: YamlValue): IgnoreEntry {
  return readEntry(value, ["rule", "path", "fingerprint"], readRuleId);
}

function readRuleId(value: YamlValue): RuleId {
  const text = value.string();
  return ruleIds.find((id) => id === text) ?? value.fail(`names no rule: ${show(text)}${suggestion(text, ruleIds)}`);
}

function readAllowed(value: YamlValue): AllowedSecret {
  const entry = readEntry(value, ["rule", "path", "fingerprint", "key"], (at) => at.string());
  const key = value.anyMap().get("key");
  return { ...entry, key: key === undefined ? null : readGlob(key) };
}

function readEntry(value: YamlValue, conditions: readonly string[], readRule: (value: YamlValue) => string): IgnoreEntry {
  const entry: { -readonly [K in keyof IgnoreEntry]: IgnoreEntry[K] } = {
    rule: null,
    path: null,
    fingerprint: null,
    reason: "",
    expires: null,
    from: value.from,
  };
  if (!value.isMap()) value.fail(`must be a map with a reason and one of ${conditions.join(", ")}`);
  const keys = value.map([...conditions, "reason", "expires"]);
  for (const [key, at] of keys) {
    if (key === "rule") entry.rule = readRule(at);
    else if (key === "expires") entry.expires = readDate(at);
    else if (key === "path") entry.path = readGlob(at);
    else if (key !== "key") entry[key as "fingerprint" | "reason"] = at.string();
  }
  if (entry.reason === "") value.fail("gives no reason");
  if (!conditions.some((key) => keys.has(key))) value.fail(`names no ${conditions.slice(0, -1).join(", ")} or ${conditions.at(-1)!}`);
  return entry;
}

function readGlob(value: YamlValue): string {
  const text = value.string();
  const problem = globProblem(text);
  return problem === null ? text : value.fail(`is the glob ${show(text)}, which ${problem}`);
}

function readDate(value: YamlValue): string {
  const text = String(value.value);
  if (parseDay(text) === null) value.fail(`must be a date like 2027-01-31, not ${show(value.value)}`);
  return text;
}

function readKeys(value: YamlValue): Record<string, string[]> {
  return Object.fromEntries(
    [...value.anyMap()].map(([action, at]) => [action, Array.isArray(at.value) ? at.list().map((item) => item.string()) : [at.string()]]),
  );
}

function readColors(value: YamlValue): Record<string, string> {
  return Object.fromEntries([...value.anyMap()].map(([role, at]) => [role, at.string()]));
}
