import { setFlagsFromString } from "node:v8";

import { compileRules } from "./compile-rules.ts";
import type { CompiledRules } from "./compile-rules.ts";
import { parseUserRules } from "./user-rules.ts";
import type { ReadExtension } from "./user-rules.ts";

let builtin: CompiledRules | null = null;

/**
 * The built-in rules, and on top of them those of a person's TOML file, ready to run in this thread.
 * @throws {BallastError} bad-config, naming what is wrong with the file; as `readExtension`, which reads what it extends
 */
export async function loadRules(
  userToml: string | null = null,
  fileName = "--secret-rules",
  readExtension: ReadExtension | null = null,
): Promise<CompiledRules> {
  if (userToml === null) return (builtin ??= compileRules());
  // The built-in patterns are known to take linear time; a stranger's may not. With this V8 finishes a match that backtracks too much in
  // its linear-time engine, which runs everything that RE2 syntax can say.
  setFlagsFromString("--enable-experimental-regexp-engine-on-excessive-backtracks");
  return compileRules({ builtin: true, user: await parseUserRules(userToml, fileName, readExtension) });
}
