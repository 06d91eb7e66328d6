/** Which rules a scan goes by. */
import type { UserRules } from "./user/user-rules.ts";

/** Structured-cloneable, so that a worker can compile the same rules. */
export interface RuleOptions {
  /** False leaves the built-in rules out. */
  readonly builtin: boolean;
  /** From `--secret-rules`, read and converted by `parseUserRules`; null without. */
  readonly user: UserRules | null;
}

export const defaultRuleOptions: RuleOptions = { builtin: true, user: null };
