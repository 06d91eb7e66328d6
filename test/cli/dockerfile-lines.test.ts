/** `--dockerfile`: findings with the lines they come from, in every format. */
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { Ajv2020 } from "ajv/dist/2020.js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import type { Plan } from "../../src/rewrite/plan/plan.ts";
import { dockerArchive } from "../helpers/image-fixture.ts";
import { imageOf } from "../helpers/screen/page.ts";
import { parseReport } from "../helpers/report-schema.ts";
import { projectRoot, runCli } from "../helpers/run-cli.ts";
import { file, whiteout } from "../helpers/tar-fixture.ts";
import { makeTemporaryDirectory, removeDirectory } from "../helpers/temp-dir.ts";

const token = "ghp_16C7e42F292c6912E7710c838347Ae178B4a";
const dockerfile = `FROM debian AS run
ENV GITHUB_TOKEN=${token}
# lists stay
RUN apt-get update \\
    && apt-get install -y tool
COPY app /app
RUN rm -rf /app/big
`;

const leftPad = file("app/node_modules/left-pad/package.json", '{"name":"left-pad","version":"1.3.0"}');

let directory: string;
afterAll(() => removeDirectory(directory));
beforeAll(() => {
  directory = makeTemporaryDirectory();
  const image = {
    config: { Env: [`GITHUB_TOKEN=${token}`] },
    layers: [
      { content: [file("etc/os-release", "x".repeat(100))], createdBy: "# debian.sh" },
      { empty_layer: true, created_by: `ENV GITHUB_TOKEN=${token}` },
      {
        content: [file("var/lib/apt/lists/main", "x".repeat(40_000))],
        createdBy: "RUN /bin/sh -c apt-get update     && apt-get install -y tool # buildkit",
      },
      { content: [file("app/big", "y".repeat(60_000)), file("app/a", "z"), leftPad], createdBy: "COPY app /app # buildkit" },
      { content: [whiteout("app/big")], createdBy: "RUN /bin/sh -c rm -rf /app/big # buildkit" },
    ],
  };
  writeFileSync(join(directory, "app.tar"), dockerArchive(image));
  writeFileSync(join(directory, "Dockerfile"), dockerfile);
});

const ballast = (...args: string[]) => runCli([...args, "--dockerfile", "./Dockerfile"], { cwd: directory });
const at = (line: number, endLine = line) => ({ file: "Dockerfile", line, endLine, stage: "run" });

