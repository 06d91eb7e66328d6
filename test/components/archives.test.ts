import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { afterAll, beforeAll, expect, it } from "vitest";

import { digestOf } from "../../src/image/digest.ts";
import type { Image } from "../../src/image/image.ts";
import { openArchiveStream } from "../../src/transports/local.ts";
import { openAllPlatforms, openImage } from "../../src/transports/open.ts";
import { describeComponents, programPath } from "../helpers/components/available.ts";
import { startContainerd } from "../helpers/components/engines/containerd.ts";
import type { Containerd } from "../helpers/components/engines/containerd.ts";
import { startDockerd } from "../helpers/components/engines/dockerd.ts";
import type { Dockerd } from "../helpers/components/engines/dockerd.ts";
import { startPodman } from "../helpers/components/engines/podman.ts";
import type { Podman } from "../helpers/components/engines/podman.ts";
import { run } from "../helpers/components/run.ts";
import { ociArchive } from "../helpers/image-fixture.ts";
import { directory, file, tar } from "../helpers/tar-fixture.ts";
import { makeTemporaryDirectory, removeDirectory } from "../helpers/temp-dir.ts";
import { failure, options, storedDigests } from "../transports/opening.ts";

/** What the engine itself says about an image. */
interface Inspected {
  readonly Id: string;
  readonly RootFS: { readonly Layers: readonly string[] };
}

async function checkLayers(image: Image, diffIds: readonly string[]): Promise<void> {
  expect(image.layers.map(({ diffId }) => diffId)).toEqual(diffIds);
  const stored = await storedDigests(image);
  image.layers.forEach((layer, index) => expect(stored[index]).toBe(layer.digest ?? layer.diffId));
}

describeComponents(["dockerd", "skopeo"], "what docker save and skopeo write", () => {
  let dockerd: Dockerd;
  let scratch: string;
  let saved: string;
  let inspected: Inspected;

  beforeAll(async () => {
    scratch = makeTemporaryDirectory();
    dockerd = await startDockerd();
    await dockerd.importRootfs(tar([directory("etc"), file("etc/os-release", "ID=test")]), "base:1");
    const context = join(scratch, "context");
    mkdirSync(context);
    writeFileSync(join(context, "a"), "a".repeat(100_000));
    writeFileSync(join(context, "b"), "b");
    writeFileSync(
      join(context, "Dockerfile"),
      'FROM base:1\nENV A=1\nCOPY a /a\nLABEL l=1\nCOPY b /b\nCOPY a /a\nWORKDIR /w\nCMD ["/a"]\n',
    );
    await dockerd.build(context, "test/app:1");
    await dockerd.docker(["tag", "test/app:1", "test/app:latest"]);
    saved = join(scratch, "app.tar");
    await dockerd.docker(["save", "-o", saved, "test/app:1"]);
    [inspected] = JSON.parse((await dockerd.docker(["image", "inspect", "test/app:1"])).toString()) as [Inspected];
  }, 120_000);

  afterAll(async () => {
    await dockerd?.stop();
    removeDirectory(scratch);
  });

  it("docker save: the engine's own image ID, layers and commands", async () => {
    const image = await openImage(saved, options());
    expect(image).toMatchObject({ transport: "docker-archive", configDigest: inspected.Id, tags: ["test/app:1"], warnings: [] });
    await checkLayers(image, inspected.RootFS.Layers);
    const commands = image.layers.map(({ createdBy }) => createdBy ?? "");
    expect(commands.map((command) => /COPY|WORKDIR/.exec(command)?.[0])).toEqual([undefined, "COPY", "COPY", "COPY", "WORKDIR"]);
  });

  it("docker save of several images, of two tags, of an untagged image", async () => {
    const both = join(scratch, "both.tar");
    await dockerd.docker(["save", "-o", both, "test/app:1", "test/app:latest", "base:1"]);
    expect((await failure(openImage(both, options()))).message).toContain("base:1");
    const image = await openImage(`docker-archive:${both}:test/app`, options());
    expect(image.tags.toSorted()).toEqual(["test/app:1", "test/app:latest"]);
    expect((await openImage(`${both}:base:1`, options())).layers).toHaveLength(1);
    const untagged = join(scratch, "untagged.tar");
    await dockerd.docker(["save", "-o", untagged, inspected.Id]);
    expect(await openImage(untagged, options())).toMatchObject({ tags: [], configDigest: inspected.Id });
  });

  it("docker save as a stream", async () => {
    const { createReadStream } = await import("node:fs");
    const seen: string[] = [];
    const name = { what: "standard input", reference: null, tag: null, transport: null };
    const set = await openArchiveStream(createReadStream(saved), name, {
      ...options(),
      onLayerBlob: async (blob) => {
        const chunks: Buffer[] = [];
        for await (const chunk of blob) chunks.push(chunk as Buffer);
        seen.push(digestOf(Buffer.concat(chunks)));
      },
    });
    expect(set.images[0]!.reference).toBe("test/app:1");
    for (const diffId of inspected.RootFS.Layers) expect(seen).toContain(diffId);
  });

  it.each([
    ["oci layout, gzip", "oci:DIR:1", []],
    ["oci layout, zstd", "oci:DIR:1", ["--dest-compress-format", "zstd"]],
    ["oci-archive", "oci-archive:DIR.tar:test/app:1", []],
    ["docker-archive with layer.tar links", "docker-archive:DIR.tar:test/app:1", []],
  ])("skopeo copy to %s", async (title, destination, flags) => {
    const name = destination.replace("DIR", join(scratch, title.replaceAll(/\W/g, "-")));
    await run("skopeo", ["--insecure-policy", "copy", ...flags, `docker-archive:${saved}`, name]);
    const image = await openImage(name, options());
    await checkLayers(image, inspected.RootFS.Layers);
    expect(image.config.container.env).toContain("A=1");
    expect(image.warnings).toEqual([]);
    if (image.manifestDigest !== null) {
      expect(image.manifestDigest).toBe(digestOf(await run("skopeo", ["inspect", "--raw", name])));
    }
  });

  it("gzip and zstd around the whole archive", async () => {
    for (const [program, suffix] of [
      ["gzip", "gz"],
      ["zstd", "zst"],
    ] as const) {
      if (programPath(program) === null) continue;
      const packed = `${saved}.${suffix}`;
      writeFileSync(packed, await run(program, ["-c", saved]));
      const image = await openImage(packed, options());
      await checkLayers(image, inspected.RootFS.Layers);
      await image.close();
    }
  });
});

