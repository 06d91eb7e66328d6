/** What the gate says about an image: one result per rule and the verdict they add up to. */
import type { Severity } from "../base/severity.ts";

export type Level = "fail" | "warn";

/** `unjudged` is a rule that could not be measured; `ignored` one that an ignore entry covers whole. */
export type RuleStatus = "pass" | "warn" | "fail" | "unjudged" | "ignored";

/** One thing that a rule holds against the image. All text is the image's own and is escaped by whoever prints it. */
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
  /** What an unjudged rule counts as. */
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
  /** Why the rule exists, as whoever set it wrote it. */
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
  /** Findings that ignore entries took out. */
  readonly ignored: number;
  /** Where the ignore entries stand that are in force and cover nothing in this image. */
  readonly unusedIgnores: readonly string[];
  /** The places of secrets that ignore entries name by path or fingerprint: reports that a pipeline reads leave them out. */
  readonly ignoredSecrets: readonly IgnoredSecret[];
}

export interface IgnoredSecret {
  readonly fingerprint: string;
  /** Absolute, as the finding's location has it; null for what lies in no file. */
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
  /** Layers of which the report has only what the pusher's table of contents says. */
  readonly claimedLayers: number;
}
