import { describe, expect, it } from "vitest";

import type { Analysis } from "../../analyzers/analysis.ts";
import { parseBallastYaml } from "../../src/config/ballast-yaml.ts";
import { evaluateGate } from "../../src/gate/evaluate.ts";
import type { GateResult } from "../../src/gate/verdict.ts";
import { analysisOf, secretOf } from "../helpers/analysis.ts";

const now = Date.parse("2026-06-15T12:00:00Z");

async function gate(yaml: string, analysis: Analysis = analysisOf()): Promise<GateResult> {
  const settings = await parseBallastYaml(".ballast.yaml", yaml);
  return evaluateGate({
    analysis,
    baseline: null,
    now,
    settings: { rules: settings.rules ?? new Map(), ignore: settings.ignore ?? [], secretsAllow: settings.secretsAllow ?? [], sources: [] },
  });
}

const statusOf = (result: GateResult) => result.rules.map(({ rule, status }) => `${rule} ${status}`);

describe("secrets", () => {
  const secrets = [
    secretOf({ severity: "critical", locations: [{ surface: "file", path: "/app/.env", line: 3, layer: 0 }], fingerprint: "one" }),
    secretOf({ severity: "medium", fingerprint: "two" }),
    secretOf({ severity: "low", confidence: "low", locations: [{ surface: "history", layer: 0 }], fingerprint: "three" }),
  ];

  it.each([
    ["secrets: high", "secrets fail"],
    ["secrets: { warn: high }", "secrets warn"],
    ["secrets: { fail: critical, surfaces: { file: off } }", "secrets pass"],
    ["secrets: { fail: critical, surfaces: { file: off, env: medium } }", "secrets fail"],
    ["secrets: { surfaces: { history: { warn: low } } }", "secrets warn"],
    ["secrets: { surfaces: { history: { warn: low } }, confidence: medium }", "secrets pass"],
    ["secrets: { surfaces: { label: info } }", "secrets pass"],
    // A level that a surface does not state is the rule's.
    ["secrets: { fail: high, surfaces: { file: { warn: info } } }", "secrets fail"],
    ["secrets: { fail: high, surfaces: { file: { fail: off, warn: info } } }", "secrets warn"],
  ])("%s → %s", async (rule, expected) => {
    expect(statusOf(await gate(`rules:\n  ${rule}`, analysisOf({ secrets })))).toEqual([expected]);
  });

  it("are not passed when they were not looked for, or not everywhere", async () => {
    expect(statusOf(await gate("rules: { secrets: high }", analysisOf({ secrets: null })))).toEqual(["secrets unjudged"]);
    const incomplete = [{ what: "secrets", reason: "the file is larger than 1 GB", layer: 0 }];
    const result = await gate("rules: { secrets: high }", analysisOf({ incomplete }));
    expect(statusOf(result)).toEqual(["secrets unjudged"]);
    expect(result.status).toBe("fail");
    expect(result.sentence).toContain("larger than 1 GB");
    expect(statusOf(await gate("rules: { secrets: high }", analysisOf({ secrets, incomplete })))).toEqual(["secrets fail"]);
  });

  it.each([
    ["{ fail: high, warn: medium }", "secrets unjudged", "fail"],
    ["{ fail: high, warn: medium, unjudged: warn }", "secrets warn", "warn"],
    ["{ warn: medium }", "secrets warn", "warn"],
    ["{ warn: medium, unjudged: fail }", "secrets unjudged", "fail"],
    ["{ surfaces: { file: high }, warn: medium }", "secrets unjudged", "fail"],
  ])("that only warn do not hide that the rest was not looked at: %s", async (rule, expected, verdict) => {
    const analysis = analysisOf({
      secrets: [secretOf({ severity: "medium" })],
      incomplete: [{ what: "secrets", reason: "the file is larger than 1 GB", layer: 0 }],
    });
    const result = await gate(`rules: { secrets: ${rule} }`, analysis);
    expect(statusOf(result)).toEqual([expected]);
    expect(result.status).toBe(verdict);
    expect(result.rules[0]!.evidence).toHaveLength(1);
  });

  it.each([
    ["{ path: /app/.env, reason: known }", "secrets fail", ["one /app/.env"]],
    ["{ fingerprint: two, reason: known }", "secrets fail", ["two -"]],
    ["{ path: /app/.env, fingerprint: one, reason: known }", "secrets pass", ["one /app/.env"]],
    ["{ path: /app/.env, fingerprint: two, reason: known }", "secrets fail", []],
    ["{ rule: root-user, path: /app/.env, reason: known }", "secrets fail", []],
  ])("that %s covers are not held against the image: %s", async (entry, expected, places) => {
    const threshold = entry.includes("fingerprint: one") ? "high" : "medium";
    const result = await gate(`rules: { secrets: ${threshold} }\nignore:\n  - ${entry}`, analysisOf({ secrets }));
    expect(statusOf(result)).toEqual([expected]);
    expect(result.ignoredSecrets.map(({ fingerprint, path }) => `${fingerprint} ${path ?? "-"}`)).toEqual(places);
  });

  it("say so when they were not looked for in files", async () => {
    const settings = await parseBallastYaml(".ballast.yaml", "rules: { secrets: high }");
    const note = (secrets: "config" | "full") => {
      const analysis = analysisOf({ scope: { secrets, duplicates: true } });
      const rules = { rules: settings.rules!, ignore: [], secretsAllow: [], sources: [] };
      return evaluateGate({ analysis, baseline: null, now, settings: rules }).rules[0]?.note;
    };
    expect([note("config"), note("full")]).toEqual([expect.stringContaining("files were not scanned"), null]);
  });

  it("can be allowed by fingerprint, rule or path, until the entry expires", async () => {
    const yaml = (entry: string) => `rules: { secrets: critical }\nsecrets:\n  allow:\n    - { ${entry}, reason: test }`;
    for (const entry of ["fingerprint: one", "path: /app/*", "rule: aws-access-key", "fingerprint: one, expires: 2026-06-15"]) {
      const result = await gate(yaml(entry), analysisOf({ secrets }));
      expect([entry, result.status]).toEqual([entry, "pass"]);
      expect(result.ignored).toBeGreaterThan(0);
    }
    expect(statusOf(await gate(yaml("fingerprint: one, expires: 2026-06-14"), analysisOf({ secrets })))).toEqual([
      "secrets fail",
      "expired-ignore fail",
    ]);
    expect((await gate(yaml("fingerprint: other"), analysisOf({ secrets }))).status).toBe("fail");
  });
});