describeComponents(["podman", "buildah", "umoci", "skopeo"], "what podman, buildah and umoci write", () => {
  let podman: Podman;
  let scratch: string;

  beforeAll(async () => {
    scratch = makeTemporaryDirectory();
    podman = await startPodman();
    writeFileSync(join(scratch, "rootfs.tar"), tar([file("a", "1")]));
    await podman.podman(["import", "-m", "made by hand", join(scratch, "rootfs.tar"), "localhost/app:1"]);
  }, 60_000);

  afterAll(async () => {
    await podman?.stop();
    removeDirectory(scratch);
  });

  it.each(["docker-archive", "oci-archive"])("podman save --format %s", async (format) => {
    const path = join(scratch, `${format}.tar`);
    await podman.podman(["save", "--format", format, "-o", path, "localhost/app:1"]);
    const [inspected] = JSON.parse((await podman.podman(["image", "inspect", "localhost/app:1"])).toString()) as [Inspected];
    const image = await openImage(path, options());
    expect(image).toMatchObject({ transport: format, tags: ["localhost/app:1"], warnings: [] });
    await checkLayers(image, inspected.RootFS.Layers);
    expect(image.configDigest).toBe(`sha256:${inspected.Id.replace("sha256:", "")}`);
  });

  it("podman save -m of two images", async () => {
    const path = join(scratch, "multi.tar");
    writeFileSync(join(scratch, "other.tar"), tar([file("b", "2")]));
    await podman.podman(["import", join(scratch, "other.tar"), "localhost/other:2"]);
    await podman.podman(["save", "-m", "-o", path, "localhost/app:1", "localhost/other:2"]);
    expect((await failure(openImage(path, options()))).message).toMatch(
      /localhost\/app:1, localhost\/other:2|localhost\/other:2, localhost\/app:1/,
    );
    await checkLayers(await openImage(`${path}:localhost/other:2`, options()), [digestOf(readFileSync(join(scratch, "other.tar")))]);
  });

  it("buildah manifest push --all: two platforms", async () => {
    const store = ["--root", join(scratch, "buildah"), "--runroot", join(scratch, "buildah-run"), "--storage-driver", "vfs"];
    const buildah = async (...args: string[]): Promise<string> => (await run("buildah", [...store, ...args])).toString().trim();
    await buildah("manifest", "create", "list");
    for (const arch of ["amd64", "arm64"]) {
      const container = await buildah("from", "scratch");
      writeFileSync(join(scratch, arch), arch);
      await buildah("copy", container, join(scratch, arch), "/arch");
      await buildah("config", "--arch", arch, "--os", "linux", container);
      await buildah("commit", "--manifest", "list", container);
    }
    const layout = join(scratch, "list");
    await buildah("manifest", "push", "--all", "list", `oci:${layout}:both`);
    const set = await openAllPlatforms(`oci:${layout}:both`, options());
    expect(set.images.map(({ platform }) => platform.architecture)).toEqual(["amd64", "arm64"]);
    const arm = await openImage(layout, options({ platform: "linux/arm64" }));
    expect(arm.manifestDigest).toBe(set.images[1]!.manifestDigest);
    expect((await storedDigests(arm))[0]).toBe(arm.layers[0]!.digest);
    await set.close();
  });

  it("umoci: several refs in one layout", async () => {
    const layout = join(scratch, "umoci");
    await run("umoci", ["init", "--layout", layout]);
    await run("umoci", ["new", "--image", `${layout}:empty`]);
    await run("umoci", ["tag", "--image", `${layout}:empty`, "full"]);
    await run("umoci", ["insert", "--image", `${layout}:full`, join(scratch, "rootfs.tar"), "/rootfs.tar"]);
    expect((await failure(openImage(layout, options()))).message).toContain("empty, full");
    expect((await openImage(`oci:${layout}:empty`, options())).layers).toEqual([]);
    const image = await openImage(`${layout}:full`, options());
    expect(image.layers).toHaveLength(1);
    expect(await storedDigests(image)).toEqual([image.layers[0]!.digest]);
  });
});

