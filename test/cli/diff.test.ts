import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";

import { dockerArchive, ociArchive } from "../helpers/image-fixture.ts";
import type { ImageFixture } from "../helpers/image-fixture.ts";
import { projectRoot, runCli } from "../helpers/run-cli.ts";
import { directory, file, hardlink, symlink, whiteout } from "../helpers/tar-fixture.ts";
import { temporaryDirectory } from "../helpers/temp-dir.ts";

interface Diff {
  readonly differs: boolean;
  readonly bytesBefore: number;
  readonly bytesAfter: number;
  readonly timeOnly: number;
  readonly paths: readonly { path: string; change: string; what: readonly string[] }[];
  readonly directories: readonly { path: string; bytesBefore: number; bytesAfter: number }[];
  readonly layers: {
    readonly pull: { layers: number; bytes: number; compressed: boolean };
    readonly after: readonly { shared: boolean; compressedBytes: number | null }[];
  } | null;
  readonly config: readonly unknown[];
  readonly history: readonly unknown[];
  readonly packages: readonly unknown[];
  readonly texts: readonly { path: string; patch: string | null; reason: string | null }[];
}

const validate = new Ajv2020({ strict: false }).compile(
  JSON.parse(readFileSync(join(projectRoot, "schema/diff.schema.json"), "utf8")) as object,
);

async function diff(before: ImageFixture, after: ImageFixture, args: readonly string[] = []): Promise<Diff> {
  const cwd = temporaryDirectory();
  writeFileSync(join(cwd, "a.tar"), dockerArchive(before));
  writeFileSync(join(cwd, "b.tar"), dockerArchive(after));
  const result = await runCli(["diff", "a.tar", "b.tar", "--json", ...args], { cwd });
  expect([result.status, result.stderr]).toEqual([0, ""]);
  const document = JSON.parse(result.stdout) as Diff;
  expect(validate(document) ? [] : validate.errors).toEqual([]);
  return document;
}

const short = ({ paths }: Diff) => paths.map(({ path, change, what }) => [path, change, what.join()].join(" ").trim());

