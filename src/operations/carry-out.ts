/** Carries plans out: writes the image to its destination and proves it equal. */
import type { Image } from "../image/image.ts";
import { executePlans } from "../rewrite/execute-plan.ts";
import type { ExecuteOptions, RewriteJob, RewriteResult } from "../rewrite/execute-plan.ts";
import type { ScrubRules } from "./secrets-left.ts";
import { openAllPlatforms } from "../transports/open.ts";
import type { Destination, OpenOptions } from "../transports/transport.ts";

export interface CarryOutOptions extends Omit<ExecuteOptions, "reopen" | "redactorFor" | "secretsLeft"> {
  /** How the destination is reached when the result is read again. */
  readonly open: OpenOptions;
  /** How the secrets that a plan scrubs were found. Default: by the built-in rules. */
  readonly secrets?: ScrubRules | undefined;
}

/**
 * Carries out one plan, or one for each platform of an index: all of them end up under one name.
 * @throws {BallastError} verification-failed (the output is removed), destination-exists, write-failed, and whatever reading can throw
 */
export function carryOut(
  jobs: readonly RewriteJob[],
  destination: Destination,
  { open, secrets, ...options }: CarryOutOptions,
): Promise<RewriteResult> {
  const reopen = (name: string): ReturnType<typeof openAllPlatforms> => openAllPlatforms(name, { ...open, platform: null, verify: true });
  return executePlans(jobs, destination, {
    ...options,
    reopen,
    redactorFor: async (image) => redactorFor(image, secrets ?? (await builtinRules())),
    secretsLeft: async (image, kept) => {
      const { secretsLeft } = await import("./secrets-left.ts");
      return secretsLeft(image, secrets ?? (await builtinRules()), kept);
    },
  });
}

async function builtinRules(): Promise<ScrubRules> {
  const { loadRules } = await import("../../analyzers/secrets/match/user/load-rules.ts");
  const rules = await loadRules();
  return { mode: "full", rules: async () => rules, spec: { id: rules.id, options: rules.options } };
}

/** A function that masks, in any text, the secrets of an image's config and history. */
async function redactorFor(image: Image, { rules }: ScrubRules): Promise<(text: string) => string> {
  const { scanConfig } = await import("../../analyzers/secrets/config/scan-config.ts");
  const { createRedactor } = await import("../../analyzers/secrets/config/redactor.ts");
  return createRedactor(await scanConfig(image, await rules()));
}
