import { expect, it } from "vitest";

import type { GateResult, RuleResult } from "../../../src/gate/verdict.ts";
import { renderJunit } from "../../../src/report/ci/junit.ts";
import { analysisOf } from "../../helpers/analysis.ts";

function result(rule: string, status: RuleResult["status"], level: RuleResult["level"] = null): RuleResult {
  const figures = { value: null, measured: "", fail: null, warn: null, note: null, evidence: [] };
  return { rule, title: rule, status, level, reason: `${rule} is so`, because: null, from: "--fail", fix: "mend it", ...figures };
}

it("counts what the gate counts: failures, unjudged rules that fail as errors, those that warn and ignored ones as skipped", () => {
  const rules = [
    result("image-size", "fail"),
    result("wasted-bytes", "fail"),
    result("growth-bytes", "unjudged", "fail"),
    result("growth-percent", "unjudged", "warn"),
    result("setuid-files", "ignored"),
    result("root-user", "warn"),
    result("efficiency", "pass"),
  ];
  const gate: GateResult = { status: "fail", rules, sentence: "", sources: [], ignored: 0, ignoredSecrets: [], unusedIgnores: [] };
  const xml = renderJunit(analysisOf(), { gate });
  expect(xml).toContain('<testsuites name="ballast" tests="7" failures="2" errors="1">');
  expect(xml).toContain('skipped="2"');
  const count = (element: string): number => xml.split(`<${element} `).length + xml.split(`<${element}>`).length - 2;
  const counts = Object.fromEntries(["testcase", "failure", "error", "skipped", "system-out"].map((name) => [name, count(name)]));
  expect(counts).toEqual({ testcase: 7, failure: 2, error: 1, skipped: 2, "system-out": 1 });
});
