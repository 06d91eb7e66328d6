/** Squashes an image that Docker built, and has every engine say what the result shows. One call a file: each takes a minute. */
import { join } from "node:path";

import { afterAll, beforeAll, expect, it } from "vitest";

import { runCli } from "../run-cli.ts";
import { makeTemporaryDirectory, removeDirectory } from "../temp-dir.ts";
import { describeComponents } from "./available.ts";
import { buildRealImage } from "./build-images.ts";
import { startDockerd } from "./dockerd.ts";
import type { Dockerd } from "./dockerd.ts";
import { buildahTree, differences, dockerTree, umociTree } from "./engine-trees.ts";

/** @param range the flags that choose the layers to merge */
export function testSquashedTrees(...range: readonly string[]): void {
  describeComponents(["dockerd", "umoci", "buildah", "skopeo", "mmdebstrap"], "squashing an image that Docker built", () => {
    let engine: Dockerd;
    let directory: string;
    let archive: string;

    beforeAll(async () => {
      directory = makeTemporaryDirectory();
      engine = await startDockerd();
      archive = join(directory, "small.tar");
      await engine.docker(["save", "-o", archive, await buildRealImage(engine, "small")]);
    }, 180_000);
    afterAll(async () => {
      await engine.stop();
      removeDirectory(directory);
    });

    it(`shows the same files in Docker, umoci and both engines of buildah with ${range.join(" ")}`, { timeout: 300_000 }, async () => {
      const original = await dockerTree(engine, archive);
      const output = join(directory, "squashed.tar");
      const layout = join(directory, "squashed");
      const result = await runCli(["squash", archive, ...range, "-o", `docker-archive:${output}:app:slim`], { timeout: 120_000 });
      expect(result.stderr).toBe("");
      expect(result.stdout).toMatch(/^verified: [\d,]+ paths/m);

      expect(differences(original, await dockerTree(engine, output))).toEqual([]);
      const copied = await runCli(["squash", archive, ...range, "-o", `oci:${layout}:x`], { timeout: 120_000 });
      expect(copied.status).toBe(0);
      const umoci = await umociTree(layout, "x");
      expect(differences(await buildahTree(`oci:${layout}:x`, "vfs"), umoci)).toEqual([]);
      expect(differences(await buildahTree(`oci:${layout}:x`, "overlay"), umoci)).toEqual([]);
      for (const [path, line] of original) expect(`${path} ${umoci.get(path)}`).toBe(`${path} ${line}`);
    });
  });
}
