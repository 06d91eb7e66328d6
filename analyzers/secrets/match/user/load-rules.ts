import { compileBuiltinRules, compileRules } from "../compile-rules.ts";
import type { CompiledRules } from "../compile-rules.ts";
import { parseUserRules } from "./user-rules.ts";
import type { ReadExtension } from "./user-rules.ts";

/**
 * The built-in rules and, in addition, those of a user's TOML file, compiled for this thread.
 * @throws {BallastError} bad-config, naming what is wrong with the file; and as `readExtension`, which reads the file it extends
 */
export async function loadRules(
  userToml: string | null = null,
  fileName = "--secret-rules",
  readExtension: ReadExtension | null = null,
): Promise<CompiledRules> {
  if (userToml === null) return compileBuiltinRules();
  return compileRules({ builtin: true, user: await parseUserRules(userToml, fileName, readExtension) });
}
