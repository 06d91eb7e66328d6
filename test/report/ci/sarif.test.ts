import { expect, it } from "vitest";

import { parseBallastYaml } from "../../../src/config/ballast-yaml.ts";
import { evaluateGate } from "../../../src/gate/evaluate.ts";
import { renderSarif } from "../../../src/report/ci/sarif.ts";
import { analysisOf, secretOf } from "../../helpers/analysis.ts";

it("holds no more results than code scanning shows, the most severe of them, each with a rule", () => {
  const secrets = Array.from({ length: 5200 }, (_, index) =>
    secretOf({ rule: `rule-${index % 7}`, severity: "high", fingerprint: String(index) }),
  );
  const { runs } = JSON.parse(renderSarif(analysisOf({ secrets }), {})) as {
    runs: { tool: { driver: { rules: { id: string }[] } }; results: { ruleId: string; ruleIndex: number }[] }[];
  };
  const [{ tool, results } = { tool: { driver: { rules: [] } }, results: [] }] = runs;
  expect(results).toHaveLength(5000);
  expect(results.every(({ ruleId, ruleIndex }) => tool.driver.rules[ruleIndex]?.id === ruleId)).toBe(true);
});

it("lists 200 of the thousands of files that one rule holds against an image, after the rule itself", () => {
  const evidence = Array.from({ length: 3000 }, (_, index) => ({ message: "is forbidden", path: `/tmp/${index}`, layer: 0, bytes: 1 }));
  const rule = {
    rule: "forbidden-paths",
    title: "Forbidden paths",
    status: "fail",
    level: "fail",
    fix: "",
    because: null,
    reason: "3000 paths",
  };
  const gate = { status: "fail", rules: [{ ...rule, evidence }], ignoredSecrets: [] } as unknown as NonNullable<
    Parameters<typeof renderSarif>[1]["gate"]
  >;
  const { runs } = JSON.parse(renderSarif(analysisOf(), { gate })) as { runs: { results: { message: { text: string } }[] }[] };
  const messages = runs[0]!.results.map(({ message }) => message.text);
  expect(messages.filter((text) => text.startsWith("3000 paths"))).toHaveLength(1);
  expect(messages.filter((text) => text.startsWith("is forbidden"))).toHaveLength(200);
});

it("leaves out the secrets that the gate was told to ignore", async () => {
  const { rules, ignore } = await parseBallastYaml(
    ".ballast.yaml",
    "rules: { secrets: high }\nignore:\n  - { path: /app/test/**, reason: of the tests }",
  );
  const at = (path: string) => ({ surface: "file", path, line: 1, layer: 0 }) as const;
  const analysis = analysisOf({
    secrets: [
      secretOf({ rule: "known", fingerprint: "one", locations: [at("/app/test/key.pem")] }),
      secretOf({ rule: "both", fingerprint: "two", locations: [at("/app/test/.env"), at("/app/.env")] }),
    ],
  });
  const settings = { rules: rules!, ignore: ignore!, secretsAllow: [], sources: [] };
  const gate = evaluateGate({ analysis, settings, baseline: null, now: 0 });
  const options = { gate } as Parameters<typeof renderSarif>[1];
  const { runs } = JSON.parse(renderSarif(analysis, options)) as {
    runs: { results: { ruleId: string; locations: { physicalLocation: { artifactLocation: { uri: string } } }[] }[] }[];
  };
  const secrets = runs[0]!.results.filter(({ ruleId }) => ruleId.startsWith("secret/"));
  expect(secrets.map(({ ruleId, locations }) => [ruleId, locations[0]!.physicalLocation.artifactLocation.uri])).toEqual([
    ["secret/both", "app/.env"],
  ]);
});
