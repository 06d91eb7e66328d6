import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { openAllPlatforms, openImage } from "../../src/transports/open.ts";
import { gzip } from "../helpers/bytes/gzip-fixture.ts";
import {
  blobPath,
  buildImage,
  dockerArchive,
  dockerArchiveFiles,
  filesToTar,
  json,
  mediaTypes,
  ociArchive,
  ociLayout,
  sha256,
  writeFiles,
} from "../helpers/image-fixture.ts";
import type { Files, ImageFixture } from "../helpers/image-fixture.ts";
import { directory, file, sparseFile, symlink, tar } from "../helpers/tar-fixture.ts";
import { temporaryDirectory } from "../helpers/temp-dir.ts";
import { failure, fileWith, options, textOf } from "./opening.ts";

const app: ImageFixture = {
  layers: [[file("a", "1")], { content: [file("b", Buffer.alloc(5000, "x"))], compression: "gzip" }],
  tags: ["test/app:1"],
};
const built = buildImage(app);

const fails = (path: string, verify = true) => failure(openImage(path, options({ verify })));
const layout = (files: Files): string => writeFiles(join(temporaryDirectory(), "layout"), files);
const layer = (mediaType: string) => ({ layers: [{ content: [file("a")], mediaType }] });

/** A layout whose only manifest is this document. */
function layoutOfManifest(document: unknown): string {
  const files = ociLayout([app]);
  const bytes = json(document);
  files.set(blobPath(sha256(bytes)), bytes);
  files.set(
    "index.json",
    json({ schemaVersion: 2, manifests: [{ mediaType: mediaTypes.oci.manifest, digest: sha256(bytes), size: bytes.length }] }),
  );
  return layout(files);
}

describe("what is not an image", () => {
  it("a missing file", async () => {
    const error = await fails("/nowhere/app.tar");
    expect(error).toMatchObject({ code: "image-not-found", exitStatus: 3 });
    expect(error.message).toContain("/nowhere/app.tar");
  });

  it.each([
    ["an empty file", Buffer.alloc(0), "not-an-image", "is empty"],
    ["a text file", Buffer.from("hello\n".repeat(300)), "not-an-image", "neither a tar archive nor compressed"],
    ["an empty archive", tar([]), "not-an-image", "is an empty archive"],
    ["an archive of something else", tar([file("readme", "x")]), "not-an-image", "neither manifest.json nor index.json"],
    ["the archive of a file system", tar([directory("etc"), file("etc/passwd", "x")]), "not-an-image", "of a file system"],
    ["a packed Helm chart", gzip(tar([file("app/Chart.yaml", "name: app")])), "unsupported-image", "Helm chart"],
    [
      "an archive of Docker before 1.10",
      tar([file("repositories", "{}"), file("abc/layer.tar", tar([]))]),
      "unsupported-image",
      "before 1.10",
    ],
    ["an xz stream that is cut off", Buffer.from("fd377a585a000004", "hex"), "blob-corrupt", "damaged or cut off"],
    ["a bzip2 stream that is cut off", Buffer.from("BZh91AY&SY"), "blob-corrupt", "damaged or cut off"],
    ["a gzip file that holds text", gzip(Buffer.from("x".repeat(2000))), "not-an-image", "not a tar archive"],
  ])("%s", async (_, bytes, code, message) => {
    const path = fileWith(bytes);
    const error = await fails(path);
    expect(error.code).toBe(code);
    expect(error.message).toContain(path);
    expect(error.message).toContain(message);
    expect(error.exitStatus).toBe(3);
  });

  it("a directory that is no layout", async () => {
    const path = temporaryDirectory();
    expect(await fails(path)).toMatchObject({ code: "not-an-image", message: `${path} is not an OCI layout: it has no index.json` });
  });

  it("a directory into which the archive of docker save was unpacked", async () => {
    const path = temporaryDirectory();
    writeFileSync(join(path, "manifest.json"), "[]");
    expect(await fails(path)).toMatchObject({ code: "not-an-image", hint: expect.stringContaining(`tar -C ${path} -cf`) as string });
  });

  it("a path of the wrong kind for its transport", async () => {
    expect((await fails(`oci:${fileWith(ociArchive([app]))}`)).hint).toContain("oci-archive:");
    expect((await fails(`docker-archive:${layout(ociLayout([app]))}`)).hint).toContain("oci:");
    expect((await fails(`dir:${layout(ociLayout([app]))}`)).hint).toContain("oci:");
  });

  it("a device that never ends", async () => {
    expect((await fails("/dev/zero")).code).toBe("not-an-image");
  });

  it("a layout of a version to come", async () => {
    const files = ociLayout([app]).set("oci-layout", json({ imageLayoutVersion: "2.0.0" }));
    expect(await fails(layout(files))).toMatchObject({ code: "unsupported-image" });
  });
});

