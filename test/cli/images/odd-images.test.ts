/** Images that other tools write and engines read, odd as they are. */
import { execFileSync } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

import { describe, expect, it, onTestFinished } from "vitest";

import {
  blobPath,
  buildImage,
  dockerArchive,
  filesToTar,
  json,
  mediaTypes,
  ociLayout,
  sha256,
  writeFiles,
} from "../../helpers/image-fixture.ts";
import { itComponents } from "../../helpers/components/available.ts";
import type { Files } from "../../helpers/image-fixture.ts";
import { layoutOf } from "../../helpers/image/oci.ts";
import { parseReport } from "../../helpers/report-schema.ts";
import { runCli, runInterrupted } from "../../helpers/run-cli.ts";
import { file, tar } from "../../helpers/tar-fixture.ts";
import { temporaryDirectory } from "../../helpers/temp-dir.ts";
import { startZooRegistry } from "../../helpers/registry/zoo-registry.ts";

const app = { layers: [[file("etc/motd", "hello")]], tags: ["test/app:1"] };
const built = buildImage(app);

interface Report {
  readonly image: { readonly platform: string; readonly layerCount: number; readonly manifestDigest: string | null };
  readonly warnings: readonly { readonly code: string }[];
}

async function report(...args: string[]): Promise<Report> {
  const { status, stdout, stderr } = await runCli(["analyze", "-q", "--json", ...args]);
  expect(status, stderr).toBe(0);
  return JSON.parse(stdout) as Report;
}

function archive(files: Files): string {
  const path = join(temporaryDirectory(), "image.tar");
  writeFileSync(path, filesToTar(files));
  return path;
}

const layoutAt = (files: Files): string => writeFiles(join(temporaryDirectory(), "layout"), files);

function dockerArchiveNaming(config: string, row: Record<string, unknown>): string {
  return archive(
    new Map<string, Buffer>([
      ["layer.tar", built.layers[0]!.bytes],
      [config, built.config.bytes],
      ["manifest.json", json([row])],
    ]),
  );
}

describe("a docker-archive", () => {
  it("may write the keys of manifest.json in any case, as older Jib does", async () => {
    const path = dockerArchiveNaming("config.json", { config: "config.json", repoTags: ["jib:1"], layers: ["layer.tar"] });
    const { image, warnings } = await report(path);
    expect(image.layerCount).toBe(1);
    expect(warnings.map(({ code }) => code)).toContain("odd-keys");
  });

  it("may name its config after another digest: the bytes say what it is", async () => {
    const name = `${"1".repeat(64)}.json`;
    const { warnings } = await report(dockerArchiveNaming(name, { Config: name, RepoTags: ["a:1"], Layers: ["layer.tar"] }));
    expect(warnings.map(({ code }) => code)).toContain("config-renamed");
  });
});

/** Once with each program that only some machines have. */
function itPacked(title: string, test: (program: "xz" | "bzip2") => Promise<void>): void {
  for (const program of ["xz", "bzip2"] as const) itComponents([program], `${program} ${title}`, () => test(program));
}

describe("an archive that is compressed with", () => {
  const plain = dockerArchive([{ layers: [[file("big", Buffer.alloc(3_000_000, "x"))], [file("etc/motd", "hello")]], tags: ["a:1"] }]);

  itPacked("is read, from a file and from a pipe, and one that is cut off is told", async (program) => {
    const packed = execFileSync(program, ["-c"], { input: plain, maxBuffer: 64 * 1024 * 1024 });
    const path = join(temporaryDirectory(), "image");
    writeFileSync(path, packed);
    expect((await report(path)).image.layerCount).toBe(2);
    expect((await runCli(["export", "-q", path, "/etc/motd"])).stdout).toBe("hello");
    const piped = await runCli(["analyze", "-q", "--json", "-"], { stdin: packed });
    expect((JSON.parse(piped.stdout) as Report).image.layerCount).toBe(2);
    writeFileSync(path, packed.subarray(0, packed.length - 40));
    const cut = await runCli(["analyze", "-q", path]);
    expect(cut.status).toBe(3);
    expect(cut.stderr).toContain("damaged or cut off");
  });
});

