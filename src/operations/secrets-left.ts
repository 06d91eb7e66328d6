/** Checks whether a scrubbed image still holds a secret, by scanning all of it with the rules that found what was scrubbed. */
import { isScrubbed } from "../rewrite/plan/steps/scrub.ts";
import { filePlace } from "../../analyzers/secrets/findings/secret-finding.ts";
import type { SecretFinding } from "../../analyzers/secrets/findings/secret-finding.ts";
import type { SecretsLeft } from "../rewrite/execute-plan.ts";
import type { Image } from "../image/image.ts";
import { Scanner } from "../scan/scanner.ts";
import type { SecretRuleSpec } from "../scan/workers/protocol.ts";
import { analyzeImage } from "./analyze-image.ts";
import { secretsInNames } from "./secrets-in-names.ts";
import type { SecretOptions } from "./analyze-image.ts";

/** The rules by which secrets were found, and what is allowed. */
export interface ScrubRules extends SecretOptions {
  readonly spec: SecretRuleSpec | null;
}

/** Paths in `kept` were left on request. @throws as reading a layer does */
export async function secretsLeft(image: Image, rules: ScrubRules, kept: ReadonlySet<string>): Promise<SecretsLeft> {
  const scanner = new Scanner({ verify: false, rules: rules.spec, cacheDirectory: null });
  try {
    const { secrets, tree } = await analyzeImage(image, { scanner, duplicates: false, secrets: rules });
    return {
      scrubbed: (secrets ?? []).flatMap((finding) => placesOf(finding, kept)),
      unscrubbed: secretsInNames(tree, await rules.rules()),
    };
  } finally {
    await scanner.close();
  }
}

function placesOf(finding: SecretFinding, kept: ReadonlySet<string>): string[] {
  const places = finding.locations
    .filter((location) => isScrubbed(finding, location) && !(location.path !== undefined && kept.has(location.path)))
    .map(
      (location) =>
        `${filePlace(location) ?? [location.surface, location.key].filter((word) => word !== undefined).join(" ")}${location.path === undefined || location.layer === undefined ? "" : ` in layer ${location.layer}`}`,
    );
  return places.length === 0 ? [] : [`${finding.title} (${[...new Set(places)].slice(0, 3).join(", ")})`];
}