describe("ignore entries", () => {
  const waste = [
    { path: "/var/cache/x", bytes: 300, cause: "removed", layer: 0, supersededBy: 1 },
    { path: "/app/y", bytes: 100, cause: "removed", layer: 0, supersededBy: 1 },
  ] as const;
  const wasteful = analysisOf({ waste, totals: { totalBytes: 1400, finalBytes: 1000, compressedBytes: null, wastedBytes: 400 } });

  it("take paths out of a rule's figure", async () => {
    const all = await gate("rules: { efficiency: 0.9, wasted-bytes: 100 }", wasteful);
    expect(all.rules.map(({ value }) => value)).toEqual([1000 / 1400, 400]);
    const some = await gate(
      "rules: { efficiency: 0.9, wasted-bytes: 100 }\nignore:\n  - { path: '/var/cache/**', reason: known }",
      wasteful,
    );
    expect(some.rules.map(({ value }) => value)).toEqual([1000 / 1100, 100]);
    expect(some.status).toBe("pass");
  });

  it("count each finding that they cover, once for each rule it would have broken", async () => {
    const result = await gate("rules: { wasted-bytes: 1, removed-bytes: 1 }\nignore:\n  - { path: /**, reason: known }", wasteful);
    expect(result.ignored).toBe(4);
  });

  it("that cover nothing are named, those behind a wider one not", async () => {
    const yaml = `rules: { wasted-bytes: 1 }
ignore:
  - { path: /**, reason: all }
  - { path: /app/y, reason: one }
  - { path: /app/z, reason: gone }
  - { rule: setuid-files, reason: not judged }
  - { path: /app/y, fingerprint: f00d, reason: no secret }
  - { path: /old, reason: over, expires: 2026-06-14 }`;
    expect((await gate(yaml, wasteful)).unusedIgnores).toEqual([".ballast.yaml:5", ".ballast.yaml:6", ".ballast.yaml:7"]);
  });

  it("of another rule change nothing", async () => {
    expect(
      (await gate("rules: { wasted-bytes: 100 }\nignore:\n  - { rule: setuid-files, path: /**, reason: known }", wasteful)).status,
    ).toBe("fail");
  });

  it("without a path cover the whole rule, visibly", async () => {
    const result = await gate(
      "rules: { wasted-bytes: 100 }\nignore:\n  - { rule: wasted-bytes, reason: later, expires: 2026-12-31 }",
      wasteful,
    );
    expect(statusOf(result)).toEqual(["wasted-bytes ignored"]);
    expect(result.rules[0]?.reason).toBe("ignored by .ballast.yaml:3 until 2026-12-31: later");
  });

  it("fail the gate from the day after their last", async () => {
    const yaml = (date: string) => `rules: { wasted-bytes: 100 }\nignore:\n  - { path: /var/cache/*, reason: soon, expires: ${date} }`;
    expect((await gate(yaml("2026-06-15"), wasteful)).status).toBe("pass");
    const expired = await gate(yaml("2026-06-14"), wasteful);
    expect(statusOf(expired)).toEqual(["wasted-bytes fail", "expired-ignore fail"]);
    expect(expired.sentence).toContain(".ballast.yaml:3 expired on 2026-06-14: soon");
  });
});

