/** A survey of archives and layouts, by running the program. */
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect, it } from "vitest";

import { dockerArchive, ociLayout, writeFiles } from "../helpers/image-fixture.ts";
import type { ImageFixture } from "../helpers/image-fixture.ts";
import { parseReport, parseSurvey } from "../helpers/report-schema.ts";
import { runCli } from "../helpers/run-cli.ts";
import { file } from "../helpers/tar-fixture.ts";
import { temporaryDirectory } from "../helpers/temp-dir.ts";

const base = [file("base", Buffer.alloc(5000, "b"))];
const image = (tag: string, name: string): ImageFixture => ({ layers: [base, [file(name, name)]], tags: [tag] });

function archives(): string {
  const directory = temporaryDirectory();
  writeFileSync(join(directory, "one.tar"), dockerArchive(image("app:1", "one")));
  mkdirSync(join(directory, "below"));
  writeFileSync(join(directory, "below", "two.tar"), dockerArchive(image("app:2", "two")));
  writeFiles(join(directory, "layout"), ociLayout([image("lib:1", "three"), image("lib:2", "four")]));
  writeFileSync(join(directory, "notes.txt"), "no image");
  return directory;
}

it("finds every image of archives and layouts below a directory", async () => {
  const { stdout, stderr, status } = await runCli(["survey", "--json", archives()]);
  expect([stderr, status]).toEqual(["", 0]);
  const survey = parseSurvey(stdout);
  expect(survey.images.map(({ name }: { name: string }) => name)).toEqual(["app:1", "app:2", "lib:1", "lib:2"]);
  expect(survey.images.map(({ analysis }: { analysis: { finalBytes: number } }) => analysis.finalBytes)).toEqual([5003, 5003, 5005, 5004]);
  expect(survey.baseFamilies.map(({ images }: { images: number }) => images)).toEqual([4]);
});

it("names the platform that nothing has, and what has none of it: it must not look as if it had passed", async () => {
  const directory = archives();
  writeFileSync(join(directory, "arm.tar"), dockerArchive({ ...image("arm:1", "arm"), config: {}, platform: "linux/arm64" }));
  const none = await runCli(["survey", "--platform", "linux/s390x", directory]);
  expect([none.status, none.stderr]).toEqual([
    3,
    expect.stringMatching(/^error: the sources have no image for linux\/s390x\nhint: without --platform/),
  ]);
  const some = await runCli(["survey", "--json", "--manifests-only", "--platform", "linux/arm64", directory]);
  expect([some.status, some.stderr]).toEqual([
    0,
    expect.stringMatching(/^note: no image for linux\/arm64, so not surveyed: .*two\.tar, .*layout, .*one\.tar\n$/),
  ]);
  expect(parseSurvey(some.stdout).images.map(({ name }: { name: string }) => name)).toEqual(["arm:1"]);
});

it("names an archive that cannot be read, with its reason, and is status 3 when nothing else is there", async () => {
  const directory = temporaryDirectory();
  writeFileSync(join(directory, "broken.tar"), "this is no archive");
  const { stdout, status } = await runCli(["survey", directory]);
  expect(status).toBe(3);
  expect(stdout).toContain(`Could not be read\n  ${join(directory, "broken.tar")}: `);
});

it("passed its rules with an image that could not be read, and so was not judged", async () => {
  const directory = archives();
  writeFileSync(join(directory, "broken.tar"), "this is no archive");
  const survey = async (...args: string[]) => (await runCli(["survey", "-q", ...args, directory])).status;
  expect([await survey(), await survey("--strict"), await survey("--fail", "image-size=1GB")]).toEqual([0, 3, 3]);
  // A pipeline that puts up with status 3 must not let an image through that fails.
  expect([await survey("--fail", "image-size=1kB"), await survey("--strict", "--fail", "image-size=1kB")]).toEqual([1, 1]);
});

