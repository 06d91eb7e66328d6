import { join } from "node:path";

import { afterAll, beforeAll, expect, it } from "vitest";

import { describeComponents } from "../../helpers/components/available.ts";
import { buildRealImage } from "../../helpers/components/engines/build-images.ts";
import { startDockerd } from "../../helpers/components/engines/dockerd.ts";
import type { Dockerd } from "../../helpers/components/engines/dockerd.ts";
import { buildahTree, differences, dockerTree, umociTree } from "../../helpers/components/engines/engine-trees.ts";
import { run } from "../../helpers/components/run.ts";
import { startRegistry } from "../../helpers/components/servers/registry.ts";
import { runCli } from "../../helpers/run-cli.ts";
import { makeTemporaryDirectory, removeDirectory } from "../../helpers/temp-dir.ts";

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

  it.each(["--all", "--last=2", "--from=1"])(
    "shows the same files in Docker, umoci and buildah with %s",
    { timeout: 400_000 },
    async (range) => {
      const original = await dockerTree(engine, archive);
      const output = join(directory, `${range.slice(2, 5)}.tar`);
      const layout = join(directory, range.slice(2, 5));
      const result = await runCli(["squash", archive, range, "-o", `docker-archive:${output}:app:slim`], { timeout: 120_000 });
      expect(result.stderr).toBe("");
      expect(result.stdout).toMatch(/^verified: [\d,]+ paths/m);

      expect(differences(original, await dockerTree(engine, output))).toEqual([]);
      const copied = await runCli(["squash", archive, range, "-o", `oci:${layout}:x`], { timeout: 120_000 });
      expect(copied.status).toBe(0);
      const umoci = await umociTree(layout, "x");
      // vfs copies all there is once for every layer.
      const driver = range === "--all" ? "vfs" : "overlay";
      expect(differences(await buildahTree(`oci:${layout}:x`, driver), umoci)).toEqual([]);
      for (const [path, line] of original) expect(`${path} ${umoci.get(path)}`).toBe(`${path} ${line}`);
    },
  );

  it("runs, and keeps command, user and environment", { timeout: 120_000 }, async () => {
    const output = join(directory, "running.tar");
    await runCli(["squash", archive, "--all", "-o", `docker-archive:${output}:app:running`], { timeout: 120_000 });
    await engine.docker(["load", "-i", output]);
    const said = await engine.docker(["run", "--rm", "--network", "none", "app:running"]);
    expect(said.toString()).toBe("running\n");
    const config = JSON.parse((await engine.docker(["inspect", "app:running"])).toString()) as [
      { Config: { User: string; Env: string[] } },
    ];
    expect(config[0].Config.User).toBe("nobody");
    expect(config[0].Config.Env.some((row) => row.startsWith("API_TOKEN="))).toBe(true);
  });

  it("loads straight into the engine and comes back from a registry", { timeout: 120_000 }, async () => {
    const loaded = await runCli(["squash", archive, "--all", "-o", "docker-daemon:app:loaded", "--host", engine.host], {
      timeout: 120_000,
    });
    expect(loaded.stderr).toBe("");
    expect((await engine.docker(["run", "--rm", "--network", "none", "app:loaded"])).toString()).toBe("running\n");

    const registry = await startRegistry();
    try {
      const name = `${registry.address}/team/app:slim`;
      const pushed = await runCli(["squash", archive, "--all", "-o", `docker://${name}`, "--insecure"], { timeout: 120_000 });
      expect(pushed.stderr).toBe("");
      const inspected = JSON.parse((await run("skopeo", ["inspect", "--tls-verify=false", `docker://${name}`])).toString()) as {
        Layers: string[];
      };
      expect(inspected.Layers).toHaveLength(1);
      await run("skopeo", [
        "copy",
        "--quiet",
        "--insecure-policy",
        "--src-tls-verify=false",
        `docker://${name}`,
        `oci:${join(directory, "pulled")}:x`,
      ]);
      const tree = await umociTree(join(directory, "pulled"), "x");
      expect(tree.get("/usr/local/bin/suid")).toMatch(/mode=104755/);
    } finally {
      await registry.stop();
    }
  });
});
