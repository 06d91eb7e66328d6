import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect, it } from "vitest";

import { dockerArchive } from "../../helpers/image-fixture.ts";
import { runCli } from "../../helpers/run-cli.ts";
import { file } from "../../helpers/tar-fixture.ts";
import { temporaryDirectory } from "../../helpers/temp-dir.ts";

const content = Buffer.alloc(100_000, "x");
const wasteful = dockerArchive({ layers: [[file("a", content)], [file("a", content, { mode: 0o600 })]] });

function directoryWith(files: Readonly<Record<string, string | Buffer>>): string {
  const directory = temporaryDirectory();
  for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text);
  return directory;
}

it("a pipeline that called `CI=true dive IMAGE` beside its .dive-ci goes on being a gate", async () => {
  const cwd = directoryWith({ "image.tar": wasteful, ".dive-ci": "rules:\n  lowestEfficiency: 0.95\n" });
  const { stdout, stderr, status } = await runCli(["image.tar"], { cwd, env: { CI: "true" } });
  expect(status).toBe(1);
  expect(stdout.trimEnd().split("\n").at(-1)).toMatch(/^Failed: /);
  expect(stderr).toContain("note: CI is set, and a .dive-ci or a variable of dive's sets rules");
});

it.each([{ DIVE_CI_CONFIG: "rules.yaml" }, { DIVE_RULES_LOWEST_EFFICIENCY: "0.95" }, { DIVE_LOWESTEFFICIENCY: "0.95" }])(
  "and so does one that has its rules in %j",
  async (variables) => {
    const cwd = directoryWith({ "image.tar": wasteful, "rules.yaml": "rules:\n  lowestEfficiency: 0.95\n" });
    expect((await runCli(["image.tar"], { cwd, env: { CI: "true", ...variables } })).status).toBe(1);
    expect((await runCli(["image.tar"], { cwd, env: variables })).status).toBe(0);
  },
);

it("without a .dive-ci, or without CI, it is the report", async () => {
  const alone = directoryWith({ "image.tar": wasteful });
  expect(await runCli(["image.tar"], { cwd: alone, env: { CI: "true" } })).toMatchObject({ status: 0, stderr: "" });
  const beside = directoryWith({ "image.tar": wasteful, ".dive-ci": "rules:\n  lowestEfficiency: 0.95\n" });
  expect(await runCli(["image.tar"], { cwd: beside })).toMatchObject({ status: 0, stderr: "" });
});
