import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

import { describe, expect, it } from "vitest";

import { blobPath, buildImage, dockerArchive, json, ociLayout, sha256, writeFiles } from "../../helpers/image-fixture.ts";
import type { Files, ImageFixture, LayerFixture } from "../../helpers/image-fixture.ts";
import { parseReport } from "../../helpers/report-schema.ts";
import { runCli } from "../../helpers/run-cli.ts";
import { cliHere } from "../../helpers/run-here.ts";
import { directory, file, hardlink, raw, symlink, tar } from "../../helpers/tar-fixture.ts";
import { temporaryDirectory } from "../../helpers/temp-dir.ts";

const good: ImageFixture = { layers: [{ content: [file("a", Buffer.alloc(5000, "x"))], compression: "gzip" }] };

const layoutWith = (change: (files: Files, image: ReturnType<typeof buildImage>) => void): string => {
  const files = ociLayout([good]);
  change(files, buildImage(good));
  const path = join(temporaryDirectory(), "layout");
  writeFiles(path, files);
  return path;
};
const layoutOfLayer = (layer: LayerFixture): string => {
  const path = join(temporaryDirectory(), "layout");
  writeFiles(path, ociLayout([{ layers: [layer] }]));
  return path;
};
const archive = (image: ImageFixture): string => fileOf(dockerArchive(image));
const fileOf = (bytes: Buffer | string): string => {
  const path = join(temporaryDirectory(), "image.tar");
  writeFileSync(path, bytes);
  return path;
};
const emptyDirectory = (): string => {
  const path = join(temporaryDirectory(), "empty");
  mkdirSync(path);
  return path;
};
const manifestOf = (document: unknown): string =>
  layoutWith((files) => {
    const bytes = json(document);
    files.set(blobPath(sha256(bytes)), bytes);
    const mediaType = "application/vnd.oci.image.manifest.v1+json";
    files.set("index.json", json({ schemaVersion: 2, manifests: [{ mediaType, digest: sha256(bytes), size: bytes.length }] }));
  });

/** 512 bytes of header for a file that claims 8 EB: base-256 size. */
function hugeHeader(): Buffer {
  const block = Buffer.from(tar([file("huge", "")]).subarray(0, 512));
  block.write("\u0080\0\0\0\u007f\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff", 124, "latin1");
  block.fill(" ", 148, 156);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148, "latin1");
  return block;
}

const cases: readonly (readonly [what: string, image: () => string, message: RegExp])[] = [
  ["a missing file", () => "./no-such-image.tar", /no-such-image\.tar/],
  ["a directory that is no layout", emptyDirectory, /empty/],
  ["an empty file", () => fileOf(""), /image\.tar.*empty/],
  ["a text file", () => fileOf("hello\n".repeat(1000)), /image\.tar/],
  ["a truncated archive", () => fileOf(dockerArchive(good).subarray(0, 3000)), /image\.tar/],
  ["a truncated gzip around the archive", () => fileOf(gzipSync(dockerArchive(good)).subarray(0, 200)), /image\.tar/],
  [
    "a layer that is truncated gzip",
    () => layoutOfLayer({ content: [], stored: gzipSync(Buffer.alloc(20_000, "x")).subarray(0, 40) }),
    /layer 0 \([0-9a-f]{12}\)/,
  ],
  [
    "a layer that is a truncated tar",
    () => archive({ layers: [{ content: tar([file("a", Buffer.alloc(9000))]).subarray(0, 4096) }] }),
    /layer 0.*cut off/,
  ],
  [
    "a corrupt zstd layer",
    () => layoutOfLayer({ content: [], stored: Buffer.concat([Buffer.from("28b52ffd", "hex"), Buffer.alloc(500, 0x5a)]) }),
    /layer 0/,
  ],
  [
    "a layer that is xz",
    () => layoutOfLayer({ content: [], stored: Buffer.concat([Buffer.from("fd377a585a00", "hex"), Buffer.alloc(500)]) }),
    /layer 0.*xz/,
  ],
  [
    "a layer that is bzip2",
    () =>
      layoutOfLayer({ content: [], stored: Buffer.concat([Buffer.from("BZh9"), Buffer.from("314159265359", "hex"), Buffer.alloc(500)]) }),
    /layer 0.*bzip2/,
  ],
  ["a missing blob", () => layoutWith((files, image) => files.delete(blobPath(image.layers[0]!.digest))), /[0-9a-f]{12}/],
  [
    "a blob of another digest",
    () =>
      layoutWith((files, image) =>
        files.set(blobPath(image.layers[0]!.digest), image.layers[0]!.bytes.map((byte, at) => (at === 30 ? byte ^ 1 : byte)) as Buffer),
      ),
    /layer 0/,
  ],
  ["a wrong diff ID", () => layoutOfLayer({ content: [file("a")], diffId: sha256(Buffer.from("other")) }), /layer 0.*diff ID should be/],
  ["a schema 1 manifest", () => manifestOf({ schemaVersion: 1, name: "x", fsLayers: [] }), /schema 1/i],
  [
    "an artifact",
    () =>
      manifestOf({
        schemaVersion: 2,
        mediaType: "application/vnd.oci.image.manifest.v1+json",
        config: { mediaType: "application/vnd.cncf.helm.config.v1+json", digest: sha256(Buffer.from("{}")), size: 2 },
        layers: [],
      }),
    /helm/i,
  ],
  ["a manifest that is also an index", () => manifestOf({ schemaVersion: 2, config: {}, layers: [], manifests: [] }), /CVE-2021-41190/],
  ["a header claiming 8 EB", () => archive({ layers: [{ content: tar([raw(hugeHeader())]) }] }), /layer 0/],
  ["a hard link to itself", () => archive({ layers: [[hardlink("a", "a")]] }), /hard link \/a/],
  ["hard links in a circle", () => archive({ layers: [[hardlink("a", "b"), hardlink("b", "a")]] }), /hard link \/a/],
  ["a whiteout without a name", () => archive({ layers: [[file(".wh.", "")]] }), /whiteout/],
];

