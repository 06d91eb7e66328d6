import type { RuleId, RuleSetting } from "./rule-schema.ts";

const standard = { because: null, unjudged: null, from: "default" } as const;

/** What `ballast check` holds an image to when nobody says otherwise. */
export const defaultRules: ReadonlyMap<RuleId, RuleSetting> = new Map<RuleId, RuleSetting>([
  ["efficiency", { ...standard, fail: 0.9, warn: 0.95 }],
  ["leftover-bytes", { ...standard, fail: null, warn: 10_000_000 }],
  ["secrets", { ...standard, fail: "high", warn: "medium" }],
  ["root-user", { ...standard, fail: null, warn: true }],
]);
