import { expect, it } from "vitest";

import { renderSarif } from "../../../src/report/ci/sarif.ts";
import { analysisOf, secretOf } from "../../helpers/analysis.ts";

it("holds no more results than code scanning shows, the most severe of them, each with a rule", () => {
  const secrets = Array.from({ length: 5200 }, (_, index) =>
    secretOf({ rule: `rule-${index % 7}`, severity: "high", fingerprint: String(index) }),
  );
  const { runs } = JSON.parse(renderSarif(analysisOf({ secrets }), {} as Parameters<typeof renderSarif>[1])) as {
    runs: { tool: { driver: { rules: { id: string }[] } }; results: { ruleId: string; ruleIndex: number }[] }[];
  };
  const [{ tool, results } = { tool: { driver: { rules: [] } }, results: [] }] = runs;
  expect(results).toHaveLength(5000);
  expect(results.every(({ ruleId, ruleIndex }) => tool.driver.rules[ruleIndex]?.id === ruleId)).toBe(true);
});
