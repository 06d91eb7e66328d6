/** The gate's pages and samples, compared with the program. */
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, it } from "vitest";
import { parse } from "yaml";

import { parseBallastYaml } from "../../src/config/ballast-yaml.ts";
import { loadSettings } from "../../src/config/load.ts";
import { ruleIds } from "../../src/config/rule-schema.ts";
import { explainRule } from "../../src/gate/explain.ts";
import { rules } from "../../src/gate/rules.ts";
import { itComponents } from "../helpers/components/available.ts";
import { dockerArchive } from "../helpers/image-fixture.ts";
import { cleanEnvironment, projectRoot, runCli } from "../helpers/run-cli.ts";
import { file } from "../helpers/tar-fixture.ts";
import { temporaryDirectory } from "../helpers/temp-dir.ts";

const read = (path: string): string => readFileSync(join(projectRoot, path), "utf8");

describe("docs/check.md", () => {
  it("says of every rule what --explain says", () => {
    const rows = Object.fromEntries(
      [...read("docs/check.md").matchAll(/^\| `([\w-]+)` +\| .*? \| (.*?) +\|$/gm)].map((row) => [row[1]!, row[2]!]),
    );
    expect(rows).toEqual(Object.fromEntries(ruleIds.map((id) => [id, rules[id].meaning])));
  });

  it("shows a configuration that is accepted", async () => {
    const [yaml] = /(?<=```yaml\n)[\s\S]*?(?=```)/.exec(read("docs/check.md")) ?? [""];
    const settings = await parseBallastYaml(".ballast.yaml", yaml);
    expect([...settings.rules!.keys()]).toEqual(["efficiency", "image-size", "growth-percent", "secrets", "forbidden-paths"]);
  });
});

describe("every example of --explain", () => {
  it("is accepted in a file and on the command line", async () => {
    for (const id of ruleIds) {
      const explained = explainRule(id);
      const [, yaml = ""] = /In \.ballast\.yaml:\n([\s\S]*?)\n\n/.exec(explained) ?? [];
      const [, flag = ""] = /On the command line: --fail (.*)\n/.exec(explained) ?? [];
      const inFile = (await parseBallastYaml(".ballast.yaml", yaml.replaceAll(/^ {2}/gm, ""))).rules?.get(id)?.fail ?? null;
      const onLine = (await loadSettings({ directory: null, env: {}, flags: { fail: [flag.replaceAll("'", "")] } })).rules.get(id)?.fail;
      expect([id, inFile]).not.toEqual([id, null]);
      expect([id, onLine]).toEqual([id, inFile]);
    }
  });
});

describe("CI samples", () => {
  const systems = ["github-workflow.yml", "gitlab-ci.yml", "azure-pipelines.yml", "circleci-config.yml", "pre-commit-config.yaml"];
  const files = ["action.yml", ...systems.map((name) => `samples/ci/${name}`)];

  it.each(files)("%s is YAML and uses only flags that there are", async (path) => {
    expect(parse(read(path))).toBeTypeOf("object");
    const help = (await runCli(["check", "--help"])).stdout;
    const commandLines = read(path).matchAll(/(?:cli\.js|ballast) check[\s\S]*?(?=\n\s*\n|\n {2,4}\w+:|$)/g);
    const flags = [...commandLines].flatMap(([line]) => [...line.matchAll(/\s--([a-z][a-z-]*)/g)].map((match) => match[1]!));
    expect(flags.filter((flag) => !help.includes(`--${flag}`))).toEqual([]);
  });

  it("the workflow gives the action only inputs it has", () => {
    const { inputs } = parse(read("action.yml")) as { inputs: Record<string, unknown> };
    const { jobs } = parse(read("samples/ci/github-workflow.yml")) as {
      jobs: { check: { steps: { uses?: string; with?: Record<string, unknown> }[] } };
    };
    const used = jobs.check.steps.find(({ uses }) => uses?.includes("ballast"))!.with!;
    expect(Object.keys(used).filter((name) => !(name in inputs))).toEqual([]);
    expect([...read("docs/ci.md").matchAll(/^\| (`.*?`) +\|/gm)].flatMap((row) => row[1]!.replaceAll("`", "").split(", "))).toEqual(
      Object.keys(inputs).sort(byTable),
    );
  });

  itComponents(["bash"], "the action's script checks, writes the reports asked for and gives its verdict", () => {
    const { runs } = parse(read("action.yml")) as { runs: { steps: { id?: string; run: string }[] } };
    const script = runs.steps.find(({ id }) => id === "check")!.run;
    const cwd = temporaryDirectory();
    const image = join(cwd, "app $(touch pwned).tar");
    writeFileSync(image, dockerArchive({ layers: [[file("a", "1")]], config: { User: "app" } }));
    const run = (env: Record<string, string>) => {
      writeFileSync(join(cwd, "output"), "");
      const result = spawnSync("bash", ["-e", "-o", "pipefail", "-c", script], {
        cwd,
        encoding: "utf8",
        env: {
          ...cleanEnvironment(),
          GITHUB_ACTION_PATH: projectRoot,
          GITHUB_OUTPUT: join(cwd, "output"),
          GITHUB_STEP_SUMMARY: join(cwd, "summary"),
          ...Object.fromEntries(
            ["CONFIG", "BASELINE", "SARIF", "JSON", "MARKDOWN", "ARGUMENTS"].map((name) => [`BALLAST_INPUT_${name}`, ""]),
          ),
          BALLAST_INPUT_FAIL: "true",
          BALLAST_INPUT_IMAGE: image,
          ...env,
        },
      });
      return { ...result, output: readFileSync(join(cwd, "output"), "utf8") };
    };
    const passed = run({ BALLAST_INPUT_SARIF: "a b.sarif", BALLAST_INPUT_ARGUMENTS: "--fail\nimage-size=1kB\n" });
    expect([passed.status, passed.output]).toEqual([0, "verdict=pass\n"]);
    expect(JSON.parse(readFileSync(join(cwd, "a b.sarif"), "utf8"))).toMatchObject({ version: "2.1.0" });
    expect(readFileSync(join(cwd, "summary"), "utf8")).toContain("### ✅ Ballast");
    const failed = run({ BALLAST_INPUT_ARGUMENTS: "--fail\nlayer-count=0" });
    expect([failed.status, failed.output]).toEqual([1, "verdict=fail\n"]);
    expect(failed.stdout).toMatch(/^::error /);
    const tolerated = run({ BALLAST_INPUT_ARGUMENTS: "--fail\nlayer-count=0", BALLAST_INPUT_FAIL: "false" });
    expect([tolerated.status, tolerated.output]).toEqual([0, "verdict=fail\n"]);
    expect(run({ BALLAST_INPUT_ARGUMENTS: "--fail\nlayer-counts=0", BALLAST_INPUT_FAIL: "false" }).status).toBe(2);
    expect(run({ BALLAST_INPUT_ARGUMENTS: "--fail" }).status).toBe(2);
    // Whoever names the image cannot make the gate pass unjudged.
    for (const name of ["--help", "--explain", "--version"]) {
      const judged = run({ BALLAST_INPUT_IMAGE: name });
      expect([name, judged.status, judged.output]).toEqual([name, 3, ""]);
    }
  });
});

/** In the order of the table, which joins the three report files. */
function byTable(a: string, b: string): number {
  const order = ["image", "config", "baseline", "sarif", "json", "markdown", "arguments", "fail"];
  return order.indexOf(a) - order.indexOf(b);
}
