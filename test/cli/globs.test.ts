/** Every place that takes a glob takes the same ones, and tells of one that is none before anything is read. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { afterAll, describe, expect, it } from "vitest";

import { dockerArchive } from "../helpers/image-fixture.ts";
import { runCli } from "../helpers/run-cli.ts";
import type { CliResult } from "../helpers/run-cli.ts";
import { file, tar } from "../helpers/tar-fixture.ts";
import { makeTemporaryDirectory, removeDirectory, temporaryDirectory } from "../helpers/temp-dir.ts";

const directory = makeTemporaryDirectory();
afterAll(() => removeDirectory(directory));
const image = join(directory, "image.tar");
const names = ["a/c", "café", "~x", "a".repeat(60)];
const layer = tar(names.map((name) => file(name, "text\n")));
writeFileSync(image, dockerArchive({ layers: [{ content: tar([file("other", "x")]) }, { content: layer }] }));

function inSettings(yaml: string): Promise<CliResult> {
  const config = join(temporaryDirectory(), ".ballast.yaml");
  writeFileSync(config, yaml);
  return runCli(["check", image, "--no-cache", "--config", config]);
}

const places: Readonly<Record<string, (glob: string) => Promise<CliResult>>> = {
  "optimize --remove": (glob) => runCli(["optimize", image, "--dry-run", "--remove", glob]),
  "optimize --keep": (glob) => runCli(["optimize", image, "--dry-run", "--keep", glob]),
  "optimize --boundary": (glob) => runCli(["optimize", image, "--dry-run", "--split", "--boundary", glob]),
  "diff --text": (glob) => runCli(["diff", image, "--layers", "0..1", "--text", glob]),
  "check --fail forbidden-paths": (glob) => runCli(["check", image, "--fail", `forbidden-paths=${glob}`]),
  "rules.required-paths": (glob) => inSettings(`rules:\n  required-paths: [${JSON.stringify(glob)}]\n`),
  "ignore.path": (glob) => inSettings(`rules: {}\nignore:\n  - { path: ${JSON.stringify(glob)}, reason: r }\n`),
  "secrets.allow.path": (glob) => inSettings(`rules: {}\nsecrets:\n  allow:\n    - { path: ${JSON.stringify(glob)}, reason: r }\n`),
  "secrets.allow.key": (glob) => inSettings(`rules: {}\nsecrets:\n  allow:\n    - { key: ${JSON.stringify(glob)}, reason: r }\n`),
};

describe.each(Object.keys(places))("%s", (place) => {
  it.each([
    ["/x[z-a]", "z-a", "character 4"],
    ["/x[ab", "[ without a ]", "character 3"],
    ["/x{a,b", "{ without a }", "character 3"],
  ])("refuses %s with status 2 and says where", async (glob, what, where) => {
    const { status, stderr } = await places[place]!(glob);
    expect(stderr).toContain(what);
    expect(stderr).toContain(where);
    expect(status).toBe(2);
  });

  it("takes brackets that a regular expression would not", async () => {
    const { status, stderr } = await places[place]!("/[~&]*");
    expect(stderr).not.toContain("character");
    expect([0, 1]).toContain(status);
  });
});

it("a rule on the command line may hold commas in braces", async () => {
  const { status, stdout } = await runCli(["check", image, "--format", "json", "--fail", "forbidden-paths=/{a,b}/c,/none"]);
  expect(status).toBe(1);
  expect(stdout).toContain('"path": "/a/c"');
});

it("twenty stars over a long name are over at once", async () => {
  const { status, signal } = await runCli(["check", image, "--fail", `forbidden-paths=/${"*a".repeat(20)}*b`], { timeout: 30_000 });
  expect(signal).toBe(null);
  expect(status).toBe(0);
});
