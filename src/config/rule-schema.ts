/** The vocabulary of the gate: which rules there are and what kind of threshold each takes. `gate/rules` says what they measure. */
import type { Confidence, Severity } from "../base/severity.ts";

export type ThresholdKind = "ratio" | "bytes" | "count" | "percent" | "severity" | "paths" | "names" | "packages" | "switch";

/** Kinds whose threshold is a list of texts. */
export const listKinds: ReadonlySet<ThresholdKind> = new Set(["paths", "names", "packages"]);

export const ruleKinds = {
  efficiency: "ratio",
  "wasted-bytes": "bytes",
  "wasted-ratio": "ratio",
  "user-wasted-bytes": "bytes",
  "user-wasted-ratio": "ratio",
  "overwritten-bytes": "bytes",
  "removed-bytes": "bytes",
  "metadata-bytes": "bytes",
  "identical-bytes": "bytes",
  "image-size": "bytes",
  "compressed-size": "bytes",
  "user-size": "bytes",
  "layer-count": "count",
  "largest-layer": "bytes",
  "largest-file": "bytes",
  "growth-bytes": "bytes",
  "growth-percent": "percent",
  "compressed-growth-bytes": "bytes",
  "compressed-growth-percent": "percent",
  "duplicate-bytes": "bytes",
  "leftover-bytes": "bytes",
  "package-bytes": "bytes",
  "unowned-bytes": "bytes",
  "recommended-bytes": "bytes",
  "build-packages": "count",
  "forbidden-packages": "packages",
  secrets: "severity",
  "forbidden-paths": "paths",
  "required-paths": "paths",
  "setuid-files": "count",
  "world-writable": "count",
  "root-user": "switch",
  "required-labels": "names",
  "unreproducible-layers": "count",
  "engine-divergence": "count",
  lowestEfficiency: "ratio",
  highestWastedBytes: "bytes",
  highestUserWastedPercent: "ratio",
} as const satisfies Record<string, ThresholdKind>;

export type RuleId = keyof typeof ruleKinds;
export const ruleIds = Object.keys(ruleKinds) as RuleId[];

/** dive's three rules, with dive's names and formulas. */
export const diveRuleIds = ["lowestEfficiency", "highestWastedBytes", "highestUserWastedPercent"] as const satisfies readonly RuleId[];
export type DiveRuleId = (typeof diveRuleIds)[number];

/** Ratios and percentages that can have an `unless-below`. */
export const flooredRuleIds: ReadonlySet<RuleId> = new Set(
  ruleIds.filter((id) => ruleKinds[id] === "ratio" || ruleKinds[id] === "percent"),
);

/** Whose defaults apply to the rules that nobody sets. */
export const defaultSets = ["ballast", "dive", "none"] as const;
export type DefaultSet = (typeof defaultSets)[number];

export const surfaces = [
  "env",
  "build-arg",
  "history",
  "label",
  "command",
  "healthcheck",
  "onbuild",
  "author",
  "legacy-config",
  "config",
  "file",
  "file-name",
  "provenance",
] as const;
export type SurfaceName = (typeof surfaces)[number];

/** The severity from which on a secret fails or warns. */
export interface SecretThresholds {
  readonly fail: Severity | null;
  readonly warn: Severity | null;
}
export const leftoverCategories = ["caches", "stores", "docs", "man", "locales", "pyc", "vcs", "logs", "temp"] as const;

/** A number for ratio, bytes, count and percent; a severity; a list of globs or names; true for a switch. */
export type Threshold = number | string | readonly string[] | true;

export interface RuleSetting {
  readonly fail: Threshold | null;
  readonly warn: Threshold | null;
  /** Why the rule exists, in the words of whoever set it. */
  readonly because: string | null;
  /** The level it counts for when it cannot be judged; null for that of its strictest threshold. */
  readonly unjudged: "fail" | "warn" | null;
  /** For messages: `.ballast.yaml:12`, `--fail`, `default`. */
  readonly from: string;
  /** A ratio or percentage breaks nothing when it is about fewer bytes than this: in a small image every file is a large part. */
  readonly unlessBelow?: number;
  /** Only `warn` or `surfaces` was set, which does not mean that the rule shall not fail. */
  readonly failUnsaid?: boolean;
  /** Nobody asked for the rule: it is listed only when it is broken. */
  readonly advisory?: true;
  /** `secrets`: thresholds for single surfaces. A level that is not set is the general one. */
  readonly surfaces?: Readonly<Partial<Record<SurfaceName, Partial<SecretThresholds>>>>;
  /** `secrets`: findings less sure than this do not count. */
  readonly confidence?: Confidence;
  /** `leftover-bytes`: which categories count. */
  readonly categories?: readonly string[];
  /** `engine-divergence`: which warning codes count; all when absent. */
  readonly codes?: readonly string[];
}