describe("dates", () => {
  const built = "2026-06-01T10:00:00Z";
  const seconds = Date.parse(built) / 1000;
  const withFile = async (mtimeSeconds: number, created: string | null) => {
    const { MergedTree } = await import("../../src/filesystem/merged-tree.ts");
    const { catalogOf } = await import("../helpers/trees/catalog.ts");
    const tree = new MergedTree();
    tree.addLayer(catalogOf([{ path: "a", mtimeSeconds }]));
    const plain = analysisOf();
    return gate("rules: { unreproducible-layers: 0 }", analysisOf({ tree, layers: plain.layers.map((layer) => ({ ...layer, created })) }));
  };

  it.each([
    ["long before the build", seconds - 90 * 86_400, built, "pass"],
    ["clamped to the date of creation", seconds, built, "pass"],
    ["seconds before the build ended", seconds - 40, built, "fail"],
    ["in the future", now / 1000 + 3 * 86_400, null, "fail"],
    ["with no date of creation to compare", seconds, null, "unjudged"],
  ])("%s", async (_, mtime, created, status) => {
    expect((await withFile(mtime, created)).rules[0]?.status).toBe(status);
  });
});

it("a ratio counts from its floor on, not only above it", async () => {
  const waste = [{ path: "/a", bytes: 1000, cause: "removed", layer: 0, supersededBy: 0 }] as const;
  const half = analysisOf({ waste, totals: { totalBytes: 2000, finalBytes: 1000, compressedBytes: null, wastedBytes: 1000 } });
  expect(statusOf(await gate("rules: { efficiency: { fail: 0.9, unless-below: 1000 } }", half))).toEqual(["efficiency fail"]);
  expect(statusOf(await gate("rules: { efficiency: { fail: 0.9, unless-below: 1001 } }", half))).toEqual(["efficiency pass"]);
});

describe("the verdict", () => {
  it("is one sentence that names what broke, and by how much", async () => {
    const result = await gate("rules: { image-size: { fail: 900 }, layer-count: { warn: 0 }, largest-file: 5kB }");
    expect(result.sentence).toBe(
      "Failed: 1 of 3 rules failed (image-size: 1.00 kB is more than 900 B), 1 warning (layer-count: 1 is more than 0).",
    );
    expect((await gate("rules: { image-size: 1kB, layer-count: 1 }")).sentence).toBe("Passed: all 2 rules hold.");
    expect((await gate("rules: {}")).sentence).toBe("Passed: no rule is set.");
  });

  it("gives exact figures where rounded ones look equal", async () => {
    expect((await gate("rules: { image-size: 999.9 }")).rules[0]?.reason).toBe("1.00 kB is more than 1.00 kB (1000 against 999.9)");
  });

  it("names the first find with its place, once", async () => {
    const secrets = [secretOf({ severity: "high", locations: [{ surface: "file", path: "/app/.env", line: 3, layer: 0 }] })];
    const [rule] = (await gate("rules: { secrets: high }", analysisOf({ secrets }))).rules;
    expect(rule?.reason).toContain("; first: ");
    expect(rule?.reason.split("/app/.env")).toHaveLength(2);
  });

  it("holds no control characters of the image", async () => {
    const result = await gate("rules: { root-user: true }", analysisOf({ container: { user: "root:\u001b[31m\n::error::x" } }));
    expect(result.sentence).not.toMatch(/\p{Cc}/u);
  });
});
