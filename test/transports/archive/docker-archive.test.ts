import { describe, expect, it } from "vitest";

import { digestOf } from "../../../src/image/digest.ts";
import { openAllPlatforms, openImage } from "../../../src/transports/open.ts";
import { buildImage, dockerArchive, dockerArchiveFiles, filesToTar, json } from "../../helpers/image-fixture.ts";
import type { ImageFixture } from "../../helpers/image-fixture.ts";
import { file, symlink, tar } from "../../helpers/tar-fixture.ts";
import { bytesOf, failure, fileWith, options, storedDigests, textOf } from "../opening.ts";

const app: ImageFixture = {
  layers: [
    { content: [file("a", "1")], createdBy: "ADD a" },
    { created_by: "ENV A=1", empty_layer: true },
    { content: [file("b", "2")], createdBy: "COPY b" },
  ],
  tags: ["test/app:1"],
  config: { Env: ["A=1"] },
};
const other: ImageFixture = { layers: [[file("c", "3")]], tags: ["test/other:2"] };

describe("docker-archive", () => {
  it.each(["1.10", "25", "29"] as const)("opens what Docker %s saves", async (shape) => {
    const built = buildImage(app);
    const image = await openImage(fileWith(dockerArchive(app, { shape })), options({ platform: "linux/amd64" }));
    expect(image.transport).toBe("docker-archive");
    expect(image.tags).toEqual(["test/app:1"]);
    expect(image.config.container.env).toEqual(["A=1"]);
    expect(image.platform).toEqual({ os: "linux", architecture: "amd64" });
    expect(image.configDigest).toBe(built.config.digest);
    expect(image.layers.map(({ diffId }) => diffId)).toEqual(built.layers.map(({ diffId }) => diffId));
    expect(image.layers.map(({ createdBy }) => createdBy)).toEqual(["ADD a", "COPY b"]);
    expect(image.warnings).toEqual([]);
    if (shape !== "29") expect(await storedDigests(image)).toEqual(built.layers.map(({ diffId }) => diffId));
    else expect(await storedDigests(image)).toEqual(image.layers.map(({ digest }) => digest));
    await image.close();
  });

  it("gives each layer's place in the file, where its bytes really lie", async () => {
    const bytes = dockerArchive(app, { shape: "1.10" });
    const path = fileWith(bytes);
    const image = await openImage(path, options());
    for (const layer of image.layers) {
      const region = layer.file!;
      expect(region.path).toBe(path);
      expect(bytes.subarray(region.offset, region.offset + region.size)).toEqual(await bytesOf(layer));
      expect(layer.storedBytes).toBe(region.size);
    }
  });

  it("streams parts of a layer", async () => {
    const image = await openImage(fileWith(dockerArchive(app)), options());
    const [layer] = image.layers;
    const whole = await bytesOf(layer!);
    for (const [start, end] of [
      [512, 600],
      [0, 0],
      [1000, undefined],
      [whole.length, undefined],
      [0, whole.length + 5],
    ] as const) {
      const chunks: Buffer[] = [];
      for await (const chunk of await layer!.open(end === undefined ? { start } : { start, end })) chunks.push(chunk as Buffer);
      expect(Buffer.concat(chunks)).toEqual(whole.subarray(start, end));
    }
  });

  it("follows layer.tar links to another layer's directory (moby #24003)", async () => {
    const repeated: ImageFixture = { layers: [[file("a", "1")], [file("b", "2")], [file("a", "1")]] };
    const image = await openImage(fileWith(dockerArchive(repeated, { shape: "1.10", linkRepeatedLayers: true })), options());
    expect(await storedDigests(image)).toEqual(image.layers.map(({ diffId }) => diffId));
    expect(image.layers[2]!.file).toEqual(image.layers[0]!.file);
  });

  it("follows a link that stands for a layer's whole directory, as the same layer of two images packed once", async () => {
    const layer = tar([file("a", "1")]);
    const config = Buffer.from(
      JSON.stringify({ rootfs: { type: "layers", diff_ids: [digestOf(layer)] }, os: "linux", architecture: "amd64" }),
    );
    const members = [
      file("manifest.json", JSON.stringify([{ Config: "c.json", RepoTags: null, Layers: ["two/layer.tar"] }])),
      file("c.json", config),
      symlink("two", "kept/one"),
      file("kept/one/layer.tar", layer),
    ];
    expect((await openImage(fileWith(tar(members)), options())).layers).toHaveLength(1);
  });

  it("opens an untagged image (RepoTags: null)", async () => {
    const image = await openImage(fileWith(dockerArchive({ ...app, tags: [] }, { shape: "1.10" })), options());
    expect(image.tags).toEqual([]);
  });

  it("finds configs by any path", async () => {
    const files = dockerArchiveFiles(app, { shape: "1.10" });
    const [row] = JSON.parse(textOf(files, "manifest.json")) as [{ Config: string }];
    for (const name of [`sha256:${row.Config.replace(".json", "")}`, "./odd/config.txt", "config"]) {
      const moved = new Map(files);
      moved.set(name, files.get(row.Config)!);
      moved.set("manifest.json", json([{ ...row, Config: name }]));
      const image = await openImage(fileWith(filesToTar(moved)), options());
      expect(image.configDigest).toBe(buildImage(app).config.digest);
    }
  });

  it("opens layers that are compressed", async () => {
    const image = await openImage(fileWith(dockerArchive(app, { shape: "29" })), options());
    expect(image.layers.map(({ mediaType }) => mediaType)).toEqual(Array(2).fill("application/vnd.oci.image.layer.v1.tar+gzip"));
    expect((await bytesOf(image.layers[0]!)).subarray(0, 2)).toEqual(Buffer.from([0x1f, 0x8b]));
  });

  it("reads one platform of a containerd store although the others are absent", async () => {
    const path = fileWith(dockerArchive(app, { shape: "29", layout: { absentPlatforms: ["linux/arm64", "linux/s390x"] } }));
    const image = await openImage(path, options());
    expect(image.platform.architecture).toBe("amd64");
    expect(image.warnings).toEqual([
      expect.objectContaining({ code: "platform-absent", message: expect.stringContaining("linux/arm64, linux/s390x") }),
    ]);
    const error = await failure(openImage(path, options({ platform: "linux/arm64" })));
    expect(error.code).toBe("blob-missing");
  });

  it("never takes an attestation for a platform, and hands out its statements", async () => {
    const layout = { attestations: true, provenance: { buildType: "test" } };
    const path = fileWith(dockerArchive([app, { ...app, platform: "linux/arm64" }], { shape: "29", layout }));
    const set = await openAllPlatforms(path, options());
    expect(set.images.map(({ platform }) => platform.architecture)).toEqual(["amd64", "arm64"]);
    expect(set.indexBytes).not.toBeNull();
    const [attestation] = set.images[0]!.attestations;
    expect(await attestation!.statements()).toEqual([
      { predicateType: "https://slsa.dev/provenance/v0.2", json: expect.objectContaining({ predicate: { buildType: "test" } }) },
    ]);
    expect(set.images[0]!.attestations).toHaveLength(1);
    await set.close();
    await set.close();
  });
});

