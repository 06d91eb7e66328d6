/** Images that Docker built, exported, and what every engine shows of them. */
import { join } from "node:path";

import { afterAll, beforeAll, expect, it } from "vitest";

import { describeComponents } from "../../helpers/components/available.ts";
import { buildRealImage } from "../../helpers/components/engines/build-images.ts";
import { startDockerd } from "../../helpers/components/engines/dockerd.ts";
import type { Dockerd } from "../../helpers/components/engines/dockerd.ts";
import {
  buildahTree,
  differences,
  dockerTree,
  layoutOf,
  treeOfTar,
  umociTree,
  withoutContainerFiles,
} from "../../helpers/components/engines/engine-trees.ts";
import { parseReport } from "../../helpers/report-schema.ts";
import { runCli } from "../../helpers/run-cli.ts";
import { makeTemporaryDirectory, removeDirectory } from "../../helpers/temp-dir.ts";

describeComponents(["dockerd", "mmdebstrap", "skopeo", "umoci", "buildah"], "an image that Docker built", () => {
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

  it.each(["small", "build-kit"] as const)("is exported as every engine shows it: %s", { timeout: 400_000 }, async (name) => {
    const archive = join(directory, `${name}.tar`);
    await engine.docker(["save", "-o", archive, await buildRealImage(engine, name)]);
    const rootfs = join(directory, `${name}-rootfs.tar`);
    expect(await runCli(["export", archive, "-o", rootfs], { timeout: 120_000 })).toMatchObject({ status: 0, stderr: "" });
    const ours = await treeOfTar(rootfs);

    const layout = await layoutOf(archive, join(directory, name));
    expect(differences(ours, await umociTree(layout, "latest"))).toEqual([]);
    // vfs copies all there is once for every layer.
    for (const driver of name === "build-kit" ? (["vfs", "overlay"] as const) : (["overlay"] as const)) {
      expect(differences(ours, await buildahTree(`oci:${layout}:latest`, driver))).toEqual([]);
    }
    expect(differences(withoutContainerFiles(ours), await dockerTree(engine, archive))).toEqual([]);
  });

  it("adds up, and its gzip copy gives the same report", async () => {
    const names = [join(directory, "small.tar"), `oci:${join(directory, "small/layout")}`];
    const reports = await Promise.all(names.map((name) => runCli(["analyze", "--json", name], { timeout: 120_000 })));
    const [saved, copied] = reports.map(({ stdout }) => parseReport(stdout));
    const wasted = saved.waste.reduce((sum: number, { bytes }: { bytes: number }) => sum + bytes, 0);
    expect(saved.image.totalBytes - saved.image.finalBytes).toBe(wasted);
    expect(wasted).toBeGreaterThan(400_000);
    expect(copied.waste).toEqual(saved.waste);
    expect(copied.efficiency.dive).toEqual(saved.efficiency.dive);
  });
});
