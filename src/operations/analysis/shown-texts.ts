/**
 * An image's config and history with their secrets masked. Finding those takes all rules and a scan, so the masked texts are kept for the
 * next run; what was masked is never kept.
 */
import { createHash } from "node:crypto";

import type { ShownTexts } from "../../../analyzers/analysis.ts";
import { builtinRulesId } from "../../../analyzers/secrets/match/builtin-id.ts";
import type { ImageFacts } from "../../cache/image-facts.ts";
import type { Image } from "../../image/image.ts";
import type { ConfigSecrets, SecretOptions } from "./find-secrets.ts";

export interface ConfigTexts extends ShownTexts {
  /** A hash of everything they depend on; null when that is unknown, as with attestations, which may be gone the next time. */
  readonly id: string | null;
  /** The secrets in them; scanned for on the first call. */
  readonly secrets: () => Promise<ConfigSecrets>;
}

/** @param facts null where nothing is kept */
export async function configTexts(image: Image, options: SecretOptions | undefined, facts: ImageFacts | null): Promise<ConfigTexts> {
  let found: Promise<ConfigSecrets> | null = null;
  const secrets = (): Promise<ConfigSecrets> => (found ??= findSecretsOf(image, options));
  const id = await idOf(image, options);
  const known = id === null ? null : ((await facts?.find("texts", [id])) ?? null);
  if (known !== null) return { ...known, id, secrets };
  const [{ redact }, { maskTexts }] = await Promise.all([secrets(), import("../../../analyzers/secrets/config/mask-texts.ts")]);
  const { json: _, ...config } = image.config;
  const texts = {
    createdBy: image.layers.map((layer) => redact(layer.createdBy ?? "")),
    shown: { config: maskTexts(config, redact), annotations: maskTexts(image.annotations, redact) },
  };
  if (id !== null) facts?.keep("texts", [id], texts);
  return { ...texts, id, secrets };
}

async function findSecretsOf(image: Image, options: SecretOptions | undefined): Promise<ConfigSecrets> {
  const [{ findConfigSecrets }, { loadRules }] = await Promise.all([
    import("./find-secrets.ts"),
    import("../../../analyzers/secrets/match/user/load-rules.ts"),
  ]);
  return findConfigSecrets(image, await (options === undefined ? loadRules() : options.rules()));
}

async function idOf(image: Image, options: SecretOptions | undefined): Promise<string | null> {
  if (image.attestations.length > 0) return null;
  const rulesId = options === undefined ? await builtinRulesId() : (options.rulesId ?? (await options.rules()).id);
  const layers = image.layers.map(({ createdBy, annotations }) => [createdBy, annotations]);
  return createHash("sha256")
    .update(JSON.stringify([rulesId, image.annotations, layers]))
    .update(image.configBytes)
    .digest("hex");
}