describe("ballast diff", () => {
  it("names every path that differs, and what about it", async () => {
    const before = [
      directory("d"),
      file("d/same", "1"),
      file("d/content", "old"),
      file("d/longer", "1"),
      file("d/mode", "1"),
      file("d/owner", "1"),
      file("d/type", "1"),
      symlink("d/link", "a"),
      file("d/xattr", "1"),
      file("d/gone", "12345"),
      file("d/touched", "1"),
      file("d/one", "12"),
      hardlink("d/other", "d/one"),
      file("d/bin\xff\x1b", "1"),
    ];
    const after = [
      directory("d"),
      file("d/same", "1"),
      file("d/content", "new"),
      file("d/longer", "12"),
      file("d/mode", "1", { mode: 0o755 }),
      file("d/owner", "1", { uid: 7 }),
      symlink("d/type", "x"),
      symlink("d/link", "b"),
      file("d/xattr", "1", { xattrs: { "security.capability": Buffer.from([1, 0, 0, 2]) } }),
      file("d/touched", "1", { mtime: 2_000_000_000 }),
      file("d/one", "12"),
      file("d/other", "12"),
      file("d/new", "123"),
      hardlink("d/new2", "d/new"),
    ];
    const found = await diff({ layers: [before] }, { layers: [after] });
    expect(short(found)).toEqual(
      [
        "/d/bin\u00ff\u001b removed",
        "/d/content changed content",
        "/d/gone removed",
        "/d/link changed link",
        "/d/longer changed content",
        "/d/mode changed mode",
        "/d/new added",
        "/d/new2 added",
        "/d/other changed hard-link",
        "/d/owner changed owner",
        "/d/type changed type,mode",
        "/d/xattr changed xattr",
      ].map((line) => line.replace("\u00ff", "ÿ")),
    );
    expect(found.timeOnly).toBe(1);
    // A hard link adds no bytes, one that became a copy does, and the directories' differences add up.
    expect(found.bytesAfter - found.bytesBefore).toBe(-5 + 1 - 1 + 3 - 1 + 2);
    expect(found.directories).toEqual([
      { path: "/d", bytesBefore: expect.any(Number) as number, bytesAfter: expect.any(Number) as number },
    ]);
    expect(found.directories[0]!.bytesAfter - found.directories[0]!.bytesBefore).toBe(found.bytesAfter - found.bytesBefore);
  });

  it("finds two builds of the same content equal, however their layers are cut", async () => {
    const one = await diff(
      { layers: [[file("a", "1"), file("b", "2")]] },
      { layers: [[file("b", "x")], [file("a", "1"), file("b", "2")]] },
    );
    expect([one.differs, one.paths]).toEqual([false, []]);
  });

  it("tells how often health is asked for and how long a container has to stop", async () => {
    const health = (Interval: number, Retries: number) => ({ Healthcheck: { Test: ["CMD", "x"], Interval, Retries, Timeout: 0 } });
    const layers = [[file("a", "1")]];
    const found = await diff({ layers, config: { ...health(1e9, 3), StopTimeout: 10 } }, { layers, config: health(2.5e9, 4) });
    expect(found.config).toEqual([
      { field: "healthcheck interval", before: "1 s", after: "2.5 s" },
      { field: "healthcheck retries", before: "3", after: "4" },
      { field: "stop timeout", before: "10 s", after: null },
    ]);
  });

  it("compares config by variable and label, history by row, secrets masked", async () => {
    const found = await diff(
      {
        layers: [{ content: [file("a", "1")], createdBy: "COPY a" }],
        config: { Env: ["A=1", "TOKEN=hT5kPq9zXw2mB7vN"], Cmd: ["x"], Labels: { v: "1" } },
      },
      {
        layers: [{ content: [file("a", "1")], createdBy: "COPY b" }],
        config: { Env: ["A=2"], Cmd: ["x"], Labels: { v: "1" }, User: "app" },
      },
    );
    expect(found.config).toEqual([
      { field: "env A", before: "1", after: "2" },
      { field: "env TOKEN", before: expect.not.stringContaining("hT5kPq9zXw2mB7vN") as string, after: null },
      { field: "user", before: null, after: "app" },
    ]);
    expect(found.history).toEqual([
      { change: "removed", text: "COPY a" },
      { change: "added", text: "COPY b" },
    ]);
  });

  it("tells packages of dpkg, apk, pip and npm that came, went and moved on", async () => {
    const status = (...packages: readonly (readonly [string, string, string?])[]) =>
      packages
        .map(
          ([name, version, state = "install ok installed"]) =>
            `Package: ${name}\nStatus: ${state}\nVersion: ${version}\nDescription: x\n more\n`,
        )
        .join("\n");
    const npm = (name: string, version: string) => file(`app/node_modules/${name}/package.json`, JSON.stringify({ name, version }));
    const found = await diff(
      {
        layers: [
          [
            file(
              "var/lib/dpkg/status",
              status(["bash", "5.2"], ["curl", "7.0"], ["left", "1"], ["purged", "1", "deinstall ok config-files"]),
            ),
            file("lib/apk/db/installed", "P:musl\nV:1.2.4\n\nP:zlib\nV:1.3\n"),
            file("usr/lib/python3/dist-packages/requests-2.0.dist-info/METADATA", "x"),
            npm("@a/b", "1.0.0"),
            npm("same", "1.0.0"),
          ],
        ],
      },
      {
        layers: [
          [
            file("var/lib/dpkg/status", status(["bash", "5.2"], ["curl", "8.0"], ["new", "2"])),
            file("lib/apk/db/installed", "P:musl\nV:1.2.5\n\nP:zlib\nV:1.3\n"),
            file("usr/lib/python3/dist-packages/requests-2.1.dist-info/METADATA", "x"),
            npm("@a/b", "1.1.0"),
            npm("same", "1.0.0"),
            npm("fresh", "0.1.0"),
          ],
        ],
      },
    );
    const change = (manager: string, name: string, kind: string, before: string[], after: string[]) => ({
      manager,
      name,
      change: kind,
      before,
      after,
    });
    expect(found.packages).toMatchObject([
      change("apk", "musl", "changed", ["1.2.4"], ["1.2.5"]),
      change("dpkg", "curl", "changed", ["7.0"], ["8.0"]),
      change("dpkg", "left", "removed", ["1"], []),
      change("dpkg", "new", "added", [], ["2"]),
      change("npm", "@a/b", "changed", ["1.0.0"], ["1.1.0"]),
      change("npm", "fresh", "added", [], ["0.1.0"]),
      change("pip", "requests", "changed", ["2.0"], ["2.1"]),
    ]);
  });

  it("counts shared layers, and the compressed bytes a client must pull", async () => {
    const gzipped = (content: string) => ({ content: [file(content, content.repeat(5000))], compression: "gzip" as const });
    const cwd = temporaryDirectory();
    writeFileSync(join(cwd, "a.tar"), ociArchive([{ layers: [gzipped("base"), gzipped("old")] }]));
    writeFileSync(join(cwd, "b.tar"), ociArchive([{ layers: [gzipped("base"), gzipped("new")] }]));
    const { layers } = JSON.parse((await runCli(["diff", "a.tar", "b.tar", "--json"], { cwd })).stdout) as Diff;
    expect(layers?.after.map(({ shared }) => shared)).toEqual([true, false]);
    expect(layers?.pull).toEqual({ layers: 1, bytes: layers?.after[1]?.compressedBytes, compressed: true });
    expect(layers!.pull.bytes).toBeLessThan(1000);
  });

  it("shows the changed lines of chosen files, and says why not for binary ones", async () => {
    const found = await diff(
      {
        layers: [
          [
            ...[file("etc/app.conf", "one\ntwo\n"), file("etc/bin.conf", "a\0b"), file("opt/x", "1"), file("etc/same.conf", "s")],
            ...[file("etc/latin.conf", Buffer.from("caf\xe9\n", "latin1")), file("etc/long.conf", "l".repeat(2_200_000))],
          ],
        ],
      },
      {
        layers: [
          [
            ...[file("etc/app.conf", "one\n2\n"), file("etc/bin.conf", "a\0c"), file("opt/x", "2"), file("etc/new.conf", "hi\n")],
            ...[file("etc/latin.conf", Buffer.from("caf\xe8\n", "latin1")), file("etc/long.conf", `${"l".repeat(2_200_000)}.`)],
            file("etc/same.conf", "s", { mode: 0o600 }),
          ],
        ],
      },
      ["--text", "*.conf"],
    );
    expect(found.texts).toEqual([
      { path: "/etc/app.conf", patch: "--- a/etc/app.conf\n+++ b/etc/app.conf\n@@ -1,2 +1,2 @@\n one\n-two\n+2\n", reason: null },
      { path: "/etc/bin.conf", patch: null, reason: "binary" },
      {
        path: "/etc/latin.conf",
        patch: "--- a/etc/latin.conf\n+++ b/etc/latin.conf\n@@ -1,1 +1,1 @@\n-caf\\xe9\n+caf\\xe8\n",
        reason: null,
      },
      { path: "/etc/long.conf", patch: null, reason: "larger than 2097152 bytes" },
      { path: "/etc/new.conf", patch: "--- /dev/null\n+++ b/etc/new.conf\n@@ -0,0 +1,1 @@\n+hi\n", reason: null },
    ]);
  });

  it("compares two heights of one image", async () => {
    const cwd = temporaryDirectory();
    const image: ImageFixture = { layers: [[file("a", "1"), file("b", "1")], [file("a", "2")], [whiteout("b")], [file("c", "3")]] };
    writeFileSync(join(cwd, "a.tar"), dockerArchive(image));
    const heights = async (layers: string) =>
      short(JSON.parse((await runCli(["diff", "a.tar", "--layers", layers, "--json"], { cwd })).stdout) as Diff);
    expect(await heights("0..2")).toEqual(["/a changed content", "/b removed"]);
    expect(await heights("2..")).toEqual(["/c added"]);
    expect(await heights("..0")).toEqual(["/a added", "/b added"]);
    expect(await heights("2..0")).toEqual(["/a changed content", "/b added"]);
  });

  it("exits with 1 for a difference only when asked to", async () => {
    const cwd = temporaryDirectory();
    writeFileSync(join(cwd, "a.tar"), dockerArchive({ layers: [[file("a", "1")]] }));
    writeFileSync(join(cwd, "b.tar"), dockerArchive({ layers: [[file("a", "2")]] }));
    expect((await runCli(["diff", "a.tar", "b.tar"], { cwd })).status).toBe(0);
    expect((await runCli(["diff", "a.tar", "b.tar", "--exit-code"], { cwd })).status).toBe(1);
    const same = await runCli(["diff", "a.tar", "a.tar", "--exit-code"], { cwd });
    expect([same.status, same.stdout.trimEnd().split("\n").at(-1)]).toEqual([0, "No differences."]);
  });

  it.each([
    [["a.tar"], /needs a second image, or --layers/],
    [["a.tar", "a.tar", "--layers", "0..1"], /two images are given/],
    [["a.tar", "--layers", "0-1"], /takes FROM\.\.TO[^]*write --layers 0\.\.1/],
    [["a.tar", "--layers", "0", "1"], /write the two layers as one word: --layers 0\.\.1/],
    [["a.tar", "--layers", "0..9"], /there is no layer 9: the image has 1/],
    [["a.tar", "a.tar", "--format", "sarif"], /there is no format "sarif"/],
  ])("refuses %j", async (args, message) => {
    const cwd = temporaryDirectory();
    writeFileSync(join(cwd, "a.tar"), dockerArchive({ layers: [[file("a", "1")]] }));
    const result = await runCli(["diff", ...args], { cwd });
    expect([result.status, result.stdout]).toEqual([2, ""]);
    expect(result.stderr).toMatch(message);
  });

  it("keeps a hostile image inert in text and Markdown", async () => {
    const cwd = temporaryDirectory();
    const nasty = "x\u001b[31m<script>`|@all ![a](http:\\x) \u202e";
    writeFileSync(join(cwd, "a.tar"), dockerArchive({ layers: [[file("a.txt", "1\n")]] }));
    writeFileSync(
      join(cwd, "b.tar"),
      dockerArchive({
        layers: [{ content: [file(nasty, "1"), file("a.txt", "```\n\u001b[31m</details>\n")], createdBy: nasty }],
        config: { Labels: { [nasty]: nasty }, User: nasty },
      }),
    );
    const result = await runCli(["diff", "a.tar", "b.tar", "--text", "/*.txt", "--format", "text", "--format", "markdown=out.md"], { cwd });
    expect(result.status).toBe(0);
    const markdown = readFileSync(join(cwd, "out.md"), "utf8");
    for (const text of [result.stdout, markdown]) expect(text.replaceAll("\n", "")).not.toMatch(/\p{Cc}|\u202e/u);
    const outside = markdown
      .replace(/^````diff\n[\s\S]*?\n````$/gm, "")
      .replace(/<\/?(?:details|summary|code)>/g, "")
      .replace(/&#\d+;/g, "");
    expect(outside).not.toMatch(/[<>`@[\]]/);
  });
});
