/** dive's `.dive-ci`, read as dive reads it: unknown keys are ignored, but not silently. */
import { nearest } from "../base/text/nearest.ts";
import { diveRuleIds, ruleKinds } from "./rule-schema.ts";
import type { DiveRuleId, RuleSetting } from "./rule-schema.ts";
import { parseThreshold } from "./threshold.ts";
import { readYaml } from "./yaml-value.ts";

/** dive's own thresholds, for rules that no file, flag or variable sets. */
export const diveDefaults: Readonly<Record<DiveRuleId, string>> = {
  lowestEfficiency: "0.9",
  highestWastedBytes: "disabled",
  highestUserWastedPercent: "0.1",
};

/** dive's settings file, where later versions also look for rules, spelled with hyphens or without. */
const settingsFile = /(?:^|\/)\.dive\.ya?ml$/;

/** Whether a file that was named is one of dive's. */
export function isDives(file: string): boolean {
  return /(?:^|\/)\.dive-ci$/.test(file) || settingsFile.test(file);
}

export interface DiveCi {
  readonly rules: ReadonlyMap<DiveRuleId, RuleSetting>;
  readonly notes: readonly string[];
}

/** @throws {BallastError} bad-config for what is not YAML, or a value dive would refuse too */
export async function parseDiveCi(file: string, text: string): Promise<DiveCi> {
  const rules = new Map<DiveRuleId, RuleSetting>();
  const notes: string[] = [];
  const root = await readYaml(file, text);
  const isSettings = settingsFile.test(file);
  for (const [section, value] of root.anyMap()) {
    if (section.toLowerCase() !== "rules") {
      if (!isSettings) notes.push(`${value.from}: dive knows no section "${section}"; it is ignored`);
      continue;
    }
    for (const [name, setting] of value.anyMap()) {
      // dive accepts names in any case but, in a .dive-ci, not with hyphens.
      const id = name.includes("-") && !isSettings ? null : diveRuleId(name);
      if (id === null) {
        const near = nearest(name, diveRuleIds);
        notes.push(`${setting.from}: dive knows no rule "${name}", so it is ignored${near === null ? "" : `; did you mean ${near}?`}`);
      } else if (setting.isEmpty) {
        notes.push(`${setting.from}: ${id} has no value, so dive's default holds`);
      } else {
        rules.set(
          id,
          diveSetting(id, setting.value, setting.from, (what) => setting.fail(what)),
        );
      }
    }
  }
  return { rules, notes };
}

/** The rule that a flag or variable names; dive accepts any case, with hyphens or without. */
export function diveRuleId(name: string): DiveRuleId | null {
  const plain = name.replaceAll("-", "").toLowerCase();
  return diveRuleIds.find((id) => id.toLowerCase() === plain) ?? null;
}

/** The rule that a variable of dive's sets, with or without `RULES_` in its name; null for any other variable. */
export function diveRuleOfVariable(variable: string): DiveRuleId | null {
  const [, name] = /^DIVE_(?:RULES_)?(\w+)$/.exec(variable) ?? [];
  return name === undefined ? null : diveRuleId(name.replaceAll("_", ""));
}

/** Whether the environment says by what dive shall judge: by a file, or by one of its three rules. */
export function speaksOfDivesRules(env: NodeJS.ProcessEnv): boolean {
  return Object.entries(env).some(([name, value]) => value !== "" && (name === "DIVE_CI_CONFIG" || diveRuleOfVariable(name) !== null));
}

export function diveSetting(id: DiveRuleId, raw: unknown, from: string, fail: (what: string) => never): RuleSetting {
  // Only Ballast accepts a percent sign; dive refuses it.
  return { fail: parseThreshold(ruleKinds[id], raw, fail), warn: null, because: null, unjudged: null, from };
}
