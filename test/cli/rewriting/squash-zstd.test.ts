/** What a squash of zstd layers writes when nobody says how: zstd where the source's readers read the result, gzip elsewhere. */
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { sniffCompression } from "../../../src/compression/sniff.ts";
import { ociLayout, writeFiles } from "../../helpers/image-fixture.ts";
import type { Compression } from "../../helpers/image/build.ts";
import { runCli } from "../../helpers/run-cli.ts";
import { file } from "../../helpers/tar-fixture.ts";
import { readTar } from "../../helpers/bytes/read-tar.ts";
import { temporaryDirectory } from "../../helpers/temp-dir.ts";

function source(...compressions: readonly Compression[]): { readonly dir: string; readonly image: string } {
  const dir = temporaryDirectory();
  const layers = compressions.map((compression, index) => ({ content: [file(`f${index}`, Buffer.alloc(5000, index))], compression }));
  return { dir, image: `oci:${writeFiles(join(dir, "source"), ociLayout([{ layers }]))}` };
}

async function squash(image: string, ...args: readonly string[]): Promise<void> {
  const { stderr, status } = await runCli(["squash", image, "--all", "--quiet", ...args]);
  expect({ stderr, status }).toEqual({ stderr: "", status: 0 });
}

/** How the layers of an OCI archive are compressed, as its manifest says and as they are. */
function layersOf(archive: string): { readonly said: string[]; readonly found: string[] } {
  const { entries, data } = readTar(readFileSync(archive));
  const blob = (digest: string): Buffer => data[entries.findIndex(({ path }) => path === `blobs/${digest.replace(":", "/")}`)]!;
  const index = JSON.parse(data[entries.findIndex(({ path }) => path === "index.json")]!.toString()) as { manifests: [{ digest: string }] };
  const manifest = JSON.parse(blob(index.manifests[0].digest).toString()) as { layers: { mediaType: string; digest: string }[] };
  return {
    said: manifest.layers.map(({ mediaType }) => mediaType.slice(mediaType.lastIndexOf(".") + 1)),
    found: manifest.layers.map(({ digest }) => sniffCompression(blob(digest))),
  };
}

describe("squash of an image with zstd layers", () => {
  it.each<readonly Compression[]>([
    ["zstd", "zstd"],
    ["gzip", "zstd"],
  ])("writes zstd to an OCI archive (%s, %s)", async (...compressions) => {
    const { dir, image } = source(...compressions);
    const out = join(dir, "out.tar");
    await squash(image, "-o", `oci-archive:${out}`);
    expect(layersOf(out)).toEqual({ said: ["tar+zstd"], found: ["zstd"] });
  });

  it.each<[string, readonly Compression[], readonly string[]]>([
    ["gzip where that is asked for", ["zstd", "zstd"], ["--compression", "gzip"]],
    ["gzip where no layer of the source is zstd", ["gzip", "none"], []],
  ])("writes %s", async (_, compressions, args) => {
    const { dir, image } = source(...compressions);
    const out = join(dir, "out.tar");
    await squash(image, "-o", `oci-archive:${out}`, ...args);
    expect(layersOf(out)).toEqual({ said: ["tar+gzip"], found: ["gzip"] });
  });

  it("writes gzip into a Docker archive, for every version of docker load", async () => {
    const { dir, image } = source("zstd", "zstd");
    const out = join(dir, "out.tar");
    await squash(image, "-o", `docker-archive:${out}`);
    const { entries, data } = readTar(readFileSync(out));
    const [{ Layers: layers }] = JSON.parse(data[entries.findIndex(({ path }) => path === "manifest.json")]!.toString()) as [
      { Layers: string[] },
    ];
    expect(layers.map((name) => sniffCompression(data[entries.findIndex(({ path }) => path === name)]!))).toEqual(["gzip"]);
  });

  it("predicts what it would write", async () => {
    const { image } = source("zstd", "zstd");
    const { stdout } = await runCli(["squash", image, "--all", "--plan", "-"]);
    expect((JSON.parse(stdout) as { settings: { compression: unknown } }).settings.compression).toEqual({ kind: "zstd", level: 9 });
  });
});
