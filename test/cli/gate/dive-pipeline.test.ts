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
  expect(stderr).toContain("note: CI is set and there is a .dive-ci");
});

it("without a .dive-ci, or without CI, it is the report", async () => {
  const alone = directoryWith({ "image.tar": wasteful });
  expect(await runCli(["image.tar"], { cwd: alone, env: { CI: "true" } })).toMatchObject({ status: 0, stderr: "" });
  const beside = directoryWith({ "image.tar": wasteful, ".dive-ci": "rules:\n  lowestEfficiency: 0.95\n" });
  expect(await runCli(["image.tar"], { cwd: beside })).toMatchObject({ status: 0, stderr: "" });
});
