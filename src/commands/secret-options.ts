/** The flags that say where secrets are looked for, by which rules, and which are known. */
import { readFile } from "node:fs/promises";

import { parseBaseline } from "../../analyzers/secrets/allow-list.ts";
import { loadRules } from "../../analyzers/secrets/load-rules.ts";
import type { SecretOptions } from "../analyze-image.ts";
import { BallastError, systemErrorCode } from "../errors.ts";
import type { SecretRuleSpec } from "../scan/protocol.ts";

export interface SecretSettings extends SecretOptions {
  /** For the scanner; null when no file content is looked at. */
  readonly spec: SecretRuleSpec | null;
}

/** @throws {BallastError} read-failed, bad-config: what is wrong with the rules or the baseline */
export async function secretSettings(args: Readonly<Record<string, unknown>>): Promise<SecretSettings> {
  const mode = args["secrets"] === "off" || args["secrets"] === "config" ? args["secrets"] : "full";
  const rulesFile = args["secret-rules"];
  const rules = typeof rulesFile === "string" ? await loadRules(await readText(rulesFile), rulesFile) : await loadRules();
  const baselineFile = args["secrets-baseline"];
  return {
    mode,
    rules,
    spec: mode === "full" ? { id: rules.id, options: rules.options } : null,
    ...(typeof baselineFile === "string" ? { baseline: parseBaseline(await readText(baselineFile), baselineFile) } : {}),
  };
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    throw new BallastError("read-failed", `${file} cannot be read (${systemErrorCode(error) ?? "unknown error"})`, { cause: error });
  }
}
