import { BallastError } from "../../base/errors.ts";
import type { Settings } from "../../config/settings.ts";

/**
 * @param otherwise what else one may do, for the hint
 * @throws {BallastError} bad-config for a gate without rules: it would pass everything, which nobody can have meant
 */
export function refuseEmptyGate({ rules, sources }: Settings, otherwise: string): void {
  const judges = [...rules.values()].some(
    (rule) =>
      rule.advisory !== true && [rule, ...Object.values(rule.surfaces ?? {})].some(({ fail, warn }) => (fail ?? warn ?? null) !== null),
  );
  if (judges) return;
  const where = sources.length === 0 ? "" : ` (${sources.join(", ")})`;
  throw new BallastError("bad-config", `no rule is set${where}, so nothing would be judged`, {
    hint: `set one (\`ballast check --explain\` lists them), take Ballast's own with --rules ballast, or ${otherwise}`,
  });
}