describe("a layer that is compressed with", () => {
  const content = tar([file("etc/motd", "hello"), file("big", Buffer.alloc(3_000_000, "x"))]);

  const image = buildImage({ layers: [{ content }] });

  /** A docker-archive whose layer lost its last bytes. */
  const packedWith = (program: string, lost = 0): string => {
    const packed = execFileSync(program, ["-c"], { input: content });
    return archive(
      new Map<string, Buffer>([
        ["layer.tar", packed.subarray(0, packed.length - lost)],
        ["config.json", image.config.bytes],
        ["manifest.json", json([{ Config: "config.json", RepoTags: ["a:1"], Layers: ["layer.tar"] }])],
      ]),
    );
  };

  itPacked("is read as Docker reads it, with a warning, and written anew", async (program) => {
    const path = packedWith(program);
    expect((await report(path)).warnings.map(({ code }) => code)).toEqual(["odd-compression"]);
    const { stdoutBytes } = await runCli(["export", path, "/etc/motd", "-o", "-"]);
    expect(stdoutBytes.toString()).toContain("hello");
    const slim = join(temporaryDirectory(), "slim.tar");
    const squashed = await runCli(["squash", "--last", "1", path, "--output", slim]);
    expect(squashed.status, squashed.stderr).toBe(0);
    expect((await report(slim)).warnings).toEqual([]);
  });

  itPacked("and cut off is told", async (program) => {
    const { status, stderr } = await runCli(["analyze", packedWith(program, 20)]);
    expect(status).toBe(3);
    expect(stderr).toContain("damaged or cut off");
  });
});

it("a layer of gzip with zeros behind it is read with a warning, since engines refuse it", async () => {
  const content = tar([file("etc/motd", "hello")]);
  const stored = Buffer.concat([gzipSync(content), Buffer.alloc(512)]);
  const image = buildImage({ layers: [{ content }] });
  const path = archive(
    new Map<string, Buffer>([
      ["layer.tar", stored],
      ["config.json", image.config.bytes],
      ["manifest.json", json([{ Config: "config.json", RepoTags: ["a:1"], Layers: ["layer.tar"] }])],
    ]),
  );
  expect((await report(path)).warnings).toMatchObject([
    { code: "odd-compression", message: expect.stringContaining("512 zero bytes follow the gzip stream") },
  ]);
});

it("an entry of unknown type is warned of by its path in the image, as the schema of reports has it", async () => {
  const content = tar([file("./caf\u00e9", "x", { typeflag: "Z" })]);
  const path = join(temporaryDirectory(), "odd.tar");
  writeFileSync(path, dockerArchive({ layers: [{ content }], tags: ["odd:1"] }));
  for (const run of ["read", "known from the cache"]) {
    const { stdout } = await runCli(["analyze", "-q", "--json", path]);
    const [warning] = parseReport(stdout).warnings;
    expect({ run, warning }).toMatchObject({ run, warning: { code: "tar-unknown-type", path: "/caf\u00e9", layer: 0 } });
  }
});

/** As skopeo writes it: the manifest beside its blobs, which are called by their hex digits alone. */
function skopeoDirectory(): { path: string; files: Map<string, Buffer> } {
  const hex = (digest: string): string => digest.slice("sha256:".length);
  const files = new Map([
    ["version", Buffer.from("Directory Transport Version: 1.1\n")],
    ["manifest.json", built.manifest.bytes],
    [hex(built.config.digest), built.config.bytes],
    ...built.layers.map(({ digest, bytes }) => [hex(digest), bytes] as const),
  ]);
  return { path: writeFiles(join(temporaryDirectory(), "d"), files), files };
}

