import { createHash } from "node:crypto";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { openAllPlatforms, openImage } from "../../../src/transports/open.ts";
import {
  blobPath,
  buildImage,
  filesToTar,
  json,
  mediaTypes,
  ociArchive,
  ociLayout,
  sha256,
  writeFiles,
} from "../../helpers/image-fixture.ts";
import type { Files, ImageFixture } from "../../helpers/image-fixture.ts";
import { file } from "../../helpers/tar-fixture.ts";
import { temporaryDirectory } from "../../helpers/temp-dir.ts";
import { bytesOf, failure, fileWith, options, storedDigests, textOf } from "../opening.ts";

const amd64: ImageFixture = {
  layers: [
    { content: [file("a", "amd64")], compression: "gzip" },
    { content: [file("b")], compression: "zstd" },
  ],
  tags: ["test/app:1"],
};
const arm64: ImageFixture = { layers: [[file("a", "arm64")]], platform: "linux/arm64/v8", tags: ["test/app:1"] };
const armV6: ImageFixture = { layers: [[file("a", "arm")]], platform: "linux/arm/v6", tags: ["test/app:1"] };

function layoutDirectory(files: Files): string {
  return writeFiles(join(temporaryDirectory(), "layout"), files);
}

function editIndex(files: Files, edit: (index: { manifests: Record<string, unknown>[] }) => unknown): Files {
  const index = JSON.parse(textOf(files, "index.json")) as { manifests: Record<string, unknown>[] };
  return new Map(files).set("index.json", json(edit(index)));
}

