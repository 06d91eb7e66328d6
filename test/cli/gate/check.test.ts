import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { dockerArchive, ociLayout, writeFiles } from "../../helpers/image-fixture.ts";
import type { ImageFixture } from "../../helpers/image-fixture.ts";
import { cleanEnvironment, cliPath, runCli } from "../../helpers/run-cli.ts";
import type { CliOptions, CliResult } from "../../helpers/run-cli.ts";
import { file, whiteout } from "../../helpers/tar-fixture.ts";
import { openTerminal } from "../../helpers/screen/terminal.ts";
import { temporaryDirectory } from "../../helpers/temp-dir.ts";

/** 2 MB of which the final filesystem shows half; dive: efficiency 0.5, wasted 2 MB, of the upper layers all. */
const half: ImageFixture = {
  layers: [[file("etc/os", "o".repeat(1000))], [file("app", "a".repeat(1_000_000))], [file("app", "b".repeat(1_000_000))]],
  config: { User: "app" },
};
const clean: ImageFixture = { layers: [[file("etc/os", "o".repeat(1000))], [file("app", "a".repeat(1_000_000))]], config: { User: "app" } };

function project(files: Readonly<Record<string, string>> = {}, image: ImageFixture = half): string {
  const cwd = temporaryDirectory();
  writeFileSync(join(cwd, "app.tar"), dockerArchive(image));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(cwd, name, ".."), { recursive: true });
    writeFileSync(join(cwd, name), text);
  }
  return cwd;
}

const check = (cwd: string, args: readonly string[] = [], options: CliOptions = {}): Promise<CliResult> =>
  runCli(["check", "app.tar", ...args], { cwd, ...options });
const lastLine = ({ stdout }: CliResult): string => stdout.trimEnd().split("\n").at(-1)!;

