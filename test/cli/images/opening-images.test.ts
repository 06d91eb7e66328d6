import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { gzip } from "../../helpers/bytes/gzip-fixture.ts";
import { dockerArchive, dockerArchiveFiles, filesToTar, ociArchive, ociLayout, writeFiles } from "../../helpers/image-fixture.ts";
import type { ImageFixture } from "../../helpers/image-fixture.ts";
import { runCli } from "../../helpers/run-cli.ts";
import { file, tar } from "../../helpers/tar-fixture.ts";
import { temporaryDirectory } from "../../helpers/temp-dir.ts";
import { zstd } from "../../helpers/bytes/zstd-fixture.ts";
import { fileWith } from "../../transports/opening.ts";

// The same file twice in one layer and again in another: the report needs its content, not only its header.
const content = "x".repeat(10_000);
const app: ImageFixture = {
  layers: [[file("a", content), file("copy", content)], { content: [file("a", content)], createdBy: "RUN touch a" }],
  tags: ["test/app:1"],
};
const arm: ImageFixture = { ...app, platform: "linux/arm64" };

interface Report {
  readonly image: { readonly reference: string; readonly transport: string; readonly platform: string };
}

async function report(args: readonly string[], stdin?: Buffer): Promise<Report> {
  const result = await runCli(["analyze", ...args, "--json"], stdin === undefined ? {} : { stdin });
  expect(result.stderr).toBe("");
  expect(result.status).toBe(0);
  return JSON.parse(result.stdout) as Report;
}

describe("one image in every wrapping", () => {
  it("gives the same report from a file, from standard input, packed and unpacked", async () => {
    const bytes = dockerArchive(app, { shape: "1.10" });
    const plain = await report([fileWith(bytes)]);
    for (const wrapped of [bytes, gzip(bytes), zstd(bytes)]) {
      const name = fileWith(wrapped);
      for (const other of [await report([name]), await report(["-"], wrapped)]) {
        expect({ ...other, image: { ...other.image, reference: "" } }).toEqual({ ...plain, image: { ...plain.image, reference: "" } });
      }
    }
    expect((await report(["-"], bytes)).image.reference).toBe("test/app:1");
  });

  it("opens by transport, tag and platform", async () => {
    const archive = fileWith(ociArchive([app, arm]));
    const layout = writeFiles(join(temporaryDirectory(), "layout"), ociLayout([app, arm], { nested: 1 }));
    for (const name of [archive, `oci-archive:${archive}:1`, layout, `oci:${layout}:test/app:1`]) {
      expect((await report([name, "--platform", "linux/arm64"])).image.platform).toBe("linux/arm64");
    }
  });
});

describe("a layer that is not what the image says", () => {
  const wrong: ImageFixture = { ...app, layers: [{ content: [file("a", content)], diffId: `sha256:${"0".repeat(64)}` }] };
  const bytes = dockerArchive(wrong, { shape: "1.10" });

  it.each(["a file", "standard input", "a packed file"])("is an error, and read all the same with --no-verify, from %s", async (where) => {
    const name = where === "a file" ? fileWith(bytes) : where === "standard input" ? "-" : fileWith(gzip(bytes));
    const stdin = where === "standard input" ? { stdin: bytes } : {};
    const refused = await runCli(["analyze", name], stdin);
    expect(refused.status).toBe(3);
    expect(refused.stderr).toMatch(/^error: layer 0.*diff ID should be sha256:0+ but is sha256:/);
    const read = await runCli(["analyze", name, "--no-verify", "--json"], stdin);
    expect(read.status).toBe(0);
    expect(JSON.parse(read.stdout)).toMatchObject({ image: { verified: false, totalBytes: content.length } });
  });

  it("does not pass for the layer that the cache knows by its digest", async () => {
    const good = ociLayout([{ layers: [{ content: [file("a", content)], compression: "gzip" }] }]);
    const cached = await runCli(["analyze", fileWith(filesToTar(good))]);
    expect(cached.status).toBe(0);
    const layer = [...good].find(([, blob]) => Buffer.isBuffer(blob) && blob[0] === 0x1f);
    const damaged = Buffer.from(layer![1] as Buffer);
    damaged[damaged.length - 6]! ^= 0xff;
    const result = await runCli(["analyze", "-"], { stdin: filesToTar(new Map(good).set(layer![0], damaged)) });
    expect(result.status).toBe(3);
    expect(result.stderr).toMatch(new RegExp(`^error: .*${layer![0].slice("blobs/sha256/".length).slice(0, 12)}.*damaged`));
  });
});

describe("what cannot be opened", () => {
  it.each([
    ["nothing there", () => "/nowhere/app.tar", "no file or directory"],
    ["an empty file", () => fileWith(""), "is empty"],
    ["a text file", () => fileWith("hello ".repeat(200)), "not an image archive"],
    ["a directory", () => temporaryDirectory(), "not an OCI layout"],
    ["an archive cut off", () => fileWith(dockerArchive(app).subarray(0, 20_000)), "damaged"],
    ["a gzip archive cut off", () => fileWith(gzip(dockerArchive(app)).subarray(0, 500), "app.tar.gz"), "cut off"],
    ["manifest.json that is null", () => fileWith(tar([file("manifest.json", "null")])), "manifest.json of"],
  ])("%s: exit 3 and a sentence about it, no stack", async (_, path, sentence) => {
    const result = await runCli(["analyze", path()]);
    expect(result.status).toBe(3);
    expect(result.stdout).toBe("");
    expect(result.stderr).toMatch(/^error: .+\nhint: .+\n$/);
    expect(result.stderr).toContain(sentence);
  });

  it("a layer whose name would clear the screen: the name is shown, and nothing cleared", async () => {
    const files = dockerArchiveFiles(app, { shape: "1.10" });
    files.set(
      "manifest.json",
      Buffer.from(JSON.stringify([{ Config: "\u001b[2J\u202econfig", Layers: [], RepoTags: ["\u001b]0;x\u0007"] }])),
    );
    const result = await runCli(["analyze", fileWith(filesToTar(files))]);
    expect(result.status).toBe(3);
    // oxlint-disable-next-line no-control-regex -- none may reach the terminal
    expect(result.stderr).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/);
    expect(result.stderr).toContain("config");
  });

  it("several images: exit 2 and their names", async () => {
    const result = await runCli(["analyze", fileWith(dockerArchive([app, { ...app, tags: ["test/b:2"], config: { Env: ["B=1"] } }]))]);
    expect(result.status).toBe(2);
    expect(result.stderr).toContain("test/app:1, test/b:2");
  });
});
