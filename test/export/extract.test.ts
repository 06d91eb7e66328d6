/** Files out of an image, in this process: what `x` in the terminal UI writes. */
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect, it } from "vitest";

import { extractNode } from "../../src/export/extract.ts";
import { treeArchive } from "../../src/export/tree-archive.ts";
import { loadTree } from "../../src/operations/analysis/load-tree.ts";
import { openRegion } from "../../src/scan/blob/region.ts";
import { Scanner } from "../../src/scan/scanner.ts";
import { openImage } from "../../src/transports/open.ts";
import type { Image } from "../../src/image/image.ts";
import type { FileTree } from "../../src/filesystem/file-tree.ts";
import { dockerArchive } from "../helpers/image-fixture.ts";
import { directory, file, hardlink, sparseFile, symlink } from "../helpers/tar-fixture.ts";
import type { FixtureItem } from "../helpers/tar-fixture.ts";
import { temporaryDirectory } from "../helpers/temp-dir.ts";
import { noTinyDisk, tinyDisk } from "../helpers/disk/tiny-disk.ts";
import { fileWith } from "../transports/opening.ts";

async function opened(entries: readonly FixtureItem[]): Promise<{ image: Image; tree: FileTree }> {
  const image = await openImage(fileWith(dockerArchive({ layers: [entries] })), { platform: null, verify: true, connection: {} });
  const scanner = new Scanner({ verify: true, rules: null, cacheDirectory: null, workers: 0 });
  const { tree } = await loadTree(image, scanner);
  await scanner.close();
  return { image, tree };
}

const tebibyte = 2 ** 40;
const segments = [
  { offset: 4096, data: Buffer.alloc(512, "a") },
  { offset: 900_000, data: Buffer.alloc(512, "b") },
];

it("sparse-bomb: a file of a terabyte of holes is extracted as holes, not as zeros until the disk is full", async () => {
  const { image, tree } = await opened([sparseFile("log", { form: "pax-1.0", size: tebibyte, segments }), hardlink("also", "log")]);
  const target = temporaryDirectory();
  const { files } = await extractNode(tree, image.layers, tree.root, 0, target);
  expect(files).toBe(2);
  for (const name of ["log", "also"]) {
    const { size, blocks } = statSync(join(target, "rootfs", name));
    expect(size).toBe(tebibyte);
    expect(blocks * 512).toBeLessThan(1_000_000);
  }
  await image.close();
});

it("extracts the bytes of plain and of sparse files, holes at the end included", async () => {
  const { image, tree } = await opened([
    file("plain", "x".repeat(100_000)),
    sparseFile("holes", { form: "gnu", size: 1_000_000, segments }),
  ]);
  const target = temporaryDirectory();
  await extractNode(tree, image.layers, tree.root, 0, target);
  const expected = Buffer.alloc(1_000_000);
  for (const { offset, data } of segments) data.copy(expected, offset);
  expect(readFileSync(join(target, "rootfs/holes")).equals(expected)).toBe(true);
  expect(readFileSync(join(target, "rootfs/plain"), "utf8")).toBe("x".repeat(100_000));
  await image.close();
});

it("sparse-bomb: as a tar archive, in which every byte is written, such a file is refused by name", async () => {
  const { image, tree } = await opened([sparseFile("var/log/lastlog", { form: "pax-1.0", size: tebibyte, segments })]);
  const written = async (): Promise<void> => {
    for await (const _ of treeArchive(image, tree, tree.root));
  };
  await expect(written()).rejects.toMatchObject({
    code: "limit-exceeded",
    message: `/var/log/lastlog has ${tebibyte} bytes, ${tebibyte - 1024} of them holes that are not stored`,
  });
  await image.close();
});

it.skipIf(noTinyDisk !== null)("a disk that fills up: nothing of a half written directory is left, and the message says why", async () => {
  const { image, tree } = await opened([
    directory("app"),
    file("app/small", "x".repeat(4000)),
    file("app/large", "y".repeat(200_000)),
    symlink("app/link", "small"),
  ]);
  const disk = tinyDisk(64);
  await expect(extractNode(tree, image.layers, tree.lookup("app")!, 0, disk)).rejects.toMatchObject({
    code: "write-failed",
    message: `${disk}/app cannot be written: no space is left on the device`,
  });
  expect(readdirSync(disk)).toEqual([]);
  await image.close();
});

it("a directory that is a file is said to be one: taking away what was never made hid it, and called it a bug", async () => {
  const { image, tree } = await opened([file("app", "1")]);
  const target = join(temporaryDirectory(), "file");
  writeFileSync(target, "mine");
  await expect(extractNode(tree, image.layers, tree.lookup("app")!, 0, join(target, "below"))).rejects.toMatchObject({
    code: "write-failed",
    message: `${target}/below/app cannot be written: a part of its path is not a directory`,
  });
  await image.close();
});

it("an archive that was moved while it was open is said to be gone, and what to do: ENOENT told nobody", () => {
  const path = join(temporaryDirectory(), "gone.tar");
  expect(() => openRegion({ path, offset: 0, size: 1 }, "layer 0")).toThrow(
    expect.objectContaining({
      code: "read-failed",
      message: `layer 0: ${path} is not there any more`,
      hint: "it was moved or removed since it was opened; put it back, or open the image where it is now",
    }),
  );
});

it("whoever leaves in the middle leaves nothing behind, and nothing is written over that came meanwhile", async () => {
  const { image, tree } = await opened([directory("app"), file("app/one", "1"), file("alone", "2")]);
  const target = temporaryDirectory();
  const left = new Error("left");
  await expect(extractNode(tree, image.layers, tree.root, 0, target, AbortSignal.abort(left))).rejects.toBe(left);
  expect(readdirSync(target)).toEqual([]);
  // Nor the directories that were made for it, beside those that were there.
  await expect(extractNode(tree, image.layers, tree.root, 0, join(target, "new/deep"), AbortSignal.abort(left))).rejects.toBe(left);
  expect(readdirSync(target)).toEqual([]);
  for (const name of ["app", "alone"]) {
    const work = extractNode(tree, image.layers, tree.lookup(name)!, 0, target);
    writeFileSync(join(target, name), "mine");
    await expect(work).rejects.toMatchObject({ code: "destination-exists" });
    expect(readFileSync(join(target, name), "utf8")).toBe("mine");
  }
  expect(readdirSync(target).toSorted()).toEqual(["alone", "app"]);
  await image.close();
});