describe("what is damaged", () => {
  it("an archive cut off in a layer, in the manifest, in a header", async () => {
    for (const shape of ["1.10", "25"] as const) {
      const bytes = dockerArchive(app, { shape });
      for (const part of [0.3, 0.5, 0.7]) {
        const path = fileWith(bytes.subarray(0, Math.floor(bytes.length * part)));
        const error = await fails(path);
        expect(error.code).toBe("blob-corrupt");
        expect(error.message).toContain(path);
      }
    }
  });

  it("a gzip archive cut off", async () => {
    const bytes = gzip(dockerArchive(app));
    const path = fileWith(bytes.subarray(0, bytes.length - 200), "app.tar.gz");
    for (const more of [{}, { onLayerBlob: async (blob: NodeJS.ReadableStream) => void blob.resume() }]) {
      const error = await failure(openImage(path, options(more)));
      expect(error.code).toBe("blob-corrupt");
      expect(error.message).toMatch(/app\.tar\.gz is damaged: .*cut off/);
    }
  });

  it.each([
    ["config", built.config.digest],
    ["layer 1", built.layers[1]!.digest],
    ["manifest", built.manifest.digest],
  ])("the %s is missing", async (what, digest) => {
    for (const path of [layout(ociLayout([app], { omit: () => [digest] })), fileWith(ociArchive([app], { omit: () => [digest] }))]) {
      const error = await fails(path);
      expect(error.code).toBe("blob-missing");
      expect(error.message).toContain(`${what} ${digest}`);
      expect(error.message).toContain(path);
    }
  });

  it("a layer of a docker-archive is missing", async () => {
    const files = dockerArchiveFiles(app, { shape: "1.10" });
    const name = [...files.keys()].find((key) => key.endsWith("layer.tar"))!;
    files.delete(name);
    expect(await fails(fileWith(filesToTar(files)))).toMatchObject({
      code: "blob-missing",
      message: expect.stringContaining(`layer 0 (${name})`),
    });
  });

  it("layer.tar links that go round in circles or out of the archive", async () => {
    for (const target of ["layer.tar", "../../../../etc/passwd", "/etc/passwd"]) {
      const files = dockerArchiveFiles(app, { shape: "1.10" });
      const name = [...files.keys()].find((key) => key.endsWith("layer.tar"))!;
      files.set(name, { symlink: target });
      expect((await fails(fileWith(filesToTar(files)))).code).toBe("blob-missing");
    }
  });

  it.each([
    ["config", built.config],
    ["manifest", built.manifest],
  ])("the %s has another digest or size; --no-verify reads it all the same", async (what, blob) => {
    for (const bytes of [
      Buffer.concat([blob.bytes, Buffer.from(" ")]),
      Buffer.concat([blob.bytes.subarray(0, -1), Buffer.from(" }")]).subarray(1),
    ]) {
      const readable = Buffer.from(`{${String(bytes).replace(/^\{/, "")}`);
      const path = layout(ociLayout([app]).set(blobPath(blob.digest), readable));
      const error = await fails(path);
      expect(error.code).toBe("digest-mismatch");
      expect(error.message).toContain(`${what} ${blob.digest}`);
      const image = await openImage(path, options({ verify: false }));
      expect(image.warnings.map(({ code }) => code)).toContain("not-verified");
    }
  });

  it("a layer is not as long as its descriptor says", async () => {
    const [first] = built.layers;
    const path = layout(ociLayout([app]).set(blobPath(first!.digest), Buffer.concat([first!.bytes, Buffer.alloc(512)])));
    expect(await fails(path)).toMatchObject({ code: "digest-mismatch", message: expect.stringContaining(`layer 0 ${first!.digest}`) });
    const image = await openImage(path, options({ verify: false }));
    expect(image.layers[0]!.storedBytes).toBe(first!.bytes.length + 512);
    expect(image.warnings).toContainEqual(expect.objectContaining({ code: "size-mismatch", layer: 0 }));
  });

  it("the config of an archive that keeps blobs under their digests is another one", async () => {
    const files = dockerArchiveFiles(app, { shape: "25" });
    files.delete("index.json");
    const name = [...files.keys()].find((key) => key.startsWith("blobs/") && textOfBlob(files, key).includes('"rootfs"'))!;
    files.set(name, Buffer.from(textOf(files, name).replace("amd64", "arm64")));
    expect(await fails(fileWith(filesToTar(files)))).toMatchObject({ code: "digest-mismatch", message: expect.stringContaining(name) });
  });
});

