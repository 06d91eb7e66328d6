/** Images at the edges of what the specification allows, through the commands that rewrite. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { dockerArchive, ociArchive } from "../../helpers/image-fixture.ts";
import type { ImageFixture } from "../../helpers/image-fixture.ts";
import { readTar } from "../../helpers/bytes/read-tar.ts";
import { runCli } from "../../helpers/run-cli.ts";
import { cliHere } from "../../helpers/run-here.ts";
import { characterDevice, file, whiteout } from "../../helpers/tar-fixture.ts";
import { temporaryDirectory } from "../../helpers/temp-dir.ts";

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

describe("a directory called .wh.x, which exists only while something lies in it", () => {
  const wh = (name: string): ReturnType<typeof file> => file(name, name);
  const emptied: ImageFixture = { layers: [[wh("d/.wh.x/f"), wh("keep")], [wh("other")]] };

  it.each<readonly [what: string, image: ImageFixture, args: readonly string[], paths: number]>([
    ["emptied by --remove", emptied, ["optimize", "--all", "--remove", "**/f"], 3],
    ["removed itself", emptied, ["optimize", "--all", "--remove", "d/.wh.x"], 3],
    ["emptied in a kept layer", emptied, ["optimize", "--last", "1", "--remove", "**/f"], 4],
    ["removed in a kept layer, where nothing but what lies in it can be", emptied, ["optimize", "--last", "1", "--remove", "d/.wh.x"], 3],
    [
      "emptied layer by layer",
      { layers: [[wh(".wh.x/f")], [wh("a")], [whiteout(".wh.x/f"), wh("b")]] },
      ["optimize", "--no-merge", "--remove", "a"],
      2,
    ],
    ["emptied by a layer", { layers: [[wh(".wh.x/f")], [whiteout(".wh.x/f"), wh("b")]] }, ["squash", "--all"], 1],
    ["in one that is replaced", { layers: [[wh("d/.wh.x/.wh.y/f")], [whiteout("d")], [wh("d/b")]] }, ["squash", "--last", "2"], 2],
    ["with another in it", { layers: [[wh(".wh.x/.wh.y/f"), wh("a")]] }, ["optimize", "--all", "--remove", "**/f"], 1],
  ])("%s: the rest is written and proved", async (_what, image, [command, ...args], paths) => {
    const { dir, archive } = written(image);
    const result = await cliHere([command!, archive, ...args, "-o", `docker-archive:${join(dir, "out.tar")}`]);
    expect([result.status, result.stderr, result.stdout]).toEqual([0, "", expect.stringMatching(`verified: ${paths} paths`)]);
    const files = (await cliHere(["export", join(dir, "out.tar"), "/", "-o", join(dir, "root.tar")])).status;
    expect(files).toBe(0);
    expect(readTar(readFileSync(join(dir, "root.tar"))).entries.map(({ path }) => path)).not.toContainEqual(expect.stringMatching(/f$/));
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
