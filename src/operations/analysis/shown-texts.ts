/**
 * An image's config and history with their secrets masked. Finding those takes all rules and a scan, so the masked texts are kept for the
 * next run; what was masked is never kept.
 */
import { createHash } from "node:crypto";

import type { ShownTexts } from "../../../analyzers/analysis.ts";
import { builtinRulesId } from "../../../analyzers/secrets/match/builtin-id.ts";
import type { FactsKey, ImageFacts } from "../../cache/image-facts.ts";
import { documentDigest } from "../../image/digest.ts";
import { historyOfLayers } from "../../image/history.ts";
import type { Image } from "../../image/image.ts";
import type { ConfigSecrets, SecretOptions } from "./find-secrets.ts";

export interface ConfigTexts extends ShownTexts {
  /** Everything they depend on; null when that is unknown, as with attestations, which may be gone the next time. */
  readonly id: FactsKey | null;
  /** The secrets in them; scanned for on the first call. */
  readonly secrets: () => Promise<ConfigSecrets>;
}

/** @param facts null where nothing is kept */
export async function configTexts(image: Image, options: SecretOptions | undefined, facts: ImageFacts | null): Promise<ConfigTexts> {
  let found: Promise<ConfigSecrets> | null = null;
  const secrets = (): Promise<ConfigSecrets> => (found ??= findSecretsOf(image, options));
  const { plain, hashed } = facts === null ? { plain: null, hashed: null } : await idsOf(image, options);
  for (const idOf of [plain, hashed]) {
    const id = idOf?.() ?? null;
    const known = id === null ? null : await facts!.find("texts", id);
    if (known !== null) return { ...known, id, secrets };
  }
  const [{ redact }, { maskTexts }] = await Promise.all([secrets(), import("../../../analyzers/secrets/config/mask-texts.ts")]);
  const { json: _, ...config } = image.config;
  const texts = {
    createdBy: image.layers.map((layer) => redact(layer.createdBy ?? "")),
    shown: { config: maskTexts(config, redact), annotations: maskTexts(image.annotations, redact) },
  };
  const isPublic = JSON.stringify(texts.shown.annotations) === JSON.stringify(image.annotations);
  const id = (isPublic ? (plain ?? hashed) : hashed)?.() ?? null;
  if (id !== null) facts?.keep("texts", id, texts);
  return { ...texts, id, secrets };
}

async function findSecretsOf(image: Image, options: SecretOptions | undefined): Promise<ConfigSecrets> {
  const [{ findConfigSecrets }, { loadRules }] = await Promise.all([
    import("./find-secrets.ts"),
    import("../../../analyzers/secrets/match/user/load-rules.ts"),
  ]);
  return findConfigSecrets(image, await (options === undefined ? loadRules() : options.rules()));
}

interface Ids {
  /** Of an image that says no more than its config and annotations do. It names the annotations: not to be kept where they hold a secret. */
  readonly plain: (() => FactsKey) | null;
  /** Of any image. Node's module of hashes takes longer to load than all that is known of a small image. */
  readonly hashed: (() => FactsKey) | null;
}

/** Both null with attestations. */
async function idsOf(image: Image, options: SecretOptions | undefined): Promise<Ids> {
  if (image.attestations.length > 0) return { plain: null, hashed: null };
  const { annotations, configBytes, layers } = image;
  const rulesId = options === undefined ? await builtinRulesId() : (options.rulesId ?? (await options.rules()).id);
  return {
    plain: saysMore(image) ? null : () => [rulesId, layers.length, documentDigest(configBytes), annotations],
    hashed: () => {
      const said = [rulesId, annotations, image.indexAnnotations ?? {}, layers.map((layer) => [layer.createdBy, layer.annotations])];
      return [createHash("sha256").update(JSON.stringify(said)).update(configBytes).digest("hex")];
    },
  };
}

/** Whether anything is said of it, or of its layers, that neither its config nor its annotations say. */
function saysMore({ config, indexAnnotations = {}, layers }: Image): boolean {
  const { rows } = historyOfLayers(config.history, layers.length);
  return (
    Object.keys(indexAnnotations).length > 0 ||
    layers.some(({ annotations, createdBy }, at) => Object.keys(annotations).length > 0 || createdBy !== (rows[at]?.createdBy ?? null))
  );
}