describe("oci layouts", () => {
  it("opens a directory and an archive alike", async () => {
    const built = buildImage(amd64);
    const directory = layoutDirectory(ociLayout([amd64]));
    const archive = fileWith(ociArchive([amd64]));
    for (const [name, transport] of [
      [directory, "oci"],
      [`oci:${directory}`, "oci"],
      [archive, "oci-archive"],
      [`oci-archive:${archive}`, "oci-archive"],
    ] as const) {
      const image = await openImage(name, options());
      expect(image).toMatchObject({ transport, reference: name, manifestDigest: built.manifest.digest, configDigest: built.config.digest });
      expect(image.manifestBytes).toEqual(built.manifest.bytes);
      expect(await storedDigests(image)).toEqual(built.layers.map(({ digest }) => digest));
      expect(image.layers.map(({ digest }) => digest)).toEqual(built.layers.map(({ digest }) => digest));
      expect(image.warnings).toEqual([]);
    }
  });

  it.each([0, 1, 2, 5])("finds the platform below %i further indexes", async (nested) => {
    const files = ociLayout([amd64, arm64, armV6], { nested, attestations: true });
    const directory = layoutDirectory(files);
    const chosen = await openImage(directory, options({ platform: "arm64" }));
    expect(chosen.manifestDigest).toBe(buildImage(arm64).manifest.digest);
    expect((await openImage(directory, options({ platform: "linux/arm/v7" }))).platform.variant).toBe("v6");
    const error = await failure(openImage(directory, options({ platform: "linux/s390x" })));
    expect(error.code).toBe("platform-not-found");
    expect(error.message).toContain("linux/amd64, linux/arm64/v8, linux/arm/v6");
    const set = await openAllPlatforms(directory, options());
    expect(set.images).toHaveLength(3);
    await set.close();
  });

  it("takes the host's platform when none is given, and says which others there are", async () => {
    const host = process.arch === "arm64" ? "arm64" : "amd64";
    const image = await openImage(layoutDirectory(ociLayout([amd64, arm64])), options());
    expect(image.platform.architecture).toBe(host);
    expect(image.warnings).toEqual([expect.objectContaining({ code: "platform-chosen" })]);
  });

  it("asks when the host's platform is not among them", async () => {
    const s390x = { ...arm64, platform: "linux/s390x" };
    const error = await failure(openImage(layoutDirectory(ociLayout([armV6, s390x])), options()));
    expect(error.code).toBe("ambiguous-image");
    expect(error.message).toContain("linux/arm/v6, linux/s390x");
    expect(error.hint).toContain("--platform");
  });

  it("reads the platform from the config where the index states none", async () => {
    const directory = layoutDirectory(ociLayout([amd64, arm64], { withoutPlatforms: true }));
    expect((await openImage(directory, options({ platform: "linux/arm64" }))).manifestDigest).toBe(buildImage(arm64).manifest.digest);
  });

  it("selects by ref name, by full name, and by digest of image or index", async () => {
    const second: ImageFixture = { layers: [[file("z")]], tags: ["test/app:2"] };
    const directory = layoutDirectory(ociLayout([amd64, second]));
    const { digest } = buildImage(second).manifest;
    for (const name of [`oci:${directory}:2`, `oci:${directory}:docker.io/test/app:2`, `oci:${directory}@${digest}`]) {
      expect((await openImage(name, options())).manifestDigest).toBe(digest);
    }
    expect((await failure(openImage(directory, options()))).message).toContain("test/app:1, test/app:2");
    const nested = layoutDirectory(ociLayout([amd64, arm64], { nested: 1 }));
    const set = await openAllPlatforms(nested, options());
    const index = sha256(set.indexBytes!);
    expect((await openImage(`oci:${nested}@${index}`, options({ platform: "arm64" }))).platform.architecture).toBe("arm64");
  });

  it("opens a layout without ref names, and ignores blobs that nothing refers to", async () => {
    const files = ociLayout([amd64], { withoutRefs: true, unreferenced: [Buffer.from("x"), Buffer.alloc(9)] });
    const image = await openImage(layoutDirectory(files), options());
    expect(image.tags).toEqual([]);
  });

  it("does not open an image that lies in the blobs but not in the index", async () => {
    const hidden = buildImage(arm64);
    const files = ociLayout([amd64]);
    for (const blob of [hidden.manifest, hidden.config, ...hidden.layers]) files.set(blobPath(blob.digest), blob.bytes);
    const directory = layoutDirectory(files);
    expect((await openImage(directory, options())).manifestDigest).toBe(buildImage(amd64).manifest.digest);
    expect((await failure(openImage(`oci:${directory}@${hidden.manifest.digest}`, options()))).code).toBe("image-not-found");
  });

  it("lists the versions of a system that images are for", async () => {
    const version = (osVersion: string, name: string): ImageFixture => ({
      layers: [[file(name)]],
      platform: "windows/amd64",
      configOverrides: { "os.version": osVersion },
    });
    const files = ociLayout([version("10.0.17763.1", "a"), version("10.0.20348.2", "b")]);
    const error = await failure(openImage(layoutDirectory(files), options({ platform: "windows/amd64" })));
    expect(error.message).toContain("windows(10.0.17763.1)/amd64, windows(10.0.20348.2)/amd64");
    const image = await openImage(layoutDirectory(files), options({ platform: "windows(10.0.20348.2)/amd64" }));
    expect(image.platform.osVersion).toBe("10.0.20348.2");
  });

  it("warns of a layer whose type no specification knows, and reads it", async () => {
    const image = await openImage(
      layoutDirectory(ociLayout([{ layers: [{ content: [file("a")], mediaType: "application/tar+gzip", compression: "gzip" }] }])),
      options(),
    );
    expect(image.warnings).toMatchObject([{ code: "odd-media-type", layer: 0 }]);
  });

  it("lists the digests of two images that differ in nothing else", async () => {
    const twin = { ...amd64, config: { Env: ["B=2"] } };
    const error = await failure(openImage(layoutDirectory(ociLayout([amd64, twin])), options()));
    expect(error.code).toBe("ambiguous-image");
    expect(error.message).toContain(buildImage(twin).manifest.digest);
    // The hint is a name that can be typed: a bare `layout@sha256:…` would be asked of the registry.
    const named = error.hint.replace("choose one by its digest: ", "");
    expect(named).toMatch(/^oci:/);
    expect(`sha256:${named.split("sha256:")[1]}`).toBe((await openImage(named, options())).manifestDigest);
  });

  it("passes over signatures and other artifacts beside the image", async () => {
    const artifact = json({
      schemaVersion: 2,
      mediaType: mediaTypes.oci.manifest,
      artifactType: "application/vnd.dev.cosign.artifact.sig.v1+json",
      config: { mediaType: "application/vnd.oci.empty.v1+json", digest: sha256(Buffer.from("{}")), size: 2 },
      layers: [],
    });
    const files = editIndex(ociLayout([amd64]), (index) => ({
      ...index,
      manifests: [{ mediaType: mediaTypes.oci.manifest, digest: sha256(artifact), size: artifact.length }, ...index.manifests],
    }));
    files.set(blobPath(sha256(artifact)), artifact);
    expect((await openImage(layoutDirectory(files), options())).manifestDigest).toBe(buildImage(amd64).manifest.digest);
  });

  it("knows attestations that are stored as artifacts, by their subject", async () => {
    const { manifest } = buildImage(amd64);
    const statement = json({ predicateType: "https://spdx.dev/Document", predicate: {} });
    const sbom = json({
      schemaVersion: 2,
      mediaType: mediaTypes.oci.manifest,
      artifactType: "application/vnd.docker.attestation.manifest.v1+json",
      config: { mediaType: "application/vnd.oci.empty.v1+json", digest: sha256(Buffer.from("{}")), size: 2 },
      layers: [{ mediaType: "application/vnd.in-toto+json", digest: sha256(statement), size: statement.length }],
      subject: { mediaType: mediaTypes.oci.manifest, digest: manifest.digest, size: manifest.bytes.length },
    });
    const entry = {
      mediaType: mediaTypes.oci.manifest,
      artifactType: "application/vnd.docker.attestation.manifest.v1+json",
      digest: sha256(sbom),
      size: sbom.length,
    };
    const files = editIndex(ociLayout([amd64]), (index) => ({ ...index, manifests: [...index.manifests, entry] }));
    files.set(blobPath(sha256(sbom)), sbom).set(blobPath(sha256(statement)), statement);
    const image = await openImage(layoutDirectory(files), options());
    expect(await image.attestations[0]!.statements()).toMatchObject([{ predicateType: "https://spdx.dev/Document" }]);
    files.delete(blobPath(sha256(statement)));
    const incomplete = await openImage(layoutDirectory(files), options());
    expect((await failure(incomplete.attestations[0]!.statements())).code).toBe("blob-missing");
  });

  it("does not take an attestation that lost its annotation for a platform", async () => {
    const files = editIndex(ociLayout([{ ...arm64, platform: "linux/s390x" }], { attestations: true }), ({ manifests }) => ({
      manifests: manifests.map(({ annotations: _, ...entry }) => entry),
    }));
    const image = await openImage(layoutDirectory(files), options());
    expect(image.platform.architecture).toBe("s390x");
    expect(image.warnings).toEqual([]);
  });

  it("reads sha512 digests", async () => {
    const { manifest, config, layers } = buildImage(arm64);
    const sha512 = (bytes: Buffer): string => `sha512:${createHash("sha512").update(bytes).digest("hex")}`;
    const text = String(manifest.bytes)
      .replaceAll(config.digest, sha512(config.bytes))
      .replaceAll(layers[0]!.digest, sha512(layers[0]!.bytes));
    const rewritten = Buffer.from(text);
    const files: Files = new Map([["oci-layout", json({ imageLayoutVersion: "1.0.0" })]]);
    for (const bytes of [rewritten, config.bytes, layers[0]!.bytes]) files.set(blobPath(sha512(bytes)), bytes);
    files.set(
      "index.json",
      json({ schemaVersion: 2, manifests: [{ mediaType: mediaTypes.oci.manifest, digest: sha512(rewritten), size: rewritten.length }] }),
    );
    const image = await openImage(layoutDirectory(files), options());
    expect(image.manifestDigest).toBe(sha512(rewritten));
    expect(await bytesOf(image.layers[0]!)).toEqual(layers[0]!.bytes);
    files.set(blobPath(sha512(config.bytes)), Buffer.concat([config.bytes.subarray(0, -1), Buffer.from(" ")]));
    expect((await failure(openImage(layoutDirectory(files), options()))).code).toBe("digest-mismatch");
  });

  it("joins the annotations of descriptor and manifest", async () => {
    const files = ociLayout([{ ...amd64, annotations: { "org.opencontainers.image.title": "t" } }]);
    expect((await openImage(layoutDirectory(files), options())).annotations).toMatchObject({
      "org.opencontainers.image.title": "t",
      "io.containerd.image.name": "docker.io/test/app:1",
    });
  });

  it("opens an image without any layer", async () => {
    expect((await openImage(layoutDirectory(ociLayout([{ layers: [] }])), options())).layers).toEqual([]);
  });

  it("opens an archive or directory without oci-layout, and warns", async () => {
    const files = ociLayout([amd64]);
    files.delete("oci-layout");
    for (const place of [fileWith(filesToTar(files)), layoutDirectory(files)]) {
      expect((await openImage(place, options())).warnings).toEqual([expect.objectContaining({ code: "layout-marker-missing" })]);
    }
  });
});