describe("lines of the Dockerfile", () => {
  it("in JSON, at layers, waste, leftovers and secrets", async () => {
    const report = parseReport((await ballast("analyze", "app.tar", "--json")).stdout);
    expect(report.layers.map((layer: { dockerfile: unknown }) => layer.dockerfile)).toEqual([
      { ...at(1), base: true },
      at(4, 5),
      at(6),
      at(7),
    ]);
    expect(report.waste[0]).toMatchObject({ path: "/app/big", dockerfile: at(6) });
    expect(report.wasteGroups[0].dockerfile).toEqual(at(6));
    expect(report.leftovers[0]).toMatchObject({ rule: "apt-lists", dockerfile: at(4, 5) });
    expect(report.secrets[0].dockerfile).toEqual(at(2));
    expect(report.dockerfile).toEqual({ file: "Dockerfile", stage: "run", unmatched: [], notes: [] });
  });

  it("of the file as the repository has it, for hosts of code, wherever in it Ballast runs", async () => {
    const repository = join(directory, "repository");
    const service = join(repository, "services/a b");
    for (const path of [join(repository, ".git"), join(service, "build")]) mkdirSync(path, { recursive: true });
    copyFileSync(join(directory, "Dockerfile"), join(service, "Dockerfile"));
    const run = [
      "analyze",
      "-q",
      join(directory, "app.tar"),
      "--format",
      "sarif=s.json",
      "--format",
      "codequality=q.json",
      "--format",
      "github",
    ];
    for (const [cwd, name] of [
      [service, "Dockerfile"],
      [join(service, "build"), "../Dockerfile"],
      [directory, join(service, "Dockerfile")],
    ] as const) {
      const { stdout } = await runCli([...run, "--dockerfile", name], { cwd });
      expect(stdout).toContain("file=services/a b/Dockerfile,line=2");
      const sarif = readFileSync(join(cwd, "s.json"), "utf8");
      expect(new Set(sarif.match(/"uri": "[^"]*Dockerfile"/g))).toEqual(new Set(['"uri": "services/a%20b/Dockerfile"']));
      const quality = readFileSync(join(cwd, "q.json"), "utf8");
      expect(new Set(quality.match(/"path": "[^"]*Dockerfile"/g))).toEqual(new Set(['"path": "services/a b/Dockerfile"']));
    }
  });

  it("not without the flag", async () => {
    const report = parseReport((await runCli(["analyze", "app.tar", "--json"], { cwd: directory })).stdout);
    expect(JSON.stringify(report)).not.toContain('"dockerfile"');
  });

  it("in the text, with the file once and its prices, its secret masked", async () => {
    const { stdout } = await ballast("analyze", "app.tar");
    expect(stdout).toContain("Dockerfile:4 RUN apt-get");
    expect(stdout).toMatch(/^ +40\.0 kB +4 {2}RUN apt-get update \\$/m);
    expect(stdout).toMatch(/^ +60\.0 kB +60\.0 kB +6 {2}COPY app \/app$/m);
    expect(stdout).not.toContain(token);
    expect(stdout).toMatch(/\(Dockerfile:6,\s+Dockerfile:7\)/);
    expect(stdout).toMatch(/apt.*, layer 1, Dockerfile:4/);
  });

  it("in Markdown, and in the secrets' own report", async () => {
    const markdown = (await ballast("analyze", "app.tar", "--format", "markdown")).stdout;
    expect(markdown).toContain("| 2 (Dockerfile&#58;6) → 3 (Dockerfile&#58;7) |");
    expect(markdown).toContain("env GITHUB&#95;TOKEN, Dockerfile&#58;2 (");
    expect(markdown).toContain("The Dockerfile, each line with its price");
    expect(markdown).not.toContain(token);
    expect((await ballast("secrets", "app.tar")).stdout).toContain("env, key GITHUB_TOKEN, Dockerfile:2");
  });

  it("at the packages, in every format of their listing", async () => {
    expect((await ballast("packages", "app.tar")).stdout).toMatch(/^npm:left-pad +1\.3\.0 .* 2 Dockerfile:6$/m);
    expect((await ballast("packages", "app.tar", "--why", "left-pad")).stdout).toMatch(/: Dockerfile:6 COPY app \/app$/m);
    expect((await ballast("packages", "app.tar", "--format", "markdown")).stdout).toContain("| 2 (Dockerfile&#58;6) |");
    expect((await ballast("packages", "app.tar", "--format", "csv")).stdout).toMatch(/,location,dockerfile\r?\n.*,Dockerfile:6\r?$/m);
    const report = JSON.parse((await ballast("packages", "app.tar", "--json")).stdout) as { packages: object[]; dockerfile: object };
    expect(report).toMatchObject({ packages: [{ name: "left-pad", dockerfile: at(6) }], dockerfile: { file: "Dockerfile" } });
    const quiet = await runCli(["packages", "app.tar", "--why", "left-pad"], { cwd: directory });
    expect(quiet.stdout).toMatch(/: COPY app \/app$/m);
  });

  it("in the HTML report, at layers, waste, packages and secrets", async () => {
    const { data } = await imageOf((await ballast("analyze", "app.tar", "--format", "html")).stdout);
    expect(data.layers.map(({ dockerfile }) => dockerfile)).toEqual(["FROM Dockerfile:1", "Dockerfile:4", "Dockerfile:6", "Dockerfile:7"]);
    expect(data.wasteGroups.map(({ dockerfile }) => dockerfile)).toEqual(["Dockerfile:6 → Dockerfile:7"]);
    expect(data.packages.map(({ dockerfile }) => dockerfile)).toEqual(["Dockerfile:6"]);
    expect(data.secrets![0]!.locations.map(({ dockerfile }) => dockerfile)).toContain("Dockerfile:2");
    const without = await imageOf((await runCli(["analyze", "app.tar", "--format", "html"], { cwd: directory })).stdout);
    expect(without.data.layers.map(({ dockerfile }) => dockerfile)).toEqual(["", "", "", ""]);
  });

  it("in SARIF, for code scanning", async () => {
    const sarif = JSON.parse((await ballast("analyze", "app.tar", "--format", "sarif")).stdout) as {
      runs: { results: { ruleId: string; locations: { physicalLocation: unknown }[] }[] }[];
    };
    const locations = new Map(sarif.runs[0]!.results.map(({ ruleId, locations: [first] }) => [ruleId, first!.physicalLocation]));
    expect(locations.get("leftover/apt-lists")).toEqual({
      artifactLocation: { uri: "Dockerfile", uriBaseId: "%SRCROOT%" },
      region: { startLine: 4, endLine: 5 },
    });
    expect(locations.get("waste/removed")).toMatchObject({ region: { startLine: 6 } });
  });

  it("as GitHub's annotations and GitLab's code quality", async () => {
    expect((await ballast("analyze", "app.tar", "--format", "github")).stdout).toContain(
      "::notice file=Dockerfile,line=4,endLine=5,title=",
    );
    const rows = JSON.parse((await ballast("analyze", "app.tar", "--format", "codequality")).stdout) as {
      check_name: string;
      location: unknown;
    }[];
    expect(rows.find(({ check_name }) => check_name === "waste/removed")?.location).toEqual({
      path: "Dockerfile",
      lines: { begin: 6, end: 6 },
    });
  });

  it("at what a rule holds against the image: in JUnit, GitLab's code quality, and the gate's JSON", async () => {
    const rules = ["--fail", "wasted-bytes=1kB", "--fail", "secrets=medium"];
    const files = ["--format", "junit=junit.xml", "--format", "codequality=quality.json", "--format", "json=check.json"];
    expect((await ballast("check", "app.tar", ...rules, ...files)).status).toBe(1);
    const read = (name: string): string => readFileSync(join(directory, name), "utf8");
    expect(read("junit.xml")).toContain("(Dockerfile:6)");
    expect(read("junit.xml")).toMatch(/GitHub.*\(Dockerfile:2\)/i);
    const quality = JSON.parse(read("quality.json")) as { check_name: string; location: { path: string; lines: object } }[];
    const secrets = quality.filter(({ check_name }) => check_name.startsWith("secret/"));
    expect(secrets.map(({ location }) => location)).toContainEqual({ path: "Dockerfile", lines: { begin: 2, end: 2 } });
    const { gate } = parseReport(read("check.json")) as { gate: { rules: { rule: string; evidence: { dockerfile: unknown }[] }[] } };
    const evidence = (id: string) => gate.rules.find(({ rule }) => rule === id)?.evidence.map((item) => item.dockerfile);
    expect(evidence("wasted-bytes")).toEqual([at(6)]);
    expect(evidence("secrets")).toEqual([at(2)]);
  });

  it("what does not match is a warning", async () => {
    writeFileSync(join(directory, "Other"), "FROM alpine\nRUN make\nRUN make install\nRUN strip\n");
    const { stdout, status } = await runCli(["analyze", "app.tar", "--json", "--dockerfile", "Other"], { cwd: directory });
    expect(status).toBe(0);
    const report = parseReport(stdout);
    expect(report.warnings.map(({ code }: { code: string }) => code)).toContain("dockerfile-mismatch");
    expect(report.layers.map((layer: { dockerfile: unknown }) => layer.dockerfile)).toEqual([null, null, null, null]);
  });

  it("the wrong file, stage or argument ends with status 2 or 3 before the image is read", async () => {
    const missing = await runCli(["analyze", "none.tar", "--dockerfile", "None"], { cwd: directory });
    expect([missing.status, missing.stderr]).toEqual([3, expect.stringContaining("None cannot be read (ENOENT)")]);
    const stage = await ballast("analyze", "app.tar", "--target", "prod");
    expect([stage.status, stage.stderr]).toEqual([2, expect.stringContaining("its stages are run")]);
    expect(readFileSync(join(directory, "Dockerfile"), "utf8")).toBe(dockerfile);
  });
});

describe("lines of the Dockerfile in what compares and rewrites", () => {
  const validateDiff = new Ajv2020({ strict: false }).compile(
    JSON.parse(readFileSync(join(projectRoot, "schema/diff.schema.json"), "utf8")) as object,
  );
  beforeAll(() => {
    const base = { content: [file("etc/os-release", "x".repeat(100))], createdBy: "# debian.sh" };
    const copy = { content: [file("app/big", "y".repeat(60_000)), file("app/a", "z"), leftPad], createdBy: "COPY app /app # buildkit" };
    // Built from an older file: it has no `rm`, and another list of packages.
    const old = { content: [file("var/lib/apt/lists/main", "x".repeat(30_000))], createdBy: "RUN /bin/sh -c apt-get update # buildkit" };
    writeFileSync(join(directory, "old.tar"), dockerArchive({ layers: [base, old, copy] }));
  });

  it("diff: the instructions whose layers only one image has, both sides' bytes", async () => {
    const { stdout, stderr } = await ballast("diff", "old.tar", "app.tar", "--json");
    expect(stderr).toBe("");
    const document = JSON.parse(stdout) as {
      dockerfile: { lines: object[]; notes: string[] };
      layers: Record<string, { dockerfile: unknown }[]>;
    };
    expect(validateDiff(document) ? [] : validateDiff.errors).toEqual([]);
    expect(document.dockerfile).toMatchObject({
      file: "Dockerfile",
      notes: [],
      lines: [
        { dockerfile: at(4, 5), text: "RUN apt-get update && apt-get install -y tool", bytesBefore: null, bytesAfter: 40_000 },
        { dockerfile: at(7), bytesBefore: null, bytesAfter: 0 },
      ],
    });
    // What the older file said on that line is not in this one.
    expect(document.layers["before"]!.map((layer) => layer.dockerfile)).toEqual([null, null, at(6)]);
    expect(document.layers["after"]!.at(-1)!.dockerfile).toEqual(at(7));
  });

  it("diff of two heights: the lines between them, as text", async () => {
    const { stdout } = await ballast("diff", "app.tar", "--layers", "1..3");
    expect(stdout).toContain("Dockerfile: lines whose layers differ");
    expect(stdout).toMatch(/^ {2}\+60\.0 kB {2}Dockerfile:6 {2}\(none → 60\.0 kB\) {2}COPY app \/app$/m);
    expect(stdout).not.toContain("Dockerfile:4");
  });

  it("optimize: the lines that made what each step takes out", async () => {
    const plan = JSON.parse((await ballast("optimize", "app.tar", "--scrub-secrets", "--plan", "-")).stdout) as Plan;
    const linesOf = (id: string) => plan.steps.find((step) => step.id === id)?.lines;
    expect(linesOf("drop:caches")).toEqual([{ dockerfile: at(4, 5), paths: 1, bytes: 40_000 }]);
    expect(linesOf("merge")).toEqual([{ dockerfile: at(6), paths: 1, bytes: 60_000 }]);
    expect(linesOf("scrub-secrets")).toEqual([{ dockerfile: at(2), paths: 0, bytes: 0 }]);
    const text = (await ballast("optimize", "app.tar", "--dry-run")).stdout;
    expect(text).toContain("    Dockerfile:4: 1 file, 40.0 kB\n");
  });

  it("--target alone is told of instead of being passed over", async () => {
    const { status, stderr } = await runCli(["analyze", "app.tar", "--target", "run"], { cwd: directory });
    expect([status, stderr]).toEqual([2, expect.stringContaining("--target says how a Dockerfile was built, and none is named")]);
  });
});
