/** Exports an image that Docker built, and has every engine say what it shows. One call a file: each takes over a minute. */
import { join } from "node:path";

import { afterAll, beforeAll, expect, it } from "vitest";

import { runCli } from "../run-cli.ts";
import { makeTemporaryDirectory, removeDirectory } from "../temp-dir.ts";
import { describeComponents } from "./available.ts";
import { buildRealImage } from "./build-images.ts";
import { startDockerd } from "./dockerd.ts";
import type { Dockerd } from "./dockerd.ts";
import { buildahTree, differences, dockerTree, layoutOf, treeOfTar, umociTree, withoutContainerFiles } from "./engine-trees.ts";

/** `more` is called last, with the archive that Docker saved and a layout of gzip layers of the same image. */
export function testExportedTree(
  name: "small" | "build-kit",
  more: (archive: string, layout: string) => Promise<void> = async () => {},
): void {
  describeComponents(["dockerd", "mmdebstrap", "skopeo", "umoci", "buildah"], "export shows what every engine shows", () => {
    let engine: Dockerd;
    let directory: string;

    beforeAll(async () => {
      directory = makeTemporaryDirectory();
      engine = await startDockerd();
    }, 120_000);
    afterAll(async () => {
      await engine.stop();
      removeDirectory(directory);
    }, 60_000);

    it(`the ${name} image, built by Docker`, { timeout: 600_000 }, async () => {
      const image = await buildRealImage(engine, name);
      const archive = join(directory, "image.tar");
      await engine.docker(["save", "-o", archive, image]);
      const rootfs = join(directory, "rootfs.tar");
      expect(await runCli(["export", archive, "-o", rootfs], { timeout: 120_000 })).toMatchObject({ status: 0, stderr: "" });
      const ours = await treeOfTar(rootfs);

      const layout = await layoutOf(archive, join(directory, name));
      expect(differences(ours, await umociTree(layout, "latest"))).toEqual([]);
      for (const driver of ["vfs", "overlay"] as const) {
        expect(differences(ours, await buildahTree(`oci:${layout}:latest`, driver))).toEqual([]);
      }
      expect(differences(withoutContainerFiles(ours), await dockerTree(engine, archive))).toEqual([]);
      await more(archive, layout);
    });
  });
}
