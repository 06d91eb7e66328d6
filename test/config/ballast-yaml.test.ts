import { describe, expect, it } from "vitest";

import { parseBallastYaml } from "../../src/config/ballast-yaml.ts";
import { BallastError } from "../../src/base/errors.ts";

const read = (text: string) => parseBallastYaml(".ballast.yaml", text);

async function complaint(text: string): Promise<string> {
  try {
    await read(text);
  } catch (error) {
    if (error instanceof BallastError && error.code === "bad-config") return error.message;
    throw error;
  }
  throw new Error(`accepted:\n${text}`);
}

describe(".ballast.yaml", () => {
  it("reads rules in their short and long forms", async () => {
    const { rules } = await read(`
version: 1
rules:
  efficiency: 90%
  image-size: { fail: 200MB, warn: 150MiB, reason: small images start faster }
  wasted-bytes: { warn: '1,000' }
  forbidden-paths: /root/.ssh/**
  root-user: true
  layer-count: off
  growth-percent: { fail: 5%, unjudged: warn }
  secrets: { fail: high, surfaces: { env: low, file: { warn: info } }, confidence: medium }
`);
    expect(rules?.get("efficiency")).toMatchObject({ fail: 0.9, warn: null, from: ".ballast.yaml:4" });
    expect(rules?.get("image-size")).toMatchObject({ fail: 200_000_000, warn: 157_286_400, because: "small images start faster" });
    expect(rules?.get("wasted-bytes")).toMatchObject({ fail: null, warn: 1000 });
    expect(rules?.get("forbidden-paths")?.fail).toEqual(["/root/.ssh/**"]);
    expect(rules?.get("root-user")?.fail).toBe(true);
    expect(rules?.get("layer-count")?.fail).toBeNull();
    expect(rules?.get("growth-percent")).toMatchObject({ fail: 5, unjudged: "warn" });
    expect(rules?.get("secrets")).toMatchObject({
      fail: "high",
      confidence: "medium",
      surfaces: { env: { fail: "low" }, file: { warn: "info" } },
    });
  });

  it("reads exceptions, secrets, keys, theme and base", async () => {
    const settings = await read(`
base: debian:12
baseline: last.json
ignore:
  - { rule: setuid-files, path: /usr/bin/sudo, reason: needed, expires: 2027-02-28 }
secrets:
  scan: config
  allow:
    - fingerprint: abc
      key: API_*
      reason: test key
keys: { quit: [q, C-c], filter: / }
theme: { added: green }
view: waste
`);
    expect(settings.ignore?.[0]).toMatchObject({
      rule: "setuid-files",
      path: "/usr/bin/sudo",
      expires: "2027-02-28",
      from: ".ballast.yaml:5",
    });
    expect(settings).toMatchObject({
      base: "debian:12",
      baseline: "last.json",
      secretsScan: "config",
      secretsAllow: [{ fingerprint: "abc", rule: null, key: "API_*" }],
      keys: { quit: ["q", "C-c"], filter: ["/"] },
      theme: { added: "green" },
      view: "waste",
    });
  });

  it("reads a text with commas as a list, as a flag does: taken for one name, it forbade nothing", async () => {
    const { rules } = await parseBallastYaml("f", "rules: { forbidden-packages: 'telnetd, curl', forbidden-paths: '/a/**,/b{c,d}' }");
    expect(rules?.get("forbidden-packages")?.fail).toEqual(["telnetd", "curl"]);
    expect(rules?.get("forbidden-paths")?.fail).toEqual(["/a/**", "/b{c,d}"]);
  });

  it("accepts an empty file and an empty map of rules", async () => {
    expect(await read("")).toEqual({});
    expect((await read("rules: {}")).rules?.size).toBe(0);
    expect(await read("rules:\n  # efficiency: 0.9\nignore:\nsecrets:\n")).toEqual({ ignore: [], rules: new Map() });
  });

  it.each([
    ["ruels: {}", /^\.ballast\.yaml:1: ruels: there is no key "ruels"; did you mean "rules"\?$/],
    ["rules:\n  efficency: 0.9", /:2: rules\.efficency: there is no rule "efficency"; did you mean "efficiency"\?/],
    ["rules:\n  imageSize: 5MB", /did you mean "image-size"/],
    ["rules:\n  efficiency:\n    fial: 0.9", /:3: rules\.efficiency\.fial: there is no key "fial"; did you mean "fail"/],
    ["rules:\n  efficiency:\n    fail: 1.5", /:3: rules\.efficiency\.fail must lie between 0 and 1/],
    ["rules:\n  efficiency: many", /:2: rules\.efficiency takes a ratio/],
    ["rules:\n  image-size: 20 bananas", /:2: rules\.image-size takes bytes/],
    ["rules:\n  image-size: 1,5MB", /:2: rules\.image-size takes bytes.*, not "1,5MB"/],
    ["rules:\n  image-size: .inf", /:2: rules\.image-size takes bytes.*, not Infinity/],
    ["rules:\n  image-size: -1", /cannot be negative/],
    ["rules:\n  layer-count: 2.5", /takes a whole number/],
    ["rules:\n  secrets: hgih", /takes a severity, not "hgih"; did you mean "high"/],
    ["rules:\n  secrets: { fail: high, surfaces: { envv: low } }", /there is no surface "envv"; did you mean "env"/],
    ["rules:\n  secrets: { surfaces: {} }", /rules\.secrets\.surfaces names no surface/],
    ["rules:\n  secrets: { fail: high, surfaces: { env: {} } }", /surfaces\.env sets neither fail nor warn/],
    ["rules:\n  engine-divergence: { fail: 0, codes: [duplicate-pth] }", /cannot be "duplicate-pth"; did you mean "duplicate-path"/],
    ["rules:\n  engine-divergence: { fail: 0, codes: [] }", /codes lists nothing, so nothing would count/],
    ["rules:\n  leftover-bytes: { fail: 0, categories: [] }", /categories lists nothing/],
    ["rules:\n  forbidden-paths: ['/etc/passwd ']", /begins or ends with a blank/],
    ["rules:\n  forbidden-packages: [curl=7.1]", /"curl=7\.1" names a version/],
    ["rules:\n  forbidden-packages: ['event-stream@3']", /names a version/],
    ["rules:\n  forbidden-packages: ['pkg:npm/event-stream']", /is a package URL/],
    ["rules:\n  forbidden-packages: [^curl$]", /is a regular expression/],
    ["rules:\n  forbidden-packages: ['curl:amd64']", /names an architecture/],
    ["rules:\n  forbidden-paths: [etc/passwd]", /begins with neither \/ nor \*\*/],
    ["rules:\n  forbidden-paths: [1]", /and 1 is not one/],
    ["rules:\n  root-user: nobody", /takes true or off/],
    ["rules:\n  secrets:\n  # high", /:2: rules\.secrets has no value; "off" switches the rule off/],
    ["rules:\n  secrets: { fail: , warn: low }", /:2: rules\.secrets\.fail has no value/],
    ["rules:\n  secrets: ''", /has no value/],
    ["rules:\n  secrets: no", /cannot be "no"; "off" switches the rule off/],
    ["rules:\n  image-size: none", /cannot be "none"/],
    ["version: 1\n---\nversion: 1", /:2: a second YAML document begins here/],
    ["rules:\n  image-size: &a { fail: 1MB, <<: *a }", /:2: rules\.image-size is nested too deeply/],
    ["rules:\n  image-size: &a { fail: 2MB, warn: 1MB }\n  largest-file: { <<: *a, fail: 1kB }", /:3: rules\.largest-file warns at/],
    ["xdefaults: {}", /there is no key "xdefaults"/],
    ["rules:\n  efficiency: { fail: 0.95, warn: 0.9 }", /warns at 0\.9 only after it fails at 0\.95/],
    ["rules:\n  image-size: { fail: 1MB, warn: 2MB }", /only after it fails/],
    ["rules:\n  secrets: { fail: low, warn: high }", /only after it fails/],
    ["rules:\n  efficiency: { reason: because }", /sets neither fail nor warn/],
    ["rules: [efficiency]", /rules must be a map/],
    ["ignore:\n  - rule: secrets", /:2: ignore\[0\] gives no reason/],
    ["ignore:\n  - reason: x", /names no rule, path or fingerprint/],
    ["ignore:\n  - { rule: secrets, reason: x, expires: 2027-02-30 }", /ignore\[0\]\.expires must be a date/],
    ["ignore:\n  - { rule: sercets, reason: x }", /names no rule: "sercets"; did you mean "secrets"/],
    ["version: 2", /version must be 1/],
    ["base: 5", /base must be a text/],
    ["secrets: { scan: everything }", /cannot be "everything"/],
    ["a: 1\na: 2", /:2: a key stands twice/],
    ["rules: [", /^\.ballast\.yaml:1: /],
  ])("refuses %j", async (text, message) => {
    expect(await complaint(text)).toMatch(message);
  });

  it("takes anchors, what they merge, and a place to keep them", async () => {
    const text = `x-sizes: &sizes { fail: 200MB, warn: 100MB }
x-strict: &strict { fail: 100MB, reason: a small disk }
rules:
  image-size: *sizes
  largest-file: { <<: *sizes, fail: 150MB }
  largest-layer:
    <<: [*strict, *sizes]
    warn: 90MB
`;
    const { rules } = await read(text);
    expect(rules?.get("image-size")).toMatchObject({ fail: 200e6, warn: 100e6 });
    expect(rules?.get("largest-file")).toMatchObject({ fail: 150e6, warn: 100e6 });
    expect(rules?.get("largest-layer")).toMatchObject({ fail: 100e6, warn: 90e6, because: "a small disk" });
  });

  it("does not choke on aliases that refer to themselves or explode", async () => {
    const bomb = `a: &a [x]\nb: &b [${"*a,".repeat(9)}*a]\nc: &c [${"*b,".repeat(9)}*b]\nd: [${"*c,".repeat(9)}*c]`;
    expect(await complaint(bomb)).toMatch(/repeats itself through aliases/);
  });

  it("says what is wrong with an alias without an anchor, and with brackets nested a thousand deep", async () => {
    expect(await complaint("version: 1\nignore: *nobody\n")).toMatch(/does not stand before it/);
    expect(await complaint(`version: 1\nignore: ${"[".repeat(100_000)}${"]".repeat(100_000)}\n`)).toMatch(/:2: is nested too deeply/);
  });

  it("refuses what is nested too deeply before it is parsed: Node's stack was full in a regular expression, and V8 ended the process", async () => {
    const staircase = Array.from({ length: 700 }, (_, level) => `${" ".repeat(level)}a:\n`).join("");
    for (const text of [..."[{?-"].map((indicator) => `${indicator} `.repeat(3000)))
      for (let again = 0; again < 3; again += 1) expect(await complaint(text)).toMatch(/:1: is nested too deeply/);
    expect(await complaint(staircase)).toMatch(/:101: is nested too deeply/);
    expect(await complaint(`# ${"[ - ? { ".repeat(500)}\nversion: 1\nignore: ["${"[".repeat(500)}"]\nrulez: {}\n`)).toMatch(/rulez/);
  });
});