describe("what skopeo calls a dir:", () => {
  it("is read by its path, with and without its transport", async () => {
    const { path } = skopeoDirectory();
    for (const name of [path, `dir:${path}`]) expect((await report(name)).image.manifestDigest).toBe(built.manifest.digest);
  });

  it("holds several platforms: the index, and a manifest of each under its own name", async () => {
    const { path, files } = skopeoDirectory();
    const { digest, bytes } = built.manifest;
    const entry = { mediaType: mediaTypes.oci.manifest, digest, size: bytes.length, platform: { os: "linux", architecture: "amd64" } };
    files.set("manifest.json", json({ schemaVersion: 2, mediaType: mediaTypes.oci.index, manifests: [entry] }));
    files.set(`${digest.slice("sha256:".length)}.manifest.json`, bytes);
    expect((await report(`dir:${writeFiles(`${path}-all`, files)}`, "--platform", "linux/amd64")).image.manifestDigest).toBe(digest);
  });

  it("does not pass for whole when a blob is damaged or missing", async () => {
    const { path } = skopeoDirectory();
    const blob = join(path, built.layers[0]!.digest.slice("sha256:".length));
    writeFileSync(blob, Buffer.alloc(built.layers[0]!.bytes.length));
    expect((await runCli(["analyze", `dir:${path}`])).stderr).toContain("the digest should be");
    rmSync(blob);
    expect((await runCli(["analyze", `dir:${path}`])).stderr).toContain("is not in");
  });
});

describe("containers-storage:", () => {
  it.each([
    ["containers-storage:[vfs@/nowhere]app", "there is no store of images in /nowhere under the driver vfs"],
    ["containers-storage:[btrfs@/nowhere]app", "names the storage driver btrfs"],
    ["containers-storage:[nowhere]app", "the directory has to be absolute"],
    ["containers-storage:[vfs@/nowhere]", "names no image"],
  ])("%s is told what is wrong", async (name, message) => {
    const { status, stderr } = await runCli(["analyze", name]);
    expect(status).toBeGreaterThanOrEqual(2);
    expect(stderr).toContain(message);
  });

  it("finds the place that storage.conf names", async () => {
    const root = join(temporaryDirectory(), "store");
    const conf = join(temporaryDirectory(), "storage.conf");
    writeFiles(root, new Map([["overlay-images/images.json", json([{ id: "a".repeat(64), names: ["docker.io/library/other:1"] }])]]));
    writeFileSync(conf, `[storage]\ndriver = "overlay"\ngraphroot = "${root}"\n`);
    const { status, stderr } = await runCli(["analyze", "containers-storage:app"], { env: { CONTAINERS_STORAGE_CONF: conf } });
    expect(status).toBe(3);
    expect(stderr).toContain(`there is no image app in ${root} (overlay); there is docker.io/library/other:1`);
  });
});

it("a FIFO that nobody writes to can be left with Ctrl-C", async () => {
  const pipe = join(temporaryDirectory(), "pipe");
  execFileSync("mkfifo", [pipe]);
  expect(await runInterrupted(["analyze", pipe], "SIGINT")).toMatchObject({ status: 130 });
});

it("a SIF image of Apptainer is refused by name", async () => {
  const path = join(temporaryDirectory(), "image.sif");
  writeFileSync(path, Buffer.concat([Buffer.from("#!/usr/bin/env run-singularity\n\0SIF_MAGIC\0"), Buffer.alloc(1000)]));
  const { status, stderr } = await runCli(["analyze", path]);
  expect(status).toBe(3);
  expect(stderr).toContain("is a SIF image of Apptainer");
});

