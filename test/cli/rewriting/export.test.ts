import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { itComponents } from "../../helpers/components/available.ts";
import { caseTar } from "../../helpers/trees/case-tar.ts";
import { dockerArchive, ociLayout, writeFiles } from "../../helpers/image-fixture.ts";
import type { ImageFixture } from "../../helpers/image-fixture.ts";
import { layerCases } from "../../helpers/trees/layer-cases.ts";
import { runCli } from "../../helpers/run-cli.ts";
import { characterDevice, directory, fifo, file, hardlink, sparseFile, symlink, whiteout } from "../../helpers/tar-fixture.ts";
import { temporaryDirectory } from "../../helpers/temp-dir.ts";
import { readLayers, treeLines } from "../../helpers/trees/tree-lines.ts";

function saved(image: ImageFixture): string {
  const path = join(temporaryDirectory(), "image.tar");
  writeFileSync(path, dockerArchive(image));
  return path;
}

async function exported(...args: string[]): Promise<Buffer> {
  const { stdoutBytes, stderr, status } = await runCli(["export", ...args]);
  expect(stderr).toBe("");
  expect(status).toBe(0);
  return stdoutBytes;
}

const listing = (bytes: Buffer): string[] => treeLines(readLayers([bytes]));

describe("the merged filesystem as a tar", () => {
  it("is what the layer cases expect, in one layer, for every case at once", async () => {
    // Each case below a directory of its own, so that one image holds them all.
    const depth = Math.max(...layerCases.map(({ layers }) => layers.length));
    const usable = layerCases.filter(({ layers }) =>
      layers.every((entries) => entries.every(({ path, link }) => isInside(path) && isInside(link ?? ""))),
    );
    expect(usable.length).toBeGreaterThan(80);
    const layers = Array.from({ length: depth }, (_, layer) =>
      caseTar(
        usable.flatMap(({ layers }, index) =>
          (layers[layer] ?? []).map((entry) => ({
            ...entry,
            path: `case-${index}/${entry.path}`,
            ...(entry.typeflag === "1" ? { link: `case-${index}/${entry.link}` } : {}),
          })),
        ),
      ),
    );
    const image = saved({ layers: layers.map((content) => ({ content })) });
    // A directory that no layer states has no time in the tree, and 1970 in the archive.
    const found = listing(await exported(image)).map((line) => line.replace(/\/ t0$/, "/"));
    expect(found).toEqual(treeLines(readLayers(layers)));
  });

  it("keeps owners, modes, times, attributes, links, devices and the zeros of sparse files", async () => {
    const capability = Buffer.from("0100000200040000000000000000000000000000", "hex");
    const image = saved({
      layers: [
        [
          directory("d", { mode: 0o2750, uid: 3_000_000, gid: 4, mtime: 1_000_000_000 }),
          file("d/f", "content", { mode: 0o4755, uid: 1, gid: 2, mtime: 1_000_000_001, xattrs: { "security.capability": capability } }),
          hardlink("d/g", "d/f"),
          symlink("l", "/d/f"),
          characterDevice("null", 1, 3),
          fifo("pipe"),
          sparseFile("holes", { size: 9000, segments: [{ offset: 4096, data: "data" }], form: "pax-1.0" }),
        ],
      ],
    });
    const lines = listing(await exported(image));
    expect(lines.find((line) => line.startsWith("d/f"))).toBe(
      `d/f, d/g = content @4755 1:2 t1000000001 x{security.capability=${capability.toString("latin1")}}`,
    );
    expect(lines.find((line) => line.startsWith("d/ ") || line.startsWith("d/"))).toContain("d/ @2750 3000000:4");
    expect(lines.join("\n")).toMatch(/null char 1:3/);
    expect(lines.join("\n")).toMatch(/pipe fifo/);
    expect(lines.join("\n")).toMatch(/l -> \/d\/f/);
    expect(lines.find((line) => line.startsWith("holes"))).toContain(`${"\0".repeat(4096)}data${"\0".repeat(4900)}`);
  });

  itComponents(["tar"], "is read by GNU tar, and the same from gzip layers", async () => {
    const layers = [
      [directory("d"), file("d/a", "1"), file("d/b", "2")],
      [file("d/a", "3"), whiteout("d/b")],
    ];
    const layout = join(temporaryDirectory(), "layout");
    writeFiles(layout, ociLayout([{ layers: layers.map((content) => ({ content, compression: "gzip" })) }]));
    const plain = await exported(saved({ layers }));
    expect(await exported(`oci:${layout}`)).toEqual(plain);
    expect(execFileSync("tar", ["-t"], { input: plain }).toString()).toBe("d/a\nd/\n");
  });

  itComponents(["tar"], "leaves directories with their own times and modes when tar unpacks it", async () => {
    const path = saved({
      layers: [
        [directory("d", { mtime: 1_000_000_000, mode: 0o500 }), directory("d/e", { mtime: 1_100_000_000 }), file("d/e/one", "1")],
        [directory("d/e", { mtime: 1_200_000_000, mode: 0o700 }), file("d/e/two", "2"), file("d/three", "3")],
      ],
    });
    const target = temporaryDirectory();
    execFileSync("tar", ["-xpf", "-", "-C", target], { input: await exported(path) });
    const found = ["d", "d/e"].map((name) => statSync(join(target, name))).map(({ mtimeMs, mode }) => [mtimeMs / 1000, mode & 0o777]);
    chmodSync(join(target, "d"), 0o700);
    expect(found).toEqual([
      [1_000_000_000, 0o500],
      [1_200_000_000, 0o700],
    ]);
  });

  it("comes from standard input too", async () => {
    const archive = dockerArchive({ layers: [[file("a", "1")]] });
    const { stdoutBytes, status } = await runCli(["export", "-"], { stdin: archive });
    expect(status).toBe(0);
    expect(listing(stdoutBytes)).toEqual([expect.stringMatching(/^a = 1/)]);
  });
});

