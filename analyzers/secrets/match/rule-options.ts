/** Which rules a scan uses. */
import type { UserRules } from "./user/user-rules.ts";

/** Structured-cloneable, so that a worker can compile the same rules. */
export interface RuleOptions {
  /** False excludes the built-in rules. */
  readonly builtin: boolean;
  /** From `--secret-rules`, as converted by `parseUserRules`; null if not given. */
  readonly user: UserRules | null;
}

export const defaultRuleOptions: RuleOptions = { builtin: true, user: null };
