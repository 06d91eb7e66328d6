/** The merged tree of real images, beside what four independent readers make of the same archive. */
import { join } from "node:path";

import { afterAll, beforeAll, expect, it } from "vitest";

import { describeComponents } from "../helpers/components/available.ts";
import { buildRealImage } from "../helpers/components/build-images.ts";
import type { RealImage } from "../helpers/components/build-images.ts";
import { startDockerd } from "../helpers/components/dockerd.ts";
import type { Dockerd } from "../helpers/components/dockerd.ts";
import { buildahTree, differences, dockerTree, layoutOf, treeOfTar, umociTree, withoutContainerFiles } from "../helpers/components/engine-trees.ts";
import type { FilesystemLines } from "../helpers/components/engine-trees.ts";
import { runCli } from "../helpers/run-cli.ts";

describeComponents(["dockerd", "mmdebstrap", "skopeo", "umoci", "buildah"], "images built by Docker", () => {
  let engine: Dockerd;
  const exported = new Map<RealImage, FilesystemLines>();

  beforeAll(async () => {
    engine = await startDockerd();
    for (const image of ["small", "build-kit"] as const) {
      const name = await buildRealImage(engine, image);
      await engine.docker(["save", "-o", archive(image), name]);
      const out = join(engine.directory, `${image}-exported.tar`);
      const { status, stderr } = await runCli(["export", archive(image), "-o", out, "--quiet"]);
      expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
      exported.set(image, await treeOfTar(out));
    }
  }, 300_000);
  afterAll(() => engine?.stop());

  const archive = (image: RealImage): string => join(engine.directory, `${image}.tar`);

  it.each(["small", "build-kit"] as const)("%s: `ballast export` is what docker export shows", { timeout: 120_000 }, async (image) => {
    expect(differences(withoutContainerFiles(exported.get(image)!), await dockerTree(engine, archive(image)))).toEqual([]);
  });

  it.each(["small", "build-kit"] as const)("%s: and what umoci unpacks", { timeout: 120_000 }, async (image) => {
    const layout = await layoutOf(archive(image), join(engine.directory, image));
    expect(differences(exported.get(image)!, await umociTree(layout, "latest"))).toEqual([]);
  });

  it.each([
    ["small", "vfs"],
    ["small", "overlay"],
    ["build-kit", "overlay"],
  ] as const)("%s: and what buildah mounts with %s", { timeout: 120_000 }, async (image, driver) => {
    expect(differences(exported.get(image)!, await buildahTree(`docker-archive:${archive(image)}`, driver))).toEqual([]);
  });
});