it("judges by rules that only the environment gives, and refuses to look as if it judged", async () => {
  const directory = archives();
  const survey = async (args: string[], env: Record<string, string>, config = "") => {
    const cwd = temporaryDirectory();
    if (config !== "") writeFileSync(join(cwd, ".ballast.yaml"), config);
    const { status, stderr } = await runCli(["survey", "-q", ...args, directory], { cwd, env });
    return [status, stderr.split("\n")[0]];
  };
  expect(await survey([], { BALLAST_FAIL_IMAGE_SIZE: "1kB" })).toEqual([1, ""]);
  expect(await survey([], { DIVE_RULES_LOWEST_EFFICIENCY: "1" })).toEqual([0, ""]);
  const empty = expect.stringMatching(/^error: no rule is set/) as string;
  expect(await survey(["--rules", "none"], {})).toEqual([2, empty]);
  expect(await survey([], {}, "defaults: none\n")).toEqual([2, empty]);
  expect(await survey(["--manifests-only", "--fail", "image-size=1kB"], {})).toEqual([
    2,
    "error: --manifests-only reads no layer, so no rule can be judged: leave it out, or the rules",
  ]);
});

it("takes its sources from a file, comments and blank lines passed over, each once", async () => {
  const directory = archives();
  const list = join(temporaryDirectory(), "images.txt");
  writeFileSync(list, `# ours\r\n\r\n${join(directory, "one.tar")}\r\n${directory}\r\n`);
  const { stdout } = await runCli(["survey", "--json", "--manifests-only", "--from", list]);
  expect(parseSurvey(stdout).totals).toMatchObject({ images: 4, tags: 4 });
});

it("writes one JSON report an image, which is the one of `analyze`", async () => {
  const output = join(temporaryDirectory(), "reports");
  await runCli(["survey", "--manifests-only", "--output", output, archives()]);
  const { status } = await runCli(["survey", "--output", output, archives()]);
  expect(status).toBe(0);
  const files = readdirSync(output);
  expect(files.length).toBe(4);
  const { readFileSync } = await import("node:fs");
  for (const name of files) expect(parseReport(readFileSync(join(output, name), "utf8")).image.layerCount).toBe(2);
});

it("writes a table with a row an image", async () => {
  const { stdout } = await runCli(["survey", "--format", "csv", archives()]);
  const rows = stdout
    .trimEnd()
    .split("\r\n")
    .map((line) => line.split(","));
  expect(rows[0]!.slice(0, 3)).toEqual(["name", "digest", "platform"]);
  expect(rows.slice(1).map(([name]) => name)).toEqual(["app:1", "app:2", "lib:1", "lib:2"]);
});

it.each([
  [["survey"], "survey needs a SOURCE"],
  [["survey", "-"], "standard input can be read only once"],
  [["survey", "/nowhere/at/all"], "there is no file or directory /nowhere/at/all"],
  [["survey", "x.tar", "--latest", "0"], "--latest takes a whole number of at least 1"],
  [["survey", "x.tar", "--newer-than", "soon"], '--newer-than is "soon"'],
  [["survey", "x.tar", "--include", "[a"], 'the glob "[a"'],
  [["survey", "x.tar", "--no-cache", "--state", "y"], "--state keeps what --no-cache does not want kept"],
  // Node's own recursive mkdir never ends here.
  [["survey", "x.tar", "--state", "/proc/nope/below"], "the state directory /proc/nope/below cannot be written (ENOENT)"],
  [["survey", "docker://registry.example", "./x", "--queue", "redis://127.0.0.1:1"], "there is no file or directory ./x"],
  [["survey", "docker-daemon:", "--queue", "redis://127.0.0.1:1"], "hands work to other machines, which cannot read docker-daemon:"],
  [["survey", "docker://registry.example", "--queue", "redis://:hush@127.0.0.1:1"], "redis://127.0.0.1:1 cannot be reached (ECONNREFUSED)"],
  [["worker"], "worker needs a queue to take its work from"],
  [["worker", "--queue", "http://user:hush@queue.example"], "names no Redis"],
  [["worker", "--queue", "redis://127.0.0.1:1", "--lease", "soon"], '--lease is "soon"'],
])("refuses %j", async (args, message) => {
  const { stdout, stderr, status } = await runCli(args);
  expect(stderr).toContain(message);
  expect(stderr).not.toContain("hush");
  expect([stdout, status === 2 || status === 3]).toEqual(["", true]);
});