describe("several images in one archive", () => {
  it.each(["1.10", "25"] as const)("lists the tags when none is given, and opens the one that is (%s)", async (shape) => {
    const path = fileWith(dockerArchive([app, other], { shape }));
    const error = await failure(openImage(path, options()));
    expect(error.code).toBe("ambiguous-image");
    expect(error.message).toContain("test/app:1, test/other:2");
    const hinted = await openImage(error.hint.replace("name one: ", ""), options());
    expect(hinted.tags).toContain("test/app:1");
    await hinted.close();
    for (const name of ["test/other:2", "docker.io/test/other:2", "2"]) {
      const image = await openImage(`docker-archive:${path}:${name}`, options());
      expect(image.tags).toEqual(["test/other:2"]);
    }
    expect((await openImage(`${path}:test/app:1`, options())).tags).toEqual(["test/app:1"]);
  });

  it("says which tags there are when the tag is wrong", async () => {
    const error = await failure(openImage(`docker-archive:${fileWith(dockerArchive([app, other]))}:nope`, options()));
    expect(error.code).toBe("image-not-found");
    expect(error.message).toContain("test/app:1, test/other:2");
  });

  it("opens by position and by digest", async () => {
    const path = fileWith(
      dockerArchive(
        [
          { ...app, tags: [] },
          { ...other, tags: [] },
        ],
        { shape: "1.10" },
      ),
    );
    const { digest } = buildImage(other).config;
    expect((await openImage(`docker-archive:${path}:@1`, options())).configDigest).toBe(digest);
    expect((await openImage(`docker-archive:${path}@${digest}`, options())).configDigest).toBe(digest);
    expect((await failure(openImage(`docker-archive:${path}:@2`, options()))).code).toBe("image-not-found");
  });

  it("takes one image with two tags for one image", async () => {
    const image = await openImage(fileWith(dockerArchive({ ...app, tags: ["test/app:1", "test/app:2"] })), options());
    expect(image.tags).toEqual(["test/app:1", "test/app:2"]);
  });
});

describe("an archive with both index.json and manifest.json", () => {
  it("reads index.json and says so when the two disagree", async () => {
    const files = dockerArchiveFiles(app, { shape: "25" });
    const docker = dockerArchiveFiles(other, { shape: "25" });
    for (const [name, content] of docker) if (name.startsWith("blobs/")) files.set(name, content);
    files.set("manifest.json", docker.get("manifest.json")!);
    const path = fileWith(filesToTar(files));
    const image = await openImage(path, options());
    expect(image.tags).toEqual(["test/app:1"]);
    expect(image.warnings).toEqual([expect.objectContaining({ code: "archive-disagreement" })]);
    const asDocker = await openImage(`docker-archive:${path}`, options());
    expect(asDocker.tags).toEqual(["test/other:2"]);
    expect(asDocker.warnings).toEqual([expect.objectContaining({ code: "archive-disagreement" })]);
  });

  it("reads manifest.json when index.json leads nowhere (Docker 25.0.0)", async () => {
    const nowhere = { mediaType: "application/vnd.oci.image.manifest.v1+json", digest: `sha256:${"0".repeat(64)}`, size: 2 };
    // Without a name `docker save` leaves index.json empty, and nothing is wrong.
    for (const [manifests, warnings] of [
      [[], []],
      [null, []],
      [[nowhere], [expect.objectContaining({ code: "archive-disagreement" })]],
    ] as const) {
      const files = dockerArchiveFiles(app, { shape: "25" });
      files.set("index.json", json({ schemaVersion: 2, manifests }));
      const image = await openImage(fileWith(filesToTar(files)), options());
      expect(image.layers).toHaveLength(2);
      expect(image.warnings).toEqual(warnings);
    }
  });
});
