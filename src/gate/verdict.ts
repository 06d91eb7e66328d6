/** What the gate says about an image: one result per rule and the verdict they add up to. */
import type { Severity } from "../base/severity.ts";

export type Level = "fail" | "warn";

/** `unjudged` is a rule that could not be measured, `ignored` one that an ignore entry covers entirely. */
export type RuleStatus = "pass" | "warn" | "fail" | "unjudged" | "ignored";

/** One item that breaks a rule. Its texts come from the image and have to be escaped before they are printed. */
export interface Evidence {
  readonly message: string;
  /** Absolute path inside the image. */
  readonly path?: string;
  readonly line?: number;
  readonly layer?: number;
  readonly bytes?: number;
  /** Stable across runs and rebuilds. */
  readonly fingerprint?: string;
  /** How severe this one is, where items of one rule differ. */
  readonly severity?: Severity;
}

export interface RuleResult {
  readonly rule: string;
  readonly title: string;
  readonly status: RuleStatus;
  /** The level that an unjudged rule counts for. */
  readonly level: Level | null;
  /** The measured figure in the unit of the rule; null when there is none or it could not be measured. */
  readonly value: number | null;
  /** The same, ready to print. */
  readonly measured: string;
  /** The thresholds, ready to print; null when not set. */
  readonly fail: string | null;
  readonly warn: string | null;
  /** One sentence: why it has this status. */
  readonly reason: string;
  /** Why the rule exists, in the words of whoever set it. */
  readonly because: string | null;
  /** Where it was set: `.ballast.yaml:12`, `--fail`, `DIVE_RULES_…`, `default`. */
  readonly from: string;
  /** What to know before trusting the figure. */
  readonly note: string | null;
  readonly evidence: readonly Evidence[];
  readonly fix: string;
}

export interface GateResult {
  readonly status: "pass" | "warn" | "fail";
  readonly rules: readonly RuleResult[];
  /** The verdict in one sentence, with the first find of each broken rule; sanitised. */
  readonly sentence: string;
  /** The files the rules came from. */
  readonly sources: readonly string[];
  /** Number of findings that ignore entries excluded. */
  readonly ignored: number;
  /** Places (`.ballast.yaml:12`) of the ignore entries in force that cover nothing in this image. */
  readonly unusedIgnores: readonly string[];
  /** Places of secrets that ignore entries name by path or fingerprint. Reports for pipelines leave them out. */
  readonly ignoredSecrets: readonly IgnoredSecret[];
}

export interface IgnoredSecret {
  readonly fingerprint: string;
  /** Absolute, as in the finding's location; null for what is in no file. */
  readonly path: string | null;
}

/** The image that growth is measured against. */
export interface Baseline {
  readonly name: string;
  readonly totalBytes: number;
  readonly finalBytes: number;
  readonly wastedBytes: number;
  readonly score: number;
  readonly compressedBytes: number | null;
  readonly layerCount: number;
  readonly layers: readonly { readonly diffId: string; readonly bytes: number }[];
  /** Number of layers of which only the pusher's table of contents was read. */
  readonly claimedLayers: number;
}
