/** The package as a person installs it: from its tarball, into an empty prefix, with nothing but what npm has in its cache. */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";

import { expect, it } from "vitest";

import { cleanEnvironment, projectRoot } from "../helpers/run-cli.ts";
import { temporaryDirectory } from "../helpers/temp-dir.ts";

it("installs globally offline, without scripts, warnings or advisories, and runs", { timeout: 300_000 }, () => {
  const directory = temporaryDirectory();
  const options = { cwd: projectRoot, encoding: "utf8" as const };
  const [{ filename }] = JSON.parse(
    execFileSync("npm", ["pack", "--json", "--ignore-scripts", "--pack-destination", directory], options),
  ) as [{ filename: string }];
  const tarball = join(directory, filename);
  const env = { ...process.env, npm_config_cache: join(directory, "cache"), npm_config_update_notifier: "false" };
  const install = (
    prefix: string,
    ...flags: string[]
  ): { readonly status: number | null; readonly stdout: string; readonly stderr: string } => {
    mkdirSync(join(directory, prefix));
    const args = ["install", "--global", "--prefix", join(directory, prefix), "--no-fund", "--foreground-scripts", ...flags, tarball];
    return spawnSync("npm", args, { cwd: directory, env, encoding: "utf8" });
  };
  // The first one warms the cache.
  expect(install("first")).toMatchObject({ status: 0 });
  const { status, stdout, stderr } = install("second", "--offline", "--ignore-scripts");
  expect([status, stderr]).toEqual([0, ""]);
  expect(stdout).toMatch(/^\s*added \d+ packages/);
  const program = join(directory, "second/bin/ballast");
  const run = spawnSync(program, ["analyze", join(projectRoot, "samples/demo.tar")], { env: cleanEnvironment(), encoding: "utf8" });
  expect([run.status, run.stderr]).toEqual([0, ""]);
  const tree = JSON.parse(
    spawnSync("npm", ["ls", "--all", "--json", "--global", "--prefix", join(directory, "second")], { env, encoding: "utf8" }).stdout,
  ) as { dependencies: { ballast: { dependencies: object } } };
  expect(Object.keys(tree.dependencies.ballast.dependencies)).not.toContain("blessed-contrib");
  const scripts = execFileSync(
    "sh",
    ["-c", `grep -lE '"(pre|post)?install"' second/lib/node_modules/ballast/node_modules/*/package.json || true`],
    {
      cwd: directory,
      encoding: "utf8",
    },
  );
  expect(scripts).toBe("");
});
