/** What the samples of samples/ci run, step by step in a shell, with stand-ins for git, npm and docker. */
import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect } from "vitest";
import { parse } from "yaml";

import { itComponents } from "../helpers/components/available.ts";
import { dockerArchive } from "../helpers/image-fixture.ts";
import { cleanEnvironment, projectRoot } from "../helpers/run-cli.ts";
import { file } from "../helpers/tar-fixture.ts";
import { temporaryDirectory } from "../helpers/temp-dir.ts";

const read = (name: string): string => readFileSync(join(projectRoot, "samples/ci", name), "utf8");

interface Sample {
  /** As the system runs them, one shell each. */
  readonly steps: readonly string[];
  readonly variables: Readonly<Record<string, string>>;
  /** Null where nobody reads one. */
  readonly junit: string | null;
}

/** What each system sets by itself stands beside its sample. */
const samples: Readonly<Record<string, () => Sample>> = {
  "gitlab-ci.yml": () => {
    const { ballast, variables } = parse(read("gitlab-ci.yml")) as {
      variables: Record<string, string>;
      ballast: { before_script: string[]; script: string[]; artifacts: { reports: { junit: string } } };
    };
    const steps = [[...ballast.before_script, ...ballast.script].join("\n")];
    return { steps, variables: { ...variables, CI_REGISTRY_USER: "u", CI_REGISTRY_PASSWORD: "p" }, junit: ballast.artifacts.reports.junit };
  },
  "azure-pipelines.yml": () => {
    const { steps, variables } = parse(read("azure-pipelines.yml")) as {
      variables: Record<string, string>;
      steps: { script?: string; inputs?: { testResultsFiles?: string } }[];
    };
    const scripts = steps.flatMap(({ script }) => script?.replaceAll("$(Build.BuildId)", "7") ?? []);
    return { steps: scripts, variables, junit: steps.find(({ inputs }) => inputs?.testResultsFiles)!.inputs!.testResultsFiles! };
  },
  "circleci-config.yml": () => {
    const { jobs } = parse(read("circleci-config.yml")) as {
      jobs: {
        image: {
          environment: Record<string, string>;
          steps: (string | { run?: { command: string }; store_test_results?: { path: string } })[];
        };
      };
    };
    const steps = jobs.image.steps.filter((step) => typeof step !== "string");
    return {
      steps: steps.flatMap(({ run }) => run?.command ?? []),
      variables: { ...jobs.image.environment, CIRCLE_SHA1: "abc" },
      junit: steps.find(({ store_test_results }) => store_test_results)!.store_test_results!.path,
    };
  },
  "pre-commit": () => ({ steps: [read("pre-commit")], variables: {}, junit: null }),
  Jenkinsfile: () => {
    const text = read("Jenkinsfile");
    // In Groovy's quotes of three, a backslash at the end of a line is one of two.
    const steps = [...text.matchAll(/sh (?:'([^'\n]+)'|'''([\s\S]*?)''')/g)].map((step) => step[1] ?? step[2]!);
    const variables = Object.fromEntries([...text.matchAll(/(BALLAST_\w+) = '(.*)'/g)].map(([, name, value]) => [name!, value!]));
    return { steps, variables: { ...variables, BUILD_NUMBER: "7" }, junit: /testResults: '(.*?)'/.exec(text)![1]! };
  },
};

/** `docker save` writes the archive; an image that is named in an engine is asked for over an engine's socket, which is not there. */
const standIns: Readonly<Record<string, string>> = {
  git: 'case $1 in clone) for last; do :; done; ln -sfn "$PROJECT" "$last" ;; diff) echo app/Dockerfile ;; *) exit 9 ;; esac',
  npm: "exit 0",
  ballast: 'exec node "$PROJECT/dist/src/cli.cjs" "$@"',
  docker: 'case $1 in save) cat "$ARCHIVE" ;; build) [ -d . ] ;; *) exit 9 ;; esac',
};

describe("samples/ci", () => {
  itComponents(["bash"], "every sample's steps run, judge the image and write the report that the system looks for", () => {
    for (const [name, sample] of Object.entries(samples)) {
      const { steps, variables, junit } = sample();
      const root = temporaryDirectory();
      const [work, home, bin] = ["work", "home", "bin"].map((each) => join(root, each)) as [string, string, string];
      for (const directory of [work, home, bin]) mkdirSync(directory);
      for (const [tool, script] of Object.entries(standIns)) {
        writeFileSync(join(bin, tool), `#!/bin/sh\n${script}\n`);
        chmodSync(join(bin, tool), 0o755);
      }
      const archive = join(root, "app.tar");
      writeFileSync(archive, dockerArchive({ layers: [[file("a", "1")]], config: { User: "app" } }));
      const { PATH, ...environment } = cleanEnvironment();
      const places = { HOME: home, AGENT_TEMPDIRECTORY: home, WORKSPACE_TMP: home, PROJECT: projectRoot, ARCHIVE: archive };
      const run = (rules: Readonly<Record<string, string>>): number | null => {
        const env = { ...environment, ...places, ...variables, ...rules, PATH: `${bin}:${PATH}`, IMAGE: archive };
        for (const step of steps) {
          // Where the sample names an image of the engine, the archive of the same stands in.
          const script = step.replaceAll(/"docker-daemon:[^"]*"|docker-daemon:\S+/g, '"$ARCHIVE"');
          const { status, stderr } = spawnSync("bash", ["-eo", "pipefail", "-c", script], { cwd: work, env, encoding: "utf8" });
          if (status !== 0) {
            expect([name, stderr]).toEqual([name, expect.not.stringMatching(/^error|not found/m) as string]);
            return status;
          }
        }
        return 0;
      };
      expect([name, run({})]).toEqual([name, 0]);
      if (junit !== null) expect(readFileSync(join(work, junit), "utf8")).toContain('failures="0"');
      expect([name, run({ BALLAST_FAIL_LAYER_COUNT: "0" })]).toEqual([name, 1]);
      if (junit !== null) expect(readFileSync(join(work, junit), "utf8")).toContain('failures="1"');
    }
  });
});
