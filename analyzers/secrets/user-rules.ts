import type { TokenRule } from "./rule.ts";

/** A person's own rules and global allow list, converted from gitleaks' TOML. Plain data: it travels to the workers. */
export interface UserRules {
  readonly rules: readonly TokenRule[];
  /** Ids of built-in rules that are switched off. */
  readonly disabled: readonly string[];
  /** JavaScript pattern sources. A path or secret that matches one is not reported. */
  readonly allowPaths: readonly string[];
  readonly allowSecrets: readonly string[];
  /** Lower case: secrets that hold one of these are not reported. */
  readonly stopwords: readonly string[];
}
