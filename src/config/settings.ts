/** What all sources of configuration add up to. */
import type { RuleId, RuleSetting } from "./rule-schema.ts";

/** Hides findings from the gate. All conditions given must be met. */
export interface IgnoreEntry {
  /** Null for every rule. */
  readonly rule: string | null;
  /** A path or glob inside the image; null for every path. */
  readonly path: string | null;
  readonly fingerprint: string | null;
  readonly reason: string;
  /** `YYYY-MM-DD`, the last day it holds; null for ever. */
  readonly expires: string | null;
  /** `.ballast.yaml:12` */
  readonly from: string;
}

/** An entry of `secrets.allow`: `rule` is the id of a secret rule. */
export interface AllowedSecret extends IgnoreEntry {
  /** The name that the secret is the value of (`DB_PASSWORD`), or a glob; null for any. */
  readonly key: string | null;
}

/** Tabs of the terminal UI. */
export const views = ["summary", "files", "waste", "secrets", "duplicates", "plan", "config", "packages"] as const;
export type ViewName = (typeof views)[number];

export interface Settings {
  readonly rules: ReadonlyMap<RuleId, RuleSetting>;
  readonly ignore: readonly IgnoreEntry[];
  /** `secrets.allow`: known findings that are not secrets. */
  readonly secretsAllow: readonly AllowedSecret[];
  readonly secretsScan: "off" | "config" | "full" | null;
  readonly base: string | null;
  readonly baseline: string | null;
  /** Key bindings of the TUI: action to keys. */
  readonly keys: Readonly<Record<string, readonly string[]>>;
  /** Name of a theme, or colours by role. */
  readonly theme: string | Readonly<Record<string, string>> | null;
  /** The tab that the terminal UI begins with; null for the usual one. */
  readonly view: ViewName | null;
  /** Files that were read. */
  readonly sources: readonly string[];
  /** What a person should know about how these settings came about; for standard error. */
  readonly notes: readonly string[];
  /** The same, about the rules of the gate. */
  readonly gateNotes: readonly string[];
}