function isInside(path: string): boolean {
  return !path.startsWith("/") && !path.includes("..");
}

describe("a part of it", () => {
  const image = () =>
    saved({
      layers: [
        {
          content: [directory("etc"), file("etc/secret", "hidden"), file("etc/passwd", "root\n"), symlink("etc/link", "passwd")],
          createdBy: "ADD rootfs /",
        },
        { content: [whiteout("etc/secret"), file("etc/other", "2")], createdBy: "RUN cleanup" },
      ],
    });

  it("one file, also through a symlink", async () => {
    const path = image();
    expect((await exported(path, "/etc/passwd")).toString()).toBe("root\n");
    expect((await exported(path, "etc/link")).toString()).toBe("root\n");
  });

  it("one subtree, with its full paths", async () => {
    expect(listing(await exported(image(), "/etc")).map((line) => line.split(" ")[0])).toEqual([
      "etc/",
      "etc/link",
      "etc/other",
      "etc/passwd",
    ]);
  });

  itComponents(["tar"], "what one layer holds, deleted files included, by index or command", async () => {
    const path = image();
    expect((await exported(path, "/etc/secret", "--layer", "0")).toString()).toBe("hidden");
    expect(execFileSync("tar", ["-t"], { input: await exported(path, "--layer", "cleanup") }).toString()).toBe(
      "etc/.wh.secret\netc/other\n",
    );
  });

  it("tells which layer removed a path that is gone, and how to get it", async () => {
    const { stderr, status } = await runCli(["export", image(), "/etc/secret"]);
    expect(status).toBe(3);
    expect(stderr).toMatch(/\/etc\/secret was removed by layer 1\nhint: add --layer 0/);
  });
});

describe("the file it writes", () => {
  it("is not overwritten unless told, and nothing is left beside it", async () => {
    const image = saved({ layers: [[file("a", "1")]] });
    const output = join(temporaryDirectory(), "out.tar");
    expect(await runCli(["export", image, "-o", output])).toMatchObject({ status: 0, stdout: "" });
    const { stderr, status } = await runCli(["export", image, "/a", "-o", output]);
    expect(status).toBe(3);
    expect(stderr).toContain("exists already");
    expect(await runCli(["export", image, "/a", "-o", output, "--force"])).toMatchObject({ status: 0 });
    expect(readFileSync(output, "utf8")).toBe("1");
  });

  it("is not begun when its directory is missing", async () => {
    const image = saved({ layers: [[file("a", "1")]] });
    const output = join(temporaryDirectory(), "missing", "out.tar");
    const { stderr, status } = await runCli(["export", image, "-o", output]);
    expect(status).toBe(3);
    expect(stderr).toMatch(/out\.tar cannot be written: its directory does not exist/);
    expect(existsSync(output)).toBe(false);
  });
});
