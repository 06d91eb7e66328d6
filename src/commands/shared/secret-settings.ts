/** The flags that say where secrets are looked for, by which rules, and which are known. */
import { existsSync } from "node:fs";
import { dirname, resolve } from "node:path";

import type { CompiledRules } from "../../../analyzers/secrets/match/compile-rules.ts";
import { builtinRulesId } from "../../../analyzers/secrets/match/builtin-id.ts";
import { defaultRuleOptions } from "../../../analyzers/secrets/match/rule-options.ts";
import type { SecretOptions } from "../../operations/analyze-image.ts";
import { BallastError, systemErrorCode } from "../../base/errors.ts";
import { readShortText } from "../../base/files/read-short-text.ts";
import { rememberRules } from "../../scan/workers/compiled-rules.ts";
import type { SecretRuleSpec } from "../../scan/workers/protocol.ts";
import type { SecretArguments } from "../flags/secret-flags.ts";

export interface SecretSettings extends SecretOptions {
  /** For the scanner; null when no file content is looked at. */
  readonly spec: SecretRuleSpec | null;
}

/** @throws {BallastError} read-failed, bad-config: what is wrong with the rules or the baseline */
export async function secretSettings(args: SecretArguments): Promise<SecretSettings> {
  const mode = args.secrets ?? "full";
  const { rules, id, options } = args.secretRules === null ? await builtinSettings() : await userSettings(args.secretRules);
  return {
    mode,
    rules,
    rulesId: id,
    spec: mode === "full" ? { id, options } : null,
    ...(args.secretsBaseline === null ? {} : { baseline: await readBaseline(args.secretsBaseline) }),
  };
}

type Rules = Pick<SecretOptions, "rules"> & SecretRuleSpec;

/** Loaded when they are asked for: that is not before the layers are being read, and not at all where all is known. */
async function builtinSettings(): Promise<Rules> {
  const rules = async (): Promise<CompiledRules> => {
    const { loadRules } = await import("../../../analyzers/secrets/match/user/load-rules.ts");
    return loadRules();
  };
  return { rules, id: await builtinRulesId(), options: defaultRuleOptions };
}

/** What is wrong with a person's rules is said before anything is read. */
async function userSettings(file: string): Promise<Rules> {
  const { loadRules } = await import("../../../analyzers/secrets/match/user/load-rules.ts");
  const compiled = await loadRules(await readRules(file), file, (path) => readExtension(path, file));
  rememberRules(compiled);
  return { rules: async () => compiled, id: compiled.id, options: compiled.options };
}

/** As gitleaks does, from the working directory; else from beside the file that names it. */
async function readExtension(path: string, namedBy: string): Promise<string> {
  const beside = resolve(dirname(namedBy), path);
  return readRules(existsSync(path) || !existsSync(beside) ? path : beside);
}

/** gitleaks' own file, the longest that is known, has 0.1 MiB. */
const mostRuleBytes = 4 * 1024 * 1024;

function readRules(file: string): Promise<string> {
  return readText(file, mostRuleBytes, "no file of rules is that long; check the path given with --secret-rules");
}

/** Some 60,000 findings. */
const mostBaselineBytes = 64 * 1024 * 1024;

async function readBaseline(file: string): Promise<ReadonlySet<string>> {
  const { parseBaseline } = await import("../../../analyzers/secrets/findings/allow-list.ts");
  const hint = "allow the files or rules that make it so long in .ballast.yaml, and write it again";
  return parseBaseline(await readText(file, mostBaselineBytes, hint), file);
}

async function readText(file: string, mostBytes: number, hint: string): Promise<string> {
  let text: string | null;
  try {
    text = await readShortText(file, mostBytes);
  } catch (error) {
    throw new BallastError("bad-config", `${file} cannot be read (${systemErrorCode(error) ?? "unknown error"})`, {
      hint: "check the path given with --secret-rules or --secrets-baseline",
      cause: error,
    });
  }
  if (text !== null) return text;
  throw new BallastError("bad-config", `${file} has more than ${mostBytes / 1024 / 1024} MiB`, { hint });
}
