import { describe, expect, it } from "vitest";

import type { GateResult, RuleResult } from "../../src/gate/verdict.ts";
import { renderMarkdown } from "../../src/report/markdown.ts";
import { analysisOf } from "../helpers/analysis.ts";

/** A broken rule with ten findings whose names take as much room as they can. */
function broken(index: number, findings: number): RuleResult {
  const evidence = Array.from({ length: findings }, (_, at) => ({ message: "<|>".repeat(100), path: `/srv/${at}/${"`|".repeat(60)}` }));
  const figures = { value: 1, measured: "1", fail: "0", warn: null, note: null, because: null, from: "--fail", fix: "mend it" };
  return { rule: `rule-${index}`, title: "", status: "fail", level: null, reason: "it is so", evidence, ...figures };
}

function comment(rules: number, findings: number): string {
  const gate: GateResult = {
    status: "fail",
    rules: Array.from({ length: rules }, (_, index) => broken(index, findings)),
    sentence: "Failed.",
    sources: [],
    ignored: 0,
    ignoredSecrets: [],
    unusedIgnores: [],
  };
  return renderMarkdown(analysisOf(), { gate });
}

describe("a comment", () => {
  it("shows ten findings of a rule while there is room, then five, then two", () => {
    const shown = (text: string): number => text.split("- <code>").length - 1;
    expect(shown(comment(1, 12))).toBe(10);
    expect(shown(comment(4, 12))).toBe(4 * 5);
    expect(shown(comment(10, 12))).toBe(10 * 2);
  });

  it.each([1, 4, 10, 40, 400])("of %i broken rules is none too many for GitHub, and every fold ends", (rules) => {
    const text = comment(rules, 12);
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(60_000);
    expect(text.split("<details>")).toHaveLength(text.split("</details>").length);
    expect(text).toContain("Failed.");
  });
});
