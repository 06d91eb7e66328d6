/** `.ballast.yaml`, `.dive-ci`, `.gitleaks.toml` and plan files of a stranger's repository. */
import { loadRules } from "../../../analyzers/secrets/match/user/load-rules.ts";
import { globProblem, parseGlob } from "../../../src/base/text/glob.ts";
import { parseBallastYaml } from "../../../src/config/ballast-yaml.ts";
import { parseDiveCi } from "../../../src/config/dive-ci.ts";
import { parsePlans } from "../../../src/rewrite/plan/json.ts";
import { hostileText, mutateBytes, mutateJson, mutateText } from "../mutate.ts";
import { refusal } from "../oracles.ts";
import type { Random } from "../random.ts";
import { ballastYaml, diveCi, gitleaksToml, planJson } from "../seeds.ts";
import type { Target } from "../target.ts";

export const configurations: Target = {
  name: "configurations",
  weight: 2,
  run: async (random) => {
    const readers: readonly (() => Promise<unknown>)[] = [
      () => parseBallastYaml(".ballast.yaml", mutated(random, ballastYaml)),
      () => parseDiveCi(".dive-ci", mutated(random, diveCi)),
      () => loadRules(mutated(random, gitleaksToml), ".gitleaks.toml"),
      async () =>
        parsePlans(random.oneIn(3) ? mutated(random, planJson) : JSON.stringify(mutateJson(random, JSON.parse(planJson))), "p.json"),
      async () => matchGlob(random),
    ];
    try {
      await random.of(readers)();
      return "read";
    } catch (error) {
      return refusal(error);
    }
  },
};

function mutated(random: Random, text: string): string {
  return random.oneIn(4) ? mutateBytes(random, Buffer.from(text)).toString("utf8") : mutateText(random, text);
}

async function matchGlob(random: Random): Promise<void> {
  const pattern = Array.from({ length: random.below(60) }, () =>
    random.of(["a*", "**", "/", "{a,b", "}", "[a-", "]", "?", "a", "\\", "!"]),
  ).join("");
  if (globProblem(pattern) === null) parseGlob(pattern).matches(`${"a".repeat(5000)}/${hostileText(random)}`);
}
