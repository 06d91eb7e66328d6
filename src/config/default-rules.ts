import type { RuleId, RuleSetting } from "./rule-schema.ts";

const standard = { because: null, unjudged: null, from: "default" } as const;

/** What `ballast check` requires of an image unless told otherwise. */
export const defaultRules: ReadonlyMap<RuleId, RuleSetting> = new Map<RuleId, RuleSetting>([
  ["efficiency", { ...standard, fail: 0.9, warn: 0.95 }],
  ["leftover-bytes", { ...standard, fail: null, warn: 10_000_000 }],
  ["secrets", { ...standard, fail: "high", warn: "medium" }],
  ["root-user", { ...standard, fail: null, warn: true }],
]);

/** Where only dive's three rules apply, secrets cannot fail the gate, but are still mentioned. */
export const secretsBesideDive: RuleSetting = {
  ...standard,
  fail: null,
  warn: "medium",
  because: "dive's rules do not look at secrets, so this only warns; --fail secrets=high makes it count",
  advisory: true,
};