describeComponents(["containerd", "skopeo"], "what containerd writes, and so Docker with its store", () => {
  let containerd: Containerd;
  let scratch: string;

  beforeAll(async () => {
    scratch = makeTemporaryDirectory();
    containerd = await startContainerd();
  }, 60_000);

  afterAll(async () => {
    await containerd?.stop();
    removeDirectory(scratch);
  });

  it("ctr images export of two platforms with attestations, and of one with the other left out", async () => {
    const images = ["linux/amd64", "linux/arm64"].map((platform) => ({
      layers: [{ content: [file("arch", platform)], compression: "gzip" as const }],
      platform,
      tags: ["test/app:1"],
    }));
    const source = join(scratch, "source.tar");
    writeFileSync(source, ociArchive(images, { nested: 1, attestations: true }));
    await containerd.ctr(["images", "import", "--no-unpack", "--all-platforms", source]);
    const name = "docker.io/test/app:1";
    const all = join(scratch, "all.tar");
    await containerd.ctr(["images", "export", "--all-platforms", all, name]);
    const set = await openAllPlatforms(all, options());
    expect(set.images.map(({ platform }) => platform.architecture)).toEqual(["amd64", "arm64"]);
    expect(set.images.map(({ attestations }) => attestations.length)).toEqual([1, 1]);
    expect(set.images[0]!.tags).toEqual(["test/app:1"]);
    for (const image of set.images) expect(await storedDigests(image)).toEqual(image.layers.map(({ digest }) => digest));
    const one = join(scratch, "one.tar");
    await containerd.ctr(["images", "export", "--platform", "linux/arm64", one, name]);
    expect((await openImage(one, options())).platform.architecture).toBe("arm64");
    expect((await failure(openImage(one, options({ platform: "linux/amd64" })))).code).toMatch(/platform-not-found|blob-missing/);
  });
});
