/** docs/security.md: what an untrusted file can make Ballast do, tried; and whether every test that the documents name is there. */
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";

import { expect, it } from "vitest";

import { buildImage, dockerArchive, json, ociLayout, sha256, writeFiles } from "../helpers/image-fixture.ts";
import { projectRoot, runCli } from "../helpers/run-cli.ts";
import { file } from "../helpers/tar-fixture.ts";
import { temporaryDirectory } from "../helpers/temp-dir.ts";
import { serveInTest } from "../helpers/local-server.ts";

/** A server that notes who asks it for anything. */
async function bait(): Promise<{ readonly url: string; readonly asked: readonly string[] }> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url!);
    response.end("x");
  });
  return { url: `http://${await serveInTest(server)}`, asked };
}

/** A directory with an image, and what lies beside it. */
function project(files: Readonly<Record<string, string>> = {}): string {
  const directory = temporaryDirectory();
  const layers = [{ content: [file("a", "1")], createdBy: "ADD http://x /a # buildkit" }];
  writeFileSync(join(directory, "app.tar"), dockerArchive({ layers, config: { User: "app" }, tags: ["app:1"] }, { shape: "25" }));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text);
  return directory;
}

it.each(["security.md", "reliability.md"])("every test that docs/%s names is there", (page) => {
  const named = readFileSync(join(projectRoot, "docs", page), "utf8").match(/\btest\/[\w/.-]+\.test\.ts/g)!;
  expect(named.length).toBeGreaterThan(8);
  expect(named.filter((path) => !existsSync(join(projectRoot, path)))).toEqual([]);
});

it("the URLs of a layer that its manifest puts elsewhere are not fetched", async () => {
  const { url, asked } = await bait();
  const built = buildImage({ layers: [[file("a", "1")]] });
  const layer = {
    mediaType: "application/vnd.oci.image.layer.nondistributable.v1.tar+gzip",
    digest: sha256(Buffer.from("elsewhere")),
    size: 9,
    urls: [`${url}/layer`],
  };
  const manifest = { ...(JSON.parse(String(built.manifest.bytes)) as object), layers: [layer] };
  const bytes = json(manifest);
  const files = new Map(ociLayout([{ layers: [[file("a", "1")]] }]));
  files.set(`blobs/sha256/${sha256(bytes).slice(7)}`, bytes);
  files.set(
    "index.json",
    json({ schemaVersion: 2, manifests: [{ mediaType: built.manifestMediaType, digest: sha256(bytes), size: bytes.length }] }),
  );
  const layout = writeFiles(join(temporaryDirectory(), "layout"), files);
  expect(await runCli(["analyze", "-q", layout])).toMatchObject({ status: 3 });
  expect(asked).toEqual([]);
});

it("a Dockerfile is read for its lines: what it adds is not fetched, its frontend and its commands do not run", async () => {
  const { url, asked } = await bait();
  const cwd = project({ Dockerfile: `# syntax=${url.slice(7)}/evil\nFROM ${url.slice(7)}/base:1\nADD ${url}/big /a\nRUN touch ran\n` });
  for (const args of [
    ["analyze", "app.tar", "--dockerfile", "Dockerfile"],
    ["check", "app.tar", "--dockerfile", "Dockerfile", "--fail", "image-size=1TB", "--rules", "none"],
    ["fix", "app.tar"],
  ])
    expect(await runCli([...args, "-q"], { cwd })).toMatchObject({ status: 0 });
  expect(asked).toEqual([]);
  expect(readdirSync(cwd).toSorted()).toEqual(["Dockerfile", "app.tar"]);
});

it.each([
  ["base: '-'", 2, "base names standard input"],
  ["baseline: '-'", 2, "baseline names standard input"],
  ["base: '|touch ran'", 3, "touch ran"],
  ["baseline: '$(touch ran)'", 3, "touch ran"],
  ["output: report.json", 2, 'there is no key "output"'],
  ["hooks: { after: touch ran }", 2, 'there is no key "hooks"'],
  ["include: [other.yaml]", 2, 'there is no key "include"'],
])("a configuration runs, reads and writes nothing beyond its rules: %s", async (line, status, message) => {
  const cwd = project({ ".ballast.yaml": `version: 1\n${line}\n` });
  const result = await runCli(["check", "-q", "app.tar"], { cwd, stdin: "secret\n", env: { PATH: "/usr/bin:/bin" } });
  expect([result.status, result.stderr]).toEqual([status, expect.stringContaining(message)]);
  expect(readdirSync(cwd).toSorted()).toEqual([".ballast.yaml", "app.tar"]);
});

it.each([
  ["base", 3],
  ["baseline", 2],
])("a %s that is some other file reveals nothing of its content", async (key, expected) => {
  const cwd = project({ ".ballast.yaml": `version: 1\n${key}: private.txt\n`, "private.txt": "s3cret-of-the-account\n" });
  const { status, stdout, stderr } = await runCli(["check", "-q", "app.tar"], { cwd });
  expect(status).toBe(expected);
  expect(stdout + stderr).not.toContain("s3cret");
});

it("a plan writes to --output alone, whatever else it names", async () => {
  const cwd = project();
  expect(await runCli(["optimize", "-q", "app.tar", "--all", "--plan", "plan.json"], { cwd })).toMatchObject({ status: 0 });
  const plan = JSON.parse(readFileSync(join(cwd, "plan.json"), "utf8")) as Record<string, unknown>;
  const more = { output: "docker-archive:elsewhere.tar", destination: "elsewhere.tar", force: true, "--output": "elsewhere.tar" };
  writeFileSync(join(cwd, "plan.json"), JSON.stringify({ ...plan, ...more }));
  expect(await runCli(["optimize", "-q", "app.tar", "--apply", "plan.json"], { cwd })).toMatchObject({ status: 2 });
  mkdirSync(join(cwd, "out"));
  expect(await runCli(["optimize", "-q", "app.tar", "--apply", "plan.json", "-o", "oci:out:x"], { cwd })).toMatchObject({ status: 0 });
  expect(readdirSync(cwd).toSorted()).toEqual(["app.tar", "out", "plan.json"]);
});

it("a baseline report lends its figures, and its texts reach no terminal as they are", async () => {
  const { url, asked } = await bait();
  const cwd = project();
  const { stdout } = await runCli(["analyze", "-q", "--json", "app.tar"], { cwd });
  const report = JSON.parse(stdout) as { image: { reference: string } };
  report.image.reference = `\u001b[2J\u009b31m${url}/x`;
  writeFileSync(join(cwd, "last.json"), JSON.stringify(report));
  const args = ["check", "-q", "app.tar", "--baseline", "last.json", "--rules", "none", "--fail", "growth-bytes=0"];
  const result = await runCli(args, { cwd });
  expect(result.status).toBe(0);
  // eslint-disable-next-line no-control-regex -- these are what is looked for
  expect(result.stdout + result.stderr).not.toMatch(/[\u001b\u0080-\u009f]/);
  expect(asked).toEqual([]);
});

it.skipIf(process.platform === "win32")("the cache is its account's alone", async () => {
  const cache = join(temporaryDirectory(), "cache");
  expect(await runCli(["analyze", "-q", "app.tar"], { cwd: project(), env: { XDG_CACHE_HOME: cache } })).toMatchObject({ status: 0 });
  const directory = join(cache, "ballast");
  expect(statSync(directory).mode & 0o777).toBe(0o700);
  const modes = readdirSync(directory).map((name) => statSync(join(directory, name)).mode & 0o777);
  expect(modes.length).toBeGreaterThan(0);
  expect(modes.filter((mode) => mode !== 0o600)).toEqual([]);
});
