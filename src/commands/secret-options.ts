/** The flags that say where secrets are looked for, by which rules, and which are known. */
import { readFile } from "node:fs/promises";

import type { Argv } from "yargs";

import { parseBaseline } from "../../analyzers/secrets/allow-list.ts";
import { loadRules } from "../../analyzers/secrets/load-rules.ts";
import type { SecretOptions } from "../analyze-image.ts";
import { BallastError, systemErrorCode } from "../errors.ts";
import type { SecretRuleSpec } from "../scan/protocol.ts";

export function secretFlags(yargs: Argv): Argv {
  const group = "Secrets:";
  return yargs
    .option("secrets", { group, choices: ["off", "config", "full"], describe: "Where to look: nowhere, in config and history, or in every file too (default: full)" })
    .option("secret-rules", { group, type: "string", describe: "Rules of your own, in gitleaks' TOML form", requiresArg: true })
    .option("secrets-baseline", { group, type: "string", describe: "JSON report whose findings are not told again", requiresArg: true });
}

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
