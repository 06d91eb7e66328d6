/** The package as it is published: packed, unpacked into an empty project, used by the programs of docs/library.md. */
import { execFileSync, spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { nodeProgram, nodeVersions } from "../helpers/trees/nodes.ts";
import { cleanEnvironment, projectRoot, runCli } from "../helpers/run-cli.ts";

const page = readFileSync(join(projectRoot, "docs/library.md"), "utf8");
const programs = [...page.matchAll(/^```js\n\/\/ (\w+\.mjs)\n([\s\S]*?)^```/gm)].map(([, name, text]) => ({ name: name!, text: text! }));
const sample = (name: string): string => join(projectRoot, "samples", name);

let project: string;
let packed: { readonly size: number; readonly bundled: readonly string[]; readonly files: readonly { readonly path: string }[] };

/** The tarball is unpacked as npm does; its dependencies are those that are installed here, of the versions that package-lock.json names. */
beforeAll(() => {
  project = mkdtempSync(join(tmpdir(), "ballast-library-"));
  const [pack] = JSON.parse(
    execFileSync("npm", ["pack", "--json", "--ignore-scripts", "--pack-destination", project], { cwd: projectRoot, encoding: "utf8" }),
  ) as [typeof packed & { filename: string }];
  packed = pack;
  const { filename } = pack;
  const installed = join(project, "node_modules");
  mkdirSync(join(installed, "ballast"), { recursive: true });
  execFileSync("tar", ["-xzf", join(project, filename), "--strip-components=1", "-C", join(installed, "ballast")]);
  for (const name of readdirSync(join(projectRoot, "node_modules")).filter((each) => !each.startsWith(".")))
    symlinkSync(join(projectRoot, "node_modules", name), join(installed, name));
  writeFileSync(join(project, "package.json"), JSON.stringify({ type: "module", dependencies: { ballast: "*" } }));
  for (const { name, text } of programs) writeFileSync(join(project, name), text);
});

afterAll(() => rmSync(project, { recursive: true, force: true }));

function run(node: string, name: string): string {
  const directory = mkdtempSync(join(project, "run-"));
  copyFileSync(join(project, name), join(directory, name));
  copyFileSync(sample("demo.tar"), join(directory, "app.tar"));
  copyFileSync(sample("release-1.tar"), join(directory, "app-1.tar"));
  copyFileSync(sample("release-2.tar"), join(directory, "app-2.tar"));
  const { stdout, stderr, status } = spawnSync(node, [name], { cwd: directory, env: cleanEnvironment(), encoding: "utf8" });
  expect([name, status, stderr]).toEqual([name, 0, ""]);
  return `${stdout}${extraOutput(directory)}`;
}

function extraOutput(directory: string): string {
  const made = readdirSync(directory).filter((name) => !/^app.*\.tar$|\.mjs$/.test(name));
  return made.map((name) => `made ${name}\n`).join("");
}

/** What the commands say of the same images, in the words of the programs. */
async function expectations(): Promise<Record<string, (string | RegExp)[]>> {
  const report = JSON.parse((await runCli(["analyze", "--json", sample("demo.tar")])).stdout) as {
    image: { totalBytes: number; finalBytes: number };
    efficiency: { score: number };
    secrets: { rule: string }[];
  };
  const { totalBytes, finalBytes } = report.image;
  const osRelease = (await runCli(["export", sample("demo.tar"), "/etc/os-release"])).stdout;
  return {
    "waste.mjs": [`${totalBytes - finalBytes} of ${totalBytes} bytes are wasted, efficiency ${report.efficiency.score.toFixed(3)}\n`],
    "secrets.mjs": report.secrets.map(({ rule }) => ` ${rule} `),
    "gate.mjs": ["Failed: ", "image-size: fail", "secrets: fail", "made app.sarif\n"],
    "changes.mjs": ['content "/app/config.yaml"', "0 added, 0 removed, 2 changed", "```diff"],
    "slim.mjs": [/^about \d+ bytes, from \d+\n\d+ bytes, \d\d+ paths compared\n/, "made slim\n"],
    "files.mjs": [osRelease, "made rootfs.tar\n"],
  };
}

describe("docs/library.md", () => {
  it("has six programs", () => {
    expect(programs.map(({ name }) => name)).toEqual(["waste.mjs", "secrets.mjs", "gate.mjs", "changes.mjs", "slim.mjs", "files.mjs"]);
  });

  it("gives programs that the compiler accepts in strict mode, with the types of the package alone", () => {
    const names = programs.map(({ name }) => name);
    const options = ["--noEmit", "--allowJs", "--checkJs", "--strict", "--module", "nodenext", "--target", "es2023", "--types", "node"];
    const tsc = join(projectRoot, "node_modules/typescript/bin/tsc");
    const { stdout, status } = spawnSync(process.execPath, [tsc, "--ignoreConfig", ...options, "--skipLibCheck", "false", ...names], {
      cwd: project,
      encoding: "utf8",
    });
    expect([status, stdout]).toEqual([0, ""]);
  });

  for (const major of nodeVersions) {
    const node = nodeProgram(major);
    const title = `does under Node ${major} what the commands do`;
    if (node === null) {
      it.skip(`${title} [skipped: Node ${major} is not installed]`);
      continue;
    }
    it(title, async () => {
      for (const [name, wanted] of Object.entries(await expectations())) {
        const output = run(node, name);
        for (const text of wanted) {
          if (typeof text === "string") expect(output).toContain(text);
          else expect(output).toMatch(text);
        }
      }
    });
  }
});

it("the installed program runs under the oldest Node as it does here", async () => {
  const cli = join(project, "node_modules/ballast/dist/src/cli.cjs");
  const { stdout } = spawnSync(nodeProgram(nodeVersions[0]) ?? process.execPath, [cli, "analyze", sample("demo.tar")], {
    env: cleanEnvironment(),
    encoding: "utf8",
  });
  expect(stdout).toBe((await runCli(["analyze", sample("demo.tar")])).stdout);
});

it("is smaller than 1.5 MB, bundles no package, and carries man page, completions and the licences of what is compiled in", () => {
  expect(packed.size).toBeLessThan(1_500_000);
  expect(packed.bundled).toEqual([]);
  const paths = packed.files.map(({ path }) => path);
  expect(paths).toEqual(expect.arrayContaining(["man/ballast.1", "completions/_ballast", "dist/ui/vendor/LICENSES.txt", "LICENSE"]));
  expect(paths.filter((path) => /(?:^|\/)(?:test|scripts|node_modules)\//.test(path))).toEqual([]);
  // Nothing of the library leads to these.
  expect(paths.filter((path) => /dist\/src\/(?:command-line|queue)\/.*\.d\.ts$/.test(path))).toEqual([]);
});