describe("the verdict", () => {
  it("is the exit status and the last line", async () => {
    const cwd = project();
    const failed = await check(cwd, ["--fail", "efficiency=0.9"]);
    expect(failed.status).toBe(1);
    expect(lastLine(failed)).toBe("Failed: 1 of 4 rules failed (efficiency: 50.0 % is less than 90 %).");
    const warned = await check(cwd, ["--warn", "efficiency=0.9"]);
    expect([warned.status, lastLine(warned)]).toEqual([0, "Passed with warnings: 1 warning (efficiency: 50.0 % is less than 90 %)."]);
    const passed = await check(cwd, ["--fail", "efficiency=0.5", "--fail", "image-size=2001kB"]);
    expect([passed.status, lastLine(passed)]).toEqual([0, "Passed: all 5 rules hold."]);
    expect(passed.stderr).toBe("");
    expect(passed.stdout.replace(/\s+/g, " ")).toContain(
      "judged: efficiency, image-size (--fail); leftover-bytes, secrets, root-user (default)",
    );
  });

  it("tells wrong configuration (2) and unreadable images (3) from a failed gate (1)", async () => {
    const cwd = project({ ".ballast.yaml": "rules:\n  efficency: 0.9\n" });
    const wrong = await check(cwd);
    expect([wrong.status, wrong.stdout]).toEqual([2, ""]);
    expect(wrong.stderr).toBe(
      'error: .ballast.yaml:2: rules.efficency: there is no rule "efficency"; did you mean "efficiency"?\nhint: correct the file, or run `ballast check --init` for a commented one\n',
    );
    expect((await runCli(["check", "missing.tar", "--fail", "layer-count=3"], { cwd: project() })).status).toBe(3);
    expect((await runCli(["check"], { cwd: project() })).status).toBe(2);
    expect((await check(project(), ["--fail", "layer-count=many"])).status).toBe(2);
  });

  it("is none where no rule is left, which is a mistake unless it is said", async () => {
    const cwd = project({ ".dive-ci": "rules:\n  lowestEfficiency: disabled\n  highestUserWastedPercent: disabled\n" });
    for (const args of [[], ["--rules", "none"]]) {
      const result = await check(cwd, args);
      expect([result.status, result.stdout]).toEqual([2, ""]);
      expect(result.stderr).toMatch(/^error: no rule is set \(\.dive-ci\), so nothing would be judged\nhint: .*--allow-empty/);
    }
    const surfacesOff = project({ ".ballast.yaml": "defaults: none\nrules: { secrets: { fail: off, surfaces: { env: off } } }\n" });
    expect((await check(surfacesOff)).status).toBe(2);
    const allowed = await check(cwd, ["--allow-empty"]);
    expect([allowed.status, lastLine(allowed)]).toEqual([0, "Passed: no rule is set."]);
  });

  it("spares a ratio whose bytes are below its floor, and says so", async () => {
    const cwd = project({ ".ballast.yaml": "rules:\n  efficiency: { fail: 0.9, unless-below: 1MB }\n" });
    expect((await check(cwd)).status).toBe(1); // 1 MB is wasted
    const spared = await check(cwd, ["--fail", "efficiency=0.9,unless-below=1.1MB"]);
    expect(spared.status).toBe(0);
    expect(spared.stdout.replace(/\s+/g, " ")).toContain(
      "pass efficiency 50.0 %, not judged as a part of so little: 1.00 MB behind it, and it counts from 1.10 MB on",
    );
  });

  it("is the same in CI and outside, on a terminal and in a pipe, for every way to say what judges", async () => {
    const image: ImageFixture = { ...clean, config: { User: "app", Env: ["DB_PASSWORD=Zk3vT9qLw2xR8mNc"] } };
    const dive = { ".dive-ci": "rules:\n  lowestEfficiency: 0.5\n" };
    const yaml = { ".ballast.yaml": "rules: { image-size: 1GB }\n" };
    /** What lies here, the flags, the status, and the rules that judged. */
    const table: readonly (readonly [Readonly<Record<string, string>>, readonly string[], number, string])[] = [
      [{}, [], 1, "efficiency, leftover-bytes, secrets, root-user (default)"],
      [{}, ["--fail", "image-size=1GB"], 1, "image-size (--fail); efficiency, leftover-bytes, secrets, root-user (default)"],
      [{}, ["--fail", "secrets=off"], 0, "efficiency, leftover-bytes, root-user (default)"],
      [{}, ["--secrets", "off"], 0, "efficiency, leftover-bytes, root-user (default)"],
      [{}, ["--warn", "secrets=low"], 0, "efficiency, leftover-bytes, root-user (default); secrets (--warn)"],
      [{}, ["--rules", "none", "--fail", "image-size=1GB"], 0, "image-size (--fail)"],
      [{}, ["--ci", "--rules", "dive"], 0, "secrets (default); lowestEfficiency, highestUserWastedPercent (dive's default)"],
      [
        {},
        ["--lowestEfficiency", "0.5"],
        0,
        "secrets (default); lowestEfficiency (--lowestEfficiency); highestUserWastedPercent (dive's default)",
      ],
      [
        {},
        ["--ci"],
        1,
        "efficiency, leftover-bytes, secrets, root-user (default); lowestEfficiency, highestUserWastedPercent (dive's default)",
      ],
      [yaml, [], 1, "efficiency, leftover-bytes, secrets, root-user (default); image-size (.ballast.yaml)"],
      [dive, [], 0, "secrets (default); lowestEfficiency (.dive-ci); highestUserWastedPercent (dive's default)"],
      [dive, ["--fail", "secrets=high"], 1, "secrets (--fail); lowestEfficiency (.dive-ci); highestUserWastedPercent (dive's default)"],
      [
        dive,
        ["--rules", "ballast"],
        1,
        "efficiency, leftover-bytes, secrets, root-user (default); lowestEfficiency (.dive-ci); highestUserWastedPercent (dive's default)",
      ],
    ];
    const sorted = (judged: string): string => judged.split("; ").sort().join("; ");
    for (const [row, [files, args, status, judged]] of table.entries()) {
      const cwd = project(files, image);
      const runs = await Promise.all(
        (row === 0 ? [undefined, "true", "1", "false"] : [undefined, "true"])
          .map((CI) => check(cwd, args, { env: { CI } }))
          .map(async (run) => {
            const result = await run;
            const said = /judged: (.*?\)) [ a-zA-Z?]{4} /.exec(result.stdout.replace(/\s+/g, " "))?.[1] ?? "";
            return { status: result.status, last: lastLine(result), judged: sorted(said) };
          }),
      );
      for (const run of runs) expect([args, run]).toEqual([args, { status, last: runs[0]!.last, judged: sorted(judged) }]);
      if (row % 4 > 0) continue;
      const terminal = await openTerminal(process.execPath, [cliPath, "check", "app.tar", "-q", ...args], {
        env: { ...cleanEnvironment(), CI: "true" },
        cwd,
        columns: 300,
      });
      expect([args, (await terminal.exited).exitCode]).toEqual([args, status]);
      expect(terminal.output).toContain(runs[0]!.last);
    }
  });

  it("tells of secrets where dive's rules judge alone, and how to make them count", async () => {
    const image: ImageFixture = { ...clean, config: { User: "app", Env: ["DB_PASSWORD=Zk3vT9qLw2xR8mNc"] } };
    const cwd = project({ ".dive-ci": "" }, image);
    const told = await check(cwd);
    expect(told.status).toBe(0);
    expect(lastLine(told)).toMatch(/^Passed with warnings: 1 warning \(secrets: 1 found/);
    expect(told.stdout.replace(/\s+/g, " ")).toContain(
      "dive's rules do not look at secrets, so this only warns; --fail secrets=high makes it count",
    );
    expect((await check(cwd, ["--fail", "secrets=high"])).status).toBe(1);
    const without = await check(project({ ".dive-ci": "" }, clean));
    expect(lastLine(without)).toBe("Passed: all 2 rules hold.");
  });

  it("is Ballast's own where nobody sets a rule", async () => {
    const result = await check(project());
    expect(result.status).toBe(1);
    expect(lastLine(result)).toMatch(/^Failed: 1 of 4 rules failed \(efficiency: /);
  });
});

describe("dive's gate", () => {
  const verdictOf = async (rules: string | null, args: readonly string[] = [], env: Record<string, string> = {}, image = half) => {
    const result = await check(project(rules === null ? {} : { ".dive-ci": rules }, image), args, { env });
    expect(result.status === 0 || result.status === 1).toBe(true);
    return result.status === 0 ? "PASS" : "FAIL";
  };

  // dive 0.13.1 on this image: efficiency 0.50025, wasted 2000000, user wasted ratio 1.
  it.each([
    ["rules:\n  lowestEfficiency: 0.95\n", "FAIL"],
    ["rules:\n  lowestEfficiency: 0.5\n  highestUserWastedPercent: 1\n", "PASS"],
    ["rules:\n  lowestEfficiency: '0.5002'\n  highestUserWastedPercent: '0.99'\n", "FAIL"],
    ["rules:\n  lowestEfficiency: disabled\n  highestUserWastedPercent: disabled\n  highestWastedBytes: 2MB\n", "PASS"],
    ["rules:\n  lowestEfficiency: disabled\n  highestUserWastedPercent: disabled\n  highestWastedBytes: 1999999B\n", "FAIL"],
    ["rules:\n  lowestEfficiency: disabled\n  highestUserWastedPercent: disabled\n  highestWastedBytes: 1.9MiB\n", "FAIL"],
    ["rules:\n  # lowestEfficiency: 0.1\n  highestUserWastedPercent: 1\n", "FAIL"],
  ])("judges %j as dive does: %s", async (rules, verdict) => {
    expect(await verdictOf(rules)).toBe(verdict);
  });

  it("has dive's defaults with --rules dive, and passes a single layer", async () => {
    expect(await verdictOf(null, ["--ci"])).toBe("FAIL");
    expect(await verdictOf("", ["--ci"])).toBe("FAIL");
    expect(await verdictOf(null, ["--ci", "--rules", "dive"], {}, { layers: [[file("a", "1")]] })).toBe("PASS");
    expect(await verdictOf(null, ["--ci"], {}, clean)).toBe("PASS");
    expect(await verdictOf(null, ["--lowestEfficiency", "0.5", "--highestUserWastedPercent", "1"])).toBe("PASS");
    expect(await verdictOf(null, ["--ci"], { DIVE_RULES_LOWEST_EFFICIENCY: "0", DIVE_RULES_HIGHEST_USER_WASTED_PERCENT: "disabled" })).toBe(
      "PASS",
    );
  });

  it("needs no command to be named", async () => {
    const result = await runCli(["--ci", "app.tar"], { cwd: project() });
    expect(result.status).toBe(1);
    expect(lastLine(result)).toMatch(/^Failed: /);
  });

  it("takes dive's other flags as dive's users type them", async () => {
    const cwd = project({ ".dive-ci": "rules: { lowestEfficiency: 0.5, highestUserWastedPercent: 1 }\n" });
    const run = (...args: string[]): Promise<CliResult> => runCli(args, { cwd });
    const dive = (name: string): object => JSON.parse(readFileSync(join(cwd, name), "utf8")) as object;
    expect((await run("--ci", "--source", "docker-archive", "app.tar")).status).toBe(0);
    expect((await run("--ci", "--source=docker-archive", "--lowest-efficiency", "0.9", "app.tar")).status).toBe(1);
    const ignoring = await run("--ci", "-i", "app.tar");
    expect([ignoring.status, ignoring.stderr]).toEqual([0, expect.stringMatching(/^note: --ignore-errors changes nothing/)]);
    expect((await run("app.tar", "--json", "a.json")).status).toBe(0);
    expect((await run("-j", "b.json", "app.tar")).status).toBe(0);
    // dive skips the gate when it writes JSON.
    const both = await run("--ci", "--json=c.json", "--highestUserWastedPercent", "0.1", "app.tar");
    expect([both.status, lastLine(both)]).toEqual([1, expect.stringMatching(/^Failed: 1 of 2 rules failed/)]);
    for (const name of ["a.json", "b.json", "c.json"]) expect(dive(name)).toMatchObject({ image: { inefficientBytes: 2_000_000 } });
    expect(JSON.parse((await run("app.tar", "--json")).stdout)).toMatchObject({ schemaVersion: 1 });
    expect((await run("app.tar", "--ci=false")).stdout).not.toContain("judged:");
    const unknown = await run("app.tar", "b.tar");
    expect([unknown.status, unknown.stderr]).toEqual([2, expect.stringContaining("does not know what to do with b.tar")]);
  });

  it("says where dive's figure misleads", async () => {
    const image: ImageFixture = { layers: [[file("etc/os", "o")], [file("app/x", "x".repeat(1_000_000))], [whiteout("app")]] };
    const result = await check(project({}, image), ["--ci", "--rules", "dive"]);
    expect(result.status).toBe(0);
    expect(result.stdout.replace(/\s+/g, " ")).toContain("dive counts 0 B wasted at 100 % efficiency; what can really be saved is 1.00 MB");
  });
});

describe("a baseline", () => {
  it("is an image or its report, and gives the same growth", async () => {
    const cwd = project();
    writeFileSync(join(cwd, "before.tar"), dockerArchive(clean));
    writeFileSync(join(cwd, "before.json"), (await runCli(["analyze", "--json", "before.tar"], { cwd })).stdout);
    const growth = async (baseline: string) => {
      const result = await check(cwd, [
        "--baseline",
        baseline,
        "--fail",
        "growth-bytes=1MB",
        "--warn",
        "growth-percent=99%",
        "--rules",
        "none",
        "--json",
      ]);
      const { gate } = JSON.parse(result.stdout) as { gate: { rules: { rule: string; status: string; value: number }[] } };
      return gate.rules.map(({ rule, status, value }) => [rule, status, value]);
    };
    const expected = [
      ["growth-bytes", "pass", 1_000_000],
      ["growth-percent", "warn", (1_000_000 / 1_001_000) * 100],
    ];
    expect(await growth("before.tar")).toEqual(expected);
    expect(await growth("before.json")).toEqual(expected);
  });

  it.each([
    ["{}", /no schemaVersion/],
    ['{"schemaVersion": 9}', /schemaVersion 9/],
    ['{"schemaVersion": 1}', /has no/],
    ["{", /is not JSON/],
  ])("that is no report is refused: %s", async (text, message) => {
    const result = await check(project({ "b.json": text }), ["--baseline", "b.json", "--fail", "growth-bytes=1"]);
    expect(result.status).toBe(2);
    expect(result.stderr).toMatch(message);
  });

  it("that a configuration names is looked for beside the configuration, wherever Ballast is started", async () => {
    const root = project({ ".git": "", ".ballast.yaml": "defaults: none\nbaseline: last.json\nrules: { growth-bytes: 0 }\n" });
    writeFileSync(join(root, "last.json"), (await runCli(["analyze", "--json", "app.tar"], { cwd: root })).stdout);
    const below = join(root, "deploy");
    mkdirSync(below);
    for (const [cwd, image] of [
      [root, "app.tar"],
      [below, "../app.tar"],
    ] as const) {
      const result = await runCli(["check", image], { cwd });
      expect([result.stderr, lastLine(result)]).toEqual(["", "Passed: the one rule holds."]);
    }
    writeFileSync(join(root, ".ballast.yaml"), "defaults: none\nbaseline: oci:last:v1\nrules: { growth-bytes: 0 }\n");
    writeFiles(join(root, "last"), ociLayout([{ layers: [[file("a", "1")]], tags: ["v1"] }]));
    expect((await runCli(["check", "../app.tar"], { cwd: below })).status).toBe(1);
  });

  it("that is an image, a base that a configuration names and known secrets are not written over by a report", async () => {
    const archive = dockerArchive({ layers: clean.layers.slice(0, 1) });
    for (const [name, args] of [
      ["before.tar", ["--baseline", "before.tar"]],
      ["base.tar", []],
      ["known.json", ["--secrets-baseline", "known.json"]],
    ] as const) {
      const cwd = project({ ".ballast.yaml": "base: base.tar\n" });
      for (const each of ["before.tar", "base.tar"]) writeFileSync(join(cwd, each), archive);
      writeFileSync(join(cwd, "known.json"), (await runCli(["secrets", "--json", "app.tar"], { cwd })).stdout);
      const before = readFileSync(join(cwd, name));
      const result = await check(cwd, [...args, "--format", `json=${name}`]);
      expect([result.status, result.stderr.split("\n")[0]]).toEqual([2, `error: --format json=${name} is a file that this run reads`]);
      expect(readFileSync(join(cwd, name)).equals(before)).toBe(true);
    }
  });

  it("that is neither a report nor an image is the command line's mistake, not the image's", async () => {
    const result = await check(project({ report: "[]" }), ["--baseline", "report", "--fail", "growth-bytes=1"]);
    expect(result.status).toBe(2);
    expect(result.stderr).toMatch(/^error: the baseline: report is not an image archive/);
  });
});

describe("reports", () => {
  it("name each forbidden path in SARIF and code quality: only that there are some was told", async () => {
    const cwd = project();
    const result = await check(cwd, ["--fail", "forbidden-paths=/etc/**,/app", "--format", "sarif=s", "--format", "codequality=c"]);
    expect(result.status).toBe(1);
    const { runs } = JSON.parse(readFileSync(join(cwd, "s"), "utf8")) as {
      runs: { results: { ruleId: string; locations: { physicalLocation: { artifactLocation: { uri: string } } }[] }[] }[];
    };
    const forbidden = runs[0]!.results.filter(({ ruleId }) => ruleId === "forbidden-paths");
    const places = forbidden.map(({ locations }) => locations[0]!.physicalLocation.artifactLocation.uri);
    expect(places).toEqual(["image-config.json", "app", "etc/os"]);
    const issues = JSON.parse(readFileSync(join(cwd, "c"), "utf8")) as { check_name: string; location: { path: string } }[];
    expect(issues.filter(({ check_name }) => check_name === "forbidden-paths").map(({ location }) => location.path)).toContain("etc/os");
  });

  it("are written several at once, whole, beside the gate's status", async () => {
    const cwd = project();
    const formats = ["sarif", "junit", "json", "markdown", "codequality", "dive", "github"];
    const args = formats.flatMap((format) => ["--format", `${format}=${format}.out`]);
    const result = await check(cwd, [...args, "--format", "text", "--fail", "efficiency=0.9"]);
    expect(result.status).toBe(1);
    expect(lastLine(result)).toMatch(/^Failed: /);
    expect(readdirSync(cwd).sort()).toEqual(["app.tar", ...formats.map((format) => `${format}.out`)].sort());
    const read = (format: string) => readFileSync(join(cwd, `${format}.out`), "utf8");
    expect(JSON.parse(read("sarif"))).toMatchObject({ version: "2.1.0", runs: [{ properties: { verdict: "fail" } }] });
    expect(read("junit")).toContain('<failure type="efficiency"');
    expect(JSON.parse(read("json"))).toMatchObject({ gate: { status: "fail" } });
    expect(read("markdown")).toMatch(/^### ❌ Ballast/);
    expect(read("github")).toMatch(/^::error title=Efficiency \[efficiency\]::/);
  });

  it("append to GitHub's step summary, and leave it alone when it is full", async () => {
    const cwd = project({ summary: "before\n" });
    const env = { GITHUB_STEP_SUMMARY: join(cwd, "summary") };
    await check(cwd, ["--format", "github", "--rules", "none", "--fail", "layer-count=9"], { env });
    expect(readFileSync(env.GITHUB_STEP_SUMMARY, "utf8")).toMatch(/^before\n### ✅ Ballast/);
    const full = "x".repeat(1024 * 1024 - 10);
    writeFileSync(env.GITHUB_STEP_SUMMARY, full);
    await check(cwd, ["--format", "github", "--rules", "none", "--fail", "layer-count=9"], { env });
    expect(readFileSync(env.GITHUB_STEP_SUMMARY, "utf8")).toBe(full);
  });

  it("gives dive's own JSON", async () => {
    const result = await check(project(), ["--format", "dive", "--ci"]);
    expect(result.status).toBe(1);
    const dive = JSON.parse(result.stdout) as { layer: { fileList: unknown[] }[]; image: unknown };
    expect(dive.image).toEqual({
      sizeBytes: 2_001_000,
      inefficientBytes: 2_000_000,
      efficiencyScore: 1_001_000 / 2_001_000,
      fileReference: [{ count: 2, sizeBytes: 2_000_000, file: "/app" }],
    });
    // A directory that no entry states is a row without content, after what lies in it.
    expect(dive.layer[0]?.fileList).toEqual([
      { path: "etc/os", typeFlag: 48, linkName: "", size: 1000, fileMode: 0o644, uid: 0, gid: 0, isDir: false },
      { path: "", typeFlag: 0, linkName: "", size: 0, fileMode: 0, uid: 0, gid: 0, isDir: false },
    ]);
  });

  it.each([
    [["--format", "jsn"], /there is no format "jsn"/],
    [["--format", "json", "--format", "sarif"], /json and sarif cannot both go to standard output/],
    [["--format", "json=/dev/stdout", "--format", "sarif"], /json and sarif cannot both go to standard output/],
    [["--format", "sarif=a", "--format", "json=a"], /two reports are to be written to a/],
    [["--format", "sarif="], /names no file/],
  ])("refuses %j before reading the image", async (args, message) => {
    const result = await check(project(), args);
    expect([result.status, result.stdout]).toEqual([2, ""]);
    expect(result.stderr).toMatch(message);
  });

  it("leaves nothing behind where a file cannot be written", async () => {
    const cwd = project();
    const result = await check(cwd, ["--format", "sarif=missing/x.sarif", "--format", "text"]);
    expect([result.status, result.stdout]).toEqual([3, ""]);
    expect(result.stderr).toMatch(/^error: missing\/x.sarif cannot be written/);
    // Neither the report before it, nor anything of an image that would have taken long to read.
    const first = await runCli(["check", "absent.tar", "--format", "json=first.json", "--format", "sarif=missing/x.sarif"], { cwd });
    expect(first.stderr).toMatch(/^error: missing\/x.sarif cannot be written/);
    expect(readdirSync(cwd)).toEqual(["app.tar"]);
  });
});

describe("help", () => {
  it("--init writes a file that the image passes and that cannot be overwritten by accident", async () => {
    const cwd = project({}, { ...clean, layers: [...clean.layers, [file("tmp/x", "1")]] });
    const first = await check(cwd, ["--init"]);
    expect([first.status, first.stderr]).toEqual([0, ""]);
    const again = await check(cwd);
    expect([again.status, lastLine(again)]).toEqual([0, expect.stringMatching(/^Passed: all \d+ rules hold\.$/) as string]);
    expect((await check(cwd, ["--init"])).status).toBe(3);
    expect((await check(cwd, ["--init", "--force"])).status).toBe(0);
    expect(existsSync(join(cwd, ".ballast.yaml"))).toBe(true);
  });

  it("--explain says what a rule means and how to fix it, and lists them all", async () => {
    const one = await runCli(["check", "--explain", "metadata-bytes"]);
    expect(one.status).toBe(0);
    expect(one.stdout).toMatch(/^metadata-bytes: .*\n\n[\s\S]*Fix: [\s\S]*--fail metadata-bytes=5MB\n$/);
    expect((await runCli(["check", "--explain"])).stdout.split("\n")).toContainEqual(expect.stringMatching(/^growth-percent +\S/));
    const unknown = await runCli(["check", "--explain", "wasted-byte"]);
    expect([unknown.status, unknown.stderr]).toEqual([2, expect.stringContaining('did you mean "wasted-bytes"?') as string]);
  });
});

describe("secrets", () => {
  it("are found, and allowed by the fingerprint the report shows", async () => {
    const image: ImageFixture = { layers: [[file("a", "1")]], config: { User: "app", Env: ["DB_PASSWORD=kT9vLq2xWz8mR4pJ"] } };
    const cwd = project({ ".ballast.yaml": "rules: { secrets: low }\n" }, image);
    const failed = await check(cwd, ["--json"]);
    expect(failed.status).toBe(1);
    expect(failed.stdout).not.toContain("kT9vLq2xWz8mR4pJ");
    const { secrets } = JSON.parse(failed.stdout) as { secrets: { fingerprint: string }[] };
    const allow = secrets.map(({ fingerprint }) => `    - { fingerprint: "${fingerprint}", reason: test }`).join("\n");
    writeFileSync(join(cwd, ".ballast.yaml"), `rules: { secrets: low }\nsecrets:\n  allow:\n${allow}\n`);
    expect((await check(cwd)).status).toBe(0);
    expect((await check(cwd, ["--secrets", "off"])).status).toBe(1);
    expect(lastLine(await check(cwd, ["--secrets", "off"]))).toContain("could not be judged");
  });
});