describe("a layout with more than the image", () => {
  it.each([
    ["a cosign signature", "application/vnd.dev.cosign.simplesigning.v1+json"],
    ["a cosign attestation", "application/vnd.dsse.envelope.v1+json"],
    ["an SBOM", "application/vnd.cyclonedx+json"],
  ])("opens the image, not %s", async (_, layerType) => {
    const files = layoutOf([built]);
    const payload = Buffer.from("{}");
    const config = json({ architecture: "", os: "", config: {}, rootfs: { type: "layers", diff_ids: [sha256(payload)] } });
    const descriptor = (bytes: Buffer, mediaType: string) => ({ mediaType, digest: sha256(bytes), size: bytes.length });
    const signature = json({
      schemaVersion: 2,
      mediaType: mediaTypes.oci.manifest,
      config: descriptor(config, mediaTypes.oci.config),
      layers: [descriptor(payload, layerType)],
    });
    for (const bytes of [payload, config, signature]) files.set(blobPath(sha256(bytes)), bytes);
    const index = JSON.parse((files.get("index.json") as Buffer).toString()) as { manifests: unknown[] };
    index.manifests.push(descriptor(signature, mediaTypes.oci.manifest));
    files.set("index.json", json(index));
    expect((await report(layoutAt(files))).image.manifestDigest).toBe(built.manifest.digest);
  });

  it("reads what a descriptor carries along as data, without a blob", async () => {
    const plain = buildImage({ layers: [[file("etc/motd", "hello")]] });
    const files = layoutOf([plain]);
    const manifest = JSON.parse(plain.manifest.bytes.toString()) as { config: object; layers: object[] };
    const carried = json({
      ...manifest,
      config: { ...manifest.config, data: plain.config.bytes.toString("base64") },
      layers: [{ ...manifest.layers[0], data: plain.layers[0]!.bytes.toString("base64") }],
    });
    for (const blob of [plain.manifest, plain.config, ...plain.layers]) files.delete(blobPath(blob.digest));
    files.set(blobPath(sha256(carried)), carried);
    files.set(
      "index.json",
      json({ schemaVersion: 2, manifests: [{ mediaType: mediaTypes.oci.manifest, digest: sha256(carried), size: carried.length }] }),
    );
    expect((await report(layoutAt(files))).image.layerCount).toBe(1);
    const exported = await runCli(["export", "-q", layoutAt(files), "/etc/motd"]);
    expect(exported.stdout).toBe("hello");
  });
});

describe("an index in a registry that states no platforms", () => {
  it("is told apart by the configs", async () => {
    const images = ["linux/amd64", "linux/arm/v7"].map((platform) => buildImage({ layers: [[file("a", platform)]], platform }));
    const index = json({
      schemaVersion: 2,
      mediaType: mediaTypes.oci.index,
      manifests: images.map(({ manifest, manifestMediaType }) => ({
        mediaType: manifestMediaType,
        digest: manifest.digest,
        size: manifest.bytes.length,
      })),
    });
    const registry = await startZooRegistry();
    onTestFinished(() => registry.stop());
    for (const { manifest, manifestMediaType, config, layers } of images) {
      registry.put("x/app", "none", manifestMediaType, manifest.bytes, [config.bytes, ...layers.map(({ bytes }) => bytes)]);
    }
    registry.put("x/app", "1", mediaTypes.oci.index, index, []);
    const name = `docker://${registry.address}/x/app:1`;
    expect((await report(name, "--platform", "linux/arm/v7")).image.platform).toBe("linux/arm/v7");
    expect((await report(name, "--platform", "linux/amd64")).image.platform).toBe("linux/amd64");
    const missing = await runCli(["analyze", "-q", name, "--platform", "linux/s390x"]);
    expect(missing.stderr).toContain("linux/amd64, linux/arm/v7");
    expect(missing.status).toBe(3);
  });
});

describe("a layout that is written", () => {
  it("is pure OCI, whatever the source had", async () => {
    const source = layoutAt(ociLayout([{ ...app, mediaTypes: "docker" }]));
    for (const [name, open] of [
      ["oci", "oci"],
      ["oci-archive", "oci-archive"],
    ]) {
      const target = join(temporaryDirectory(), "out");
      expect(await runCli(["squash", "-q", "--all", source, "-o", `${name}:${target}:x`])).toMatchObject({ status: 0 });
      const exported = await runCli(["analyze", "-q", "--json", `${open}:${target}`]);
      expect(exported.status).toBe(0);
      expect(exported.stdout).not.toContain("vnd.docker");
    }
  });
});

describe("an image without layers", () => {
  it.each(["analyze", "check", "secrets", "export", "squash --all", "optimize"])("is fine for %s", async (command) => {
    const path = archive(
      new Map([
        ["c.json", json({ architecture: "amd64", os: "linux", config: { Cmd: ["x"] }, rootfs: { type: "layers", diff_ids: [] } })],
        ["manifest.json", json([{ Config: "c.json", RepoTags: ["e:1"], Layers: [] }])],
      ]),
    );
    const output = command.startsWith("squash") || command === "optimize" ? ["-o", `${path}.out.tar`] : [];
    const { status, stderr } = await runCli([...command.split(" "), "-q", path, ...output]);
    expect(status, stderr).toBe(0);
  });
});
