import type { CompiledRules } from "../../../analyzers/secrets/match/compile-rules.ts";
import type { SecretRuleSpec } from "./protocol.ts";

/** The rules of a person that this thread compiled last: that takes longer than scanning a small layer. */
let last: CompiledRules | null = null;

/** For those who have compiled rules in this thread: its own jobs will not do so again. */
export function rememberRules(rules: CompiledRules): void {
  last = rules;
}

export async function compiledRules({ id, options }: SecretRuleSpec): Promise<CompiledRules> {
  const { compileBuiltinRules, compileRules } = await import("../../../analyzers/secrets/match/compile-rules.ts");
  if (options.user === null) return options.builtin ? compileBuiltinRules() : compileRules(options);
  if (last?.id === id) return last;
  const { loadLinearEngine } = await import("../../../analyzers/secrets/match/user/linear-pattern.ts");
  await loadLinearEngine();
  return (last = compileRules(options));
}
