/** What a rule of the gate is. */
import type { Analysis } from "../../analyzers/analysis.ts";
import type { RuleId, RuleSetting, Threshold } from "../config/rule-schema.ts";
import type { Baseline, Evidence } from "./verdict.ts";

export interface RuleContext {
  readonly analysis: Analysis;
  readonly baseline: Baseline | null;
  readonly setting: RuleSetting;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** True for what an ignore entry covers; it is then counted as ignored. */
  ignored(about: { readonly path?: string; readonly fingerprint?: string }): boolean;
}

/** What was measured, before any threshold. */
export interface Measurement {
  /** In the unit of the rule; for lists, the number of offenders at the strictest threshold. */
  readonly value: number;
  /** Ready to print; made from `value` by the rule's kind when absent. */
  readonly text?: string;
  readonly evidence?: readonly Evidence[];
  /** The bytes that a ratio or percentage is about: those wasted, or those added. `unless-below` is compared with them. */
  readonly bytesBehind?: number;
  /** What to know before trusting the figure. */
  readonly note?: string;
  /** What was not read. With anything left unread the rule is never passed. */
  readonly incomplete?: string;
}

export interface Unjudged {
  /** Why it could not be measured, and what would help. */
  readonly unjudged: string;
}

export interface Rule {
  readonly title: string;
  /** What it measures, and why that matters. */
  readonly meaning: string;
  /** How to make an image pass. */
  readonly fix: string;
  /** Shown by --explain and --init. */
  readonly example: string;
  /** Fails below the threshold instead of above it. */
  readonly lowest?: true;
  measure(context: RuleContext, threshold: Threshold): Measurement | Unjudged;
  /** Whether the measurement breaks the threshold, where that is not a comparison of two numbers. */
  breaks?(measurement: Measurement, threshold: Threshold, context: RuleContext, level: "fail" | "warn"): boolean;
}

export type RuleTable = Readonly<Record<RuleId, Rule>>;
