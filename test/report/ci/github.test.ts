import { expect, it } from "vitest";

import { parseBallastYaml } from "../../../src/config/ballast-yaml.ts";
import { evaluateGate } from "../../../src/gate/evaluate.ts";
import { renderReport } from "../../../src/report/render.ts";
import { analysisOf } from "../../helpers/analysis.ts";

const analysis = analysisOf({ container: { user: "", labels: {} } });

async function annotations(rules: string): Promise<readonly string[]> {
  const settings = await parseBallastYaml(".ballast.yaml", `rules: { ${rules} }`);
  const gate = evaluateGate({
    analysis,
    settings: { rules: settings.rules!, ignore: [], secretsAllow: [], sources: [] },
    baseline: null,
    now: 0,
  });
  const lines = (await renderReport("github", analysis, { gate })).trimEnd().split("\n");
  return lines.filter((line) => line.startsWith("::")).map((line) => line.replace(/^::(\w+) title=(.*?)::(.*) → .*$/, "$1 $2: $3"));
}

it("a rule about the whole image is said once, with what it is held against", async () => {
  expect(await annotations("root-user: true")).toEqual([
    "error Root user [root-user]: no user set: the image names no user, so it runs as root.",
  ]);
  expect(await annotations("required-labels: [vendor]")).toEqual([
    "error Required labels [required-labels]: 1 missing; first: the label vendor is missing.",
  ]);
});

it("a rule that several things break names each", async () => {
  expect(await annotations("required-labels: [vendor, version]")).toEqual([
    "error Required labels [required-labels]: 2 missing; first: the label vendor is missing.",
    "error Required labels [required-labels]: the label vendor is missing",
    "error Required labels [required-labels]: the label version is missing",
  ]);
});
