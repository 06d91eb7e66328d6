/** Rules as the environment and the command line give them. */
import { BallastError } from "../base/errors.ts";
import { nearest, suggestion } from "../base/text/nearest.ts";
import { diveRuleOfVariable } from "./dive-ci.ts";
import { diveRuleIds, ruleIds, ruleKinds } from "./rule-schema.ts";
import type { DiveRuleId, RuleId, RuleSetting } from "./rule-schema.ts";
import { parseFloor, parseThreshold } from "./threshold.ts";

/** What one source says about a rule. */
interface GivenRule {
  fail?: RuleSetting["fail"];
  warn?: RuleSetting["warn"];
  unlessBelow?: number;
  from: string;
}

export type GivenRules = Map<RuleId, GivenRule>;

/** Null is not given. */
type RuleFlags = Partial<
  Readonly<Record<DiveRuleId, string | null>> & { readonly fail: readonly string[]; readonly warn: readonly string[] }
>;

/** `BALLAST_FAIL_IMAGE_SIZE=200MB`, `BALLAST_WARN_…`, `DIVE_RULES_LOWEST_EFFICIENCY`, and dive's older spelling without hyphens. */
export function environmentRules(env: NodeJS.ProcessEnv, notes: string[]): GivenRules {
  const layer: GivenRules = new Map();
  for (const [variable, value] of Object.entries(env)) {
    if (value === undefined || value === "") continue;
    const ours = /^BALLAST_(FAIL|WARN)_(.+)$/.exec(variable);
    if (ours !== null) {
      const id = ruleIdOf(ours[2]!.replaceAll("_", "-"), variable);
      set(layer, id, ours[1] === "FAIL" ? "fail" : "warn", value, variable, "bad-config");
    }
    const id = diveRuleOfVariable(variable);
    if (id !== null) set(layer, id, "fail", value, variable, "bad-config");
    else if (variable.startsWith("DIVE_RULES_")) {
      const near = nearest(variable.slice("DIVE_RULES_".length), diveRuleIds);
      const meant = near === null ? "" : `; did you mean DIVE_RULES_${near.replace(/[A-Z]/g, "_$&").toUpperCase()}?`;
      notes.push(`${variable}: dive knows no such rule, so it is ignored${meant}`);
    }
  }
  return layer;
}

/** `--fail RULE=VALUE`, `--warn RULE=VALUE`, and dive's three flags. */
export function flagRules(flags: RuleFlags, notes: string[]): GivenRules {
  const layer: GivenRules = new Map();
  for (const level of ["fail", "warn"] as const) {
    const said = new Map<RuleId, string>();
    for (const text of flags[level] ?? []) {
      const equals = text.indexOf("=");
      const id = ruleIdOf(equals < 0 ? text : text.slice(0, equals), `--${level}`);
      const impliedValue = ruleKinds[id] === "switch" ? "true" : null;
      const value = equals < 0 ? impliedValue : text.slice(equals + 1);
      if (value === null) throw new BallastError("bad-argument", `--${level} ${id} gives no threshold; write --${level} ${id}=VALUE`);
      if ((said.get(id) ?? value) !== value) notes.push(`--${level} ${id} is given more than once: the last, ${value}, holds`);
      said.set(id, value);
      set(layer, id, level, value, `--${level}`, "bad-argument");
    }
  }
  for (const id of diveRuleIds) {
    const value = flags[id] ?? null;
    if (value !== null) set(layer, id, "fail", value, `--${id}`, "bad-argument");
  }
  return layer;
}

function set(
  layer: GivenRules,
  id: RuleId,
  level: "fail" | "warn",
  value: unknown,
  from: string,
  code: "bad-argument" | "bad-config",
): void {
  const fail = refuse(from, id, code);
  const [text, floor] = typeof value === "string" ? splitFloor(value) : [value, undefined];
  const threshold = parseThreshold(ruleKinds[id], text, fail);
  const before = layer.get(id);
  layer.set(id, {
    ...before,
    [level]: threshold,
    from: before === undefined || before.from === from ? from : `${before.from}, ${from}`,
    ...(floor === undefined ? {} : { unlessBelow: parseFloor(id, floor, fail) }),
  });
}

/** `0.9,unless-below=20MB` */
function splitFloor(value: string): readonly [threshold: string, floor: string | undefined] {
  const [threshold, floor] = value.split(",unless-below=", 2);
  return [threshold!, floor];
}

/** The `fail` that readers of thresholds call: says which rule from which source is wrong. */
export function refuse(from: string, id: RuleId, code: "bad-argument" | "bad-config" = "bad-argument"): (what: string) => never {
  return (what) => {
    throw new BallastError(code, `${from}: ${id} ${what}`, { hint: `\`ballast check --explain ${id}\` says what it takes` });
  };
}

function ruleIdOf(text: string, from: string): RuleId {
  const plain = text.toLowerCase();
  const id = ruleIds.find((known) => known.toLowerCase() === plain);
  if (id !== undefined) return id;
  const code = from.startsWith("--") ? "bad-argument" : "bad-config";
  throw new BallastError(code, `${from}: there is no rule "${text}"${suggestion(text, ruleIds)}`, {
    hint: "`ballast check --explain` lists the rules",
  });
}