describe("broken images end with status 3, a message that names the thing, and no report", () => {
  it.each(cases)("%s", async (_, image, message) => {
    const { stdout, stderr, status } = await cliHere(["analyze", image()]);
    expect(stdout).toBe("");
    expect(stderr).toMatch(/^error: .+\nhint: .+\n$/);
    expect(stderr).toMatch(message);
    expect(status).toBe(3);
  });
});

describe("hostile images", () => {
  it("a gigabyte of zeros in a megabyte of gzip counts as a bomb, unless the limit is raised", async () => {
    const zeros = gzipSync(Buffer.concat([tar([file("a", "1")]), Buffer.alloc(1_100_000_000)]), { level: 9 });
    const image = layoutOfLayer({ content: [], stored: zeros });
    const { stderr, status } = await runCli(["analyze", "--no-verify", image], { timeout: 60_000 });
    expect(stderr).toMatch(/layer 0.*unpacks to more than \d+ times/);
    expect(status).toBe(3);
    expect(await runCli(["analyze", "--no-verify", "--max-ratio", "5000", image], { timeout: 60_000 })).toMatchObject({ status: 0 });
  }, 120_000);

  it("`..` in names is clamped to the root and told", async () => {
    const { stdout, status } = await runCli(["analyze", "--json", "--files", archive({ layers: [[file("../../etc/passwd", "x")]] })]);
    expect(status).toBe(0);
    const { files, warnings } = parseReport(stdout);
    expect(files.map(({ path }: { path: string }) => path)).toEqual(["/etc", "/etc/passwd"]);
    expect(warnings).toMatchObject([{ code: "parent-reference", layer: 0, path: "/etc/passwd" }]);
  });

  it("symlinks in a circle are shown, and a path below them is told", async () => {
    const image = archive({ layers: [[symlink("a", "b"), symlink("b", "a")], [file("a/c", "x")]] });
    const { stdout, status } = await runCli(["analyze", "--json", image]);
    expect(status).toBe(0);
    expect(parseReport(stdout).warnings.map(({ code }: { code: string }) => code)).toContain("symlink-loop");
  });

  it("--no-verify reads a damaged image all the same and says so", async () => {
    const image = layoutOfLayer({ content: [file("a", "1")], diffId: sha256(Buffer.from("other")) });
    const { stdout, status } = await runCli(["analyze", "--no-verify", "--json", image]);
    expect(status).toBe(0);
    expect(parseReport(stdout).image.verified).toBe(false);
    expect((await runCli(["analyze", "--no-verify", image])).stdout).toContain("digests were not checked");
  });

  it("ten thousand nested directories do not exhaust the stack", async () => {
    const nested = Array.from({ length: 2000 }, (_, depth) => directory(Array.from({ length: depth + 1 }, () => "d").join("/")));
    const { status } = await runCli(["analyze", archive({ layers: [nested] })], { timeout: 30_000 });
    expect(status).toBe(0);
  });
});

it.each([
  ["nginx", "write docker-daemon:nginx or docker://nginx"],
  ["nginx.tar", null],
])("what lies here as %s and is no image: the image of that name is only proposed where it may be one", async (name, proposed) => {
  const cwd = temporaryDirectory();
  writeFileSync(join(cwd, name), "not an archive");
  const { status, stderr } = await runCli(["analyze", name], { cwd });
  expect(status).toBe(3);
  expect(stderr).toContain(`${name} is not an image archive`);
  expect(/write docker-daemon:\S+ or \S+/.exec(stderr)?.[0] ?? null).toBe(proposed);
});