function textOfBlob(files: Files, name: string): string {
  const content = files.get(name);
  return Buffer.isBuffer(content) ? content.toString("latin1") : "";
}

describe("manifests that must be refused", () => {
  it.each([
    ["null", null],
    ["an empty list", []],
    ["a list of null", [null]],
    ["no config", [{ Layers: [] }]],
    ["layers that are no list", [{ Config: "c", Layers: {} }]],
    ["layers that are numbers", [{ Config: "c", Layers: [1] }]],
    ["a config outside of the archive", [{ Config: "../../etc/passwd", Layers: [] }]],
    ["a layer outside of the archive", [{ Config: "c", Layers: ["/etc/passwd"] }]],
  ])("manifest.json with %s", async (_, document) => {
    const error = await fails(fileWith(tar([file("manifest.json", json(document))])));
    expect(error.code).toBe("manifest-invalid");
    expect(error.message).toContain("manifest.json of ");
  });

  it("fewer layers than diff IDs, and more", async () => {
    for (const count of [1, 3]) {
      const diffIds = Array(count).fill(built.layers[0]!.diffId);
      const broken: ImageFixture = { ...app, configOverrides: { rootfs: { type: "layers", diff_ids: diffIds } } };
      for (const path of [fileWith(dockerArchive(broken, { shape: "1.10" })), layout(ociLayout([broken]))]) {
        expect(await fails(path)).toMatchObject({
          code: "manifest-invalid",
          message: expect.stringContaining(`lists 2 layers, its config ${count} diff IDs`),
        });
      }
    }
  });

  it("a manifest that is an index as well (CVE-2021-41190)", async () => {
    const document = {
      ...(JSON.parse(String(built.manifest.bytes)) as object),
      manifests: [{ mediaType: mediaTypes.oci.manifest, digest: built.manifest.digest, size: 1 }],
    };
    expect(await fails(layoutOfManifest(document))).toMatchObject({
      code: "manifest-invalid",
      message: expect.stringContaining("CVE-2021-41190"),
    });
  });

  it("schema 1", async () => {
    expect(await fails(layoutOfManifest({ schemaVersion: 1, fsLayers: [], history: [] }))).toMatchObject({ code: "unsupported-image" });
    const files = ociLayout([app]);
    files.set(
      "index.json",
      json({
        manifests: [{ mediaType: "application/vnd.docker.distribution.manifest.v1+prettyjws", digest: built.manifest.digest, size: 1 }],
      }),
    );
    expect((await fails(layout(files))).message).toContain("schema 1");
  });

  it.each([
    ["a Helm chart", { config: { mediaType: "application/vnd.cncf.helm.config.v1+json" } }, "Helm chart"],
    [
      "an artifact",
      { artifactType: "application/x.wasm", config: { mediaType: "application/vnd.oci.empty.v1+json" } },
      'artifact of type "application/x.wasm"',
    ],
  ])("%s", async (_, overrides, message) => {
    const manifest = JSON.parse(String(built.manifest.bytes)) as { config: object };
    const error = await fails(layoutOfManifest({ ...manifest, ...overrides, config: { ...manifest.config, ...overrides.config } }));
    expect(error.code).toBe("unsupported-image");
    expect(error.message).toContain(message);
  });

  it("an encrypted layer, a layer of unknown type", async () => {
    expect((await fails(layout(ociLayout([layer("application/vnd.oci.image.layer.v1.tar+gzip+encrypted")])))).message).toContain(
      "is encrypted",
    );
    expect((await fails(layout(ociLayout([layer("application/vnd.example.squashfs")])))).message).toContain(
      'artifact of type "application/vnd.example.squashfs"',
    );
  });

  it("only an attestation", async () => {
    const files = ociLayout([app], { attestations: true });
    const index = JSON.parse(textOf(files, "index.json")) as { manifests: { platform: { os: string } }[] };
    files.set("index.json", json({ ...index, manifests: index.manifests.filter(({ platform }) => platform.os === "unknown") }));
    expect(await fails(layout(files))).toMatchObject({ code: "manifest-invalid", message: expect.stringContaining("lists no image") });
  });

  it("an index that contains itself, and one nested too deeply", async () => {
    const path = layout(ociLayout([app], { nested: 9 }));
    expect((await fails(path)).code).toBe("limit-exceeded");
    // A digest cannot name itself; without verification it can be made to.
    const digest = `sha256:${"a".repeat(64)}` as const;
    const self = json({ manifests: [{ mediaType: mediaTypes.oci.index, digest, size: 1 }] });
    const files = ociLayout([app]).set("index.json", self).set(blobPath(digest), self);
    expect(await fails(layout(files), false)).toMatchObject({
      code: "manifest-invalid",
      message: expect.stringContaining("contains itself"),
    });
  });

  it("indexes that lead to the image a million times do not take the time of a million", async () => {
    let entries: unknown[] = [{ mediaType: mediaTypes.oci.manifest, digest: built.manifest.digest, size: built.manifest.bytes.length }];
    const files = ociLayout([app]);
    for (let level = 0; level < 7; level += 1) {
      const index = json({ schemaVersion: 2, manifests: Array(10).fill(entries[0]) });
      files.set(blobPath(sha256(index)), index);
      entries = [{ mediaType: mediaTypes.oci.index, digest: sha256(index), size: index.length }];
    }
    files.set("index.json", json({ manifests: entries }));
    const image = await openImage(layout(files), options());
    expect(image.manifestDigest).toBe(built.manifest.digest);
  });

  it("an index of more entries than any image has", async () => {
    const manifests = Array.from({ length: 10_001 }, (_, n) => ({
      mediaType: mediaTypes.oci.manifest,
      digest: sha256(Buffer.from(String(n))),
      size: 1,
    }));
    const path = fileWith(filesToTar(ociLayout([app]).set("index.json", json({ manifests }))));
    expect((await fails(path)).code).toBe("limit-exceeded");
  });

  it("JSON of absurd size or depth", async () => {
    const padded = Buffer.concat([json({ schemaVersion: 2, manifests: [] }), Buffer.alloc(21 * 1024 * 1024, " ")]);
    expect((await fails(layout(ociLayout([app]).set("index.json", padded)))).code).toBe("limit-exceeded");
    const deep = Buffer.from(`{"manifests":${"[".repeat(100_000)}${"]".repeat(100_000)}}`);
    expect((await fails(layout(ociLayout([app]).set("index.json", deep)))).code).toBe("manifest-invalid");
  });
});

