/** What growth is measured against: a report in JSON, as far as it knows. */
import { describe, expect, it } from "vitest";

import { parseBallastYaml } from "../../src/config/ballast-yaml.ts";
import { parseBaseline } from "../../src/gate/baseline.ts";
import { evaluateGate } from "../../src/gate/evaluate.ts";
import { analysisOf } from "../helpers/analysis.ts";

const report = (warnings: readonly object[]): string =>
  JSON.stringify({
    schemaVersion: 1,
    image: { reference: "app:1", totalBytes: 9e9, finalBytes: 9e9, compressedBytes: 100 },
    efficiency: { wastedBytes: 0, score: 1 },
    layers: [{ diffId: "sha256:1", bytes: 9e9 }],
    warnings,
  });

describe("a report of layers that were known by their pusher's table alone", () => {
  it("says nothing of growth in content: such a rule is not judged", async () => {
    const settings = await parseBallastYaml(".ballast.yaml", "rules: { growth-bytes: 1MB, compressed-growth-bytes: 1GB }");
    const input = { now: 0, settings: { rules: settings.rules!, ignore: [], secretsAllow: [], sources: [] } };
    const statuses = (warnings: readonly object[]) => {
      const { rules, status } = evaluateGate({ ...input, analysis: analysisOf(), baseline: parseBaseline("a.json", report(warnings)) });
      return [status, ...rules.map((rule) => `${rule.rule} ${rule.status}`)];
    };
    expect(statuses([])).toContain("growth-bytes pass");
    const claimed = statuses([{ code: "read-by-toc", layer: 0, message: "…" }]);
    expect(claimed).toContain("growth-bytes unjudged");
    expect(claimed[0]).toBe("fail");
    expect(claimed.filter((status) => status.startsWith("compressed"))).toEqual(
      statuses([]).filter((status) => status.startsWith("compressed")),
    );
  });
});

describe("a figure of the report", () => {
  it.each(["1e308", "-1", '"9"', "null"])("cannot be %s", (figure) => {
    const text = report([]).replace('"totalBytes":9000000000', `"totalBytes":${figure}`);
    expect(() => parseBaseline("a.json", text)).toThrow('the baseline a.json has no figure "totalBytes"');
  });

  it("is read behind a byte order mark", () => {
    expect(parseBaseline("a.json", `\uFEFF${report([])}`).totalBytes).toBe(9e9);
  });
});
