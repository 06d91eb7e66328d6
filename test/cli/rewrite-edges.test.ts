/** Images at the edges of what the specification allows, through the commands that rewrite. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { dockerArchive, ociArchive } from "../helpers/image-fixture.ts";
import type { ImageFixture } from "../helpers/image-fixture.ts";
import { readTar } from "../helpers/bytes/read-tar.ts";
import { runCli } from "../helpers/run-cli.ts";
import { characterDevice, file } from "../helpers/tar-fixture.ts";
import { temporaryDirectory } from "../helpers/temp-dir.ts";

function written(image: ImageFixture, kind: "docker" | "oci" = "docker"): { dir: string; archive: string } {
  const dir = temporaryDirectory();
  const archive = join(dir, "app.tar");
  writeFileSync(archive, kind === "docker" ? dockerArchive(image, { shape: "25" }) : ociArchive([image]));
  return { dir, archive };
}

describe("an image without layers", () => {
  const empty: ImageFixture = { layers: [], config: { Labels: { a: "b" } } };

  for (const kind of ["docker", "oci"] as const) {
    it(`is written again by every rewriting command (${kind} archive)`, async () => {
      const { dir, archive } = written(empty, kind);
      for (const [number, command] of [["squash", "--all"], ["squash"], ["optimize"], ["optimize", "--all", "--scrub-secrets"]].entries()) {
        const output = join(dir, `out-${number}.tar`);
        const result = await runCli([command[0]!, archive, ...command.slice(1), "-o", `docker-archive:${output}`]);
        expect([command.join(" "), result.status, result.stderr]).toEqual([command.join(" "), 0, ""]);
        const report = JSON.parse((await runCli(["analyze", output, "--json"])).stdout) as { image: { layerCount: number } };
        expect(report.image.layerCount).toBe(0);
      }
    });
  }

  it("has no last layer: that is a usage error", async () => {
    const { dir, archive } = written(empty);
    const result = await runCli(["squash", archive, "--last", "1", "-o", `docker-archive:${join(dir, "out.tar")}`]);
    expect(result.status).toBe(2);
    expect(result.stderr).toContain("the image has no layers");
  });
});

describe("very many layers", () => {
  for (const count of [127, 500]) {
    it(`merges ${count} layers`, async () => {
      const layers = Array.from({ length: count }, (_, index) => ({
        content: [file(`f${index % 7}`, `v${index}`)],
        createdBy: `RUN ${index}`,
      }));
      const { dir, archive } = written({ layers });
      const output = join(dir, "out.tar");
      const result = await runCli(["squash", archive, "--all", "-o", `docker-archive:${output}`]);
      expect([result.status, result.stdout]).toEqual([0, expect.stringContaining("verified: 7 paths")]);
    });
  }
});

describe("one empty layer", () => {
  it("stays one, with and without history", async () => {
    const { dir, archive } = written({ layers: [{ content: [] }] });
    for (const command of ["squash", "optimize"]) {
      const result = await runCli([command, archive, "--all", "-o", `docker-archive:${join(dir, `${command}.tar`)}`]);
      expect([result.status, result.stdout]).toEqual([0, expect.stringContaining("verified: 0 paths")]);
    }
  });
});

describe("overlay's device 0:0 where PATH searches", () => {
  it("is nothing that the image uses, since no engine shows it", async () => {
    const { dir, archive } = written({
      layers: [[characterDevice("bin", 0, 0), file("usr/bin/app", "1")]],
      config: { Env: ["PATH=/usr/bin:/bin"] },
    });
    for (const command of ["squash", "optimize"]) {
      const result = await runCli([command, archive, "--all", "-o", `docker-archive:${join(dir, `${command}.tar`)}`]);
      expect([result.status, result.stderr]).toEqual([0, ""]);
    }
  });
});

describe("the name in an archive", () => {
  it.each([
    ["app", "app:latest"],
    ["registry.example.com:5000/team/app", "registry.example.com:5000/team/app:latest"],
    ["team/app:slim", "team/app:slim"],
  ])("%s is %s, as engines read it", async (given, tag) => {
    const { dir, archive } = written({ layers: [[file("a", "1")]] });
    const output = join(dir, "out.tar");
    expect((await runCli(["squash", archive, "-o", `docker-archive:${output}:${given}`])).status).toBe(0);
    const { entries, data } = readTar(readFileSync(output));
    const manifest = JSON.parse(data[entries.findIndex(({ path }) => path === "manifest.json")]!.toString()) as { RepoTags: string[] }[];
    expect(manifest[0]!.RepoTags).toEqual([tag]);
  });
});