describe("names made to harm", () => {
  it("members that lead out of the archive are ignored and told", async () => {
    const bytes = dockerArchive(app, { shape: "1.10" });
    const evil = tar([file("../../manifest.json", "[]"), symlink("../x", "/etc/passwd")], { endBlocks: 0 });
    const image = await openImage(fileWith(Buffer.concat([evil, bytes])), options());
    expect(image.layers).toHaveLength(2);
    expect(image.warnings).toEqual([
      expect.objectContaining({ code: "archive-member-outside", message: expect.stringContaining("../../manifest.json and 1 more") }),
    ]);
  });

  it("members named with escape sequences do no harm", async () => {
    const evil = tar([file("\u001b[2J\u0007.json", "{"), file("a\nb", "x"), file("__proto__", "y")], { endBlocks: 0 });
    const image = await openImage(fileWith(Buffer.concat([evil, dockerArchive(app)])), options());
    expect(image.tags).toEqual(["test/app:1"]);
  });

  it("a tag named __proto__ is a tag like any other", async () => {
    const image = await openImage(fileWith(dockerArchive({ ...app, tags: ["__proto__:constructor"] }, { shape: "1.10" })), options());
    expect(image.tags).toEqual(["__proto__:constructor"]);
  });

  it("a digest that is a path is not a digest", async () => {
    const root = temporaryDirectory();
    mkdirSync(join(root, "secret"));
    writeFileSync(join(root, "secret", "x"), "{}");
    const files = ociLayout([app]).set(
      "index.json",
      json({ manifests: [{ mediaType: mediaTypes.oci.manifest, digest: "sha256:../../../secret/x", size: 2 }] }),
    );
    expect(await fails(writeFiles(join(root, "layout"), files))).toMatchObject({ code: "manifest-invalid" });
  });

  it("a layer that tar stored as a sparse file is refused, not misread", async () => {
    const files = dockerArchiveFiles(app, { shape: "1.10" });
    const name = [...files.keys()].find((key) => key.endsWith("layer.tar"))!;
    files.delete(name);
    const sparse = tar([sparseFile(name, { form: "pax-1.0", size: 10_240, segments: [{ offset: 512, data: "x".repeat(512) }] })], {
      endBlocks: 0,
    });
    const error = await fails(fileWith(Buffer.concat([sparse, filesToTar(files)])));
    expect(error).toMatchObject({ code: "unsupported-image", message: expect.stringContaining("sparse file") });
  });

  it("the last of two members of one name counts, as when the archive is unpacked", async () => {
    const first = tar([file("manifest.json", json([{ Config: "nope", Layers: [] }]))], { endBlocks: 0 });
    expect((await openImage(fileWith(Buffer.concat([first, dockerArchive(app, { shape: "1.10" })])), options())).layers).toHaveLength(2);
  });
});

describe("several platforms, one of them broken", () => {
  const other: ImageFixture = { ...app, platform: "linux/s390x" };

  it("opens the whole one, and refuses the broken one", async () => {
    const broken = buildImage(other);
    const files = ociLayout([app, other]).set(blobPath(broken.config.digest), Buffer.from("{}"));
    const path = layout(files);
    expect((await openImage(path, options({ platform: "linux/amd64" }))).platform.architecture).toBe("amd64");
    expect((await failure(openImage(path, options({ platform: "linux/s390x" })))).code).toBe("digest-mismatch");
    expect((await failure(openAllPlatforms(path, options()))).code).toBe("digest-mismatch");
  });
});
