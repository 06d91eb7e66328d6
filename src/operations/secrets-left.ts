/** Checks whether a scrubbed image still holds a secret, by scanning all of it with the rules that found what was scrubbed. */
import { isScrubbed } from "../rewrite/plan/steps/scrub.ts";
import { secretsInNames } from "../../analyzers/secrets/findings/secrets-in-names.ts";
import { filePlace } from "../../analyzers/secrets/findings/secret-finding.ts";
import type { SecretFinding } from "../../analyzers/secrets/findings/secret-finding.ts";
import type { CompiledRules } from "../../analyzers/secrets/match/compile-rules.ts";
import type { FileTree } from "../filesystem/file-tree.ts";
import { displayPath } from "../filesystem/paths.ts";
import type { SecretsLeft } from "../rewrite/execute-plan.ts";
import type { Image } from "../image/image.ts";
import { Scanner } from "../scan/scanner.ts";
import type { SecretRuleSpec } from "../scan/workers/protocol.ts";
import { analyzeImage } from "./analyze-image.ts";
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
      unscrubbed: namedPlaces(tree, await rules.rules()),
    };
  } finally {
    await scanner.close();
  }
}

/** What nothing scrubs, without the secret: `GitHub personal access token in the name of /app/********`. */
function namedPlaces(tree: FileTree, rules: CompiledRules): string[] {
  const places = secretsInNames(tree, rules);
  return [...new Set(places.map(({ match, what, masked }) => `${match.rule.title} in ${whereIn[what]} ${displayPath(masked)}`))];
}

const whereIn = { name: "the name of", link: "the target of the symlink", attribute: "an extended attribute of" } as const;

function placesOf(finding: SecretFinding, kept: ReadonlySet<string>): string[] {
  const places = finding.locations
    .filter((location) => isScrubbed(finding, location) && !(location.path !== undefined && kept.has(location.path)))
    .map(
      (location) =>
        `${filePlace(location) ?? [location.surface, location.key].filter((word) => word !== undefined).join(" ")}${location.path === undefined || location.layer === undefined ? "" : ` in layer ${location.layer}`}`,
    );
  return places.length === 0 ? [] : [`${finding.title} (${[...new Set(places)].slice(0, 3).join(", ")})`];
}
