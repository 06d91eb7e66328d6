import { gzipSync } from "node:zlib";

import { expect, it } from "vitest";

import { openImage } from "../../../src/transports/open.ts";
import { foreignFile } from "../../../src/transports/archive/foreign-file.ts";
import { dockerArchive } from "../../helpers/image-fixture.ts";
import { file, tar } from "../../helpers/tar-fixture.ts";
import { threadTime } from "../../helpers/thread-time.ts";
import { failure, fileWith, options } from "../opening.ts";

it.each([
  ["a zip archive", "PK\x03\x04\x14"],
  ["a 7z archive", "7z\xbc\xaf\x27\x1c"],
  ["packed with lz4", "\x04\x22\x4d\x18\x64"],
  ["packed with LZMA alone", "\x5d\0\0\x80\0"],
  ["packed with compress", "\x1f\x9d\x90"],
  ["a SquashFS file system", "hsqs\x05\0"],
  ["a disk image (qcow2)", "QFI\xfb\0"],
  ["an RPM package", "\xed\xab\xee\xdb\x03"],
  ["an ar archive", "!<arch>\ndebian-binary"],
  ["a program", "\x7fELF\x02\x01"],
  ["encrypted", "age-encryption.org/v1\n"],
  ["the pointer that Git LFS leaves", "version https://git-lfs.github.com/spec/v1\noid sha256:00"],
  ["a web page", "\n<!DOCTYPE html><html><title>Sign in"],
  ["a Dockerfile", "# syntax=docker/dockerfile:1\r\n\r\nARG TAG=1\r\nFROM debian:$TAG AS build\r\n"],
  ["a document of an image", '{ "schemaVersion": 2, "manifests": []'],
  ["a document of an image", '[{"Config":"a.json"'],
])("what is given for an image is told for what it is: %s", async (what, begin) => {
  const error = await failure(openImage(fileWith(Buffer.from(begin.padEnd(600, "."), "latin1")), options()));
  expect(error).toMatchObject({ code: "not-an-image", exitStatus: 3 });
  expect(error.message).toContain(`app.tar is not an image archive: it is ${what}`);
  expect(error.hint).not.toContain("docker save");
});

it.each([
  ["an ISO 9660 file system", 32_769, "CD001"],
  ["an ext file system", 1080, "\x53\xef"],
  ["the image of a disk", 510, "\x55\xaa"],
])("what begins with zeros as an empty archive does is told for what it is: %s", async (what, offset, mark) => {
  const bytes = Buffer.alloc(70_000);
  bytes.write(mark, offset, "latin1");
  const error = await failure(openImage(fileWith(bytes), options()));
  expect([error.code, error.message]).toEqual(["not-an-image", expect.stringContaining(`app.tar is not an image archive: it is ${what}`)]);
});

it.each(["a line of text\n", "FROMAGE\n", "{}", "  ", "#\n".repeat(256), " ".repeat(512), "\n".repeat(512)])(
  "nothing is said of what begins like nothing known: %j",
  (text) => {
    const start = threadTime();
    expect(foreignFile(Buffer.from(text), "x")).toBeNull();
    expect(threadTime() - start).toBeLessThan(500);
  },
);

it("an archive that is packed twice is told so, from a file and from a stream", async () => {
  const packed = gzipSync(gzipSync(dockerArchive([{ layers: [[file("a", "1")]] }])));
  const { Readable } = await import("node:stream");
  for (const source of [fileWith(packed), Readable.from([packed])]) {
    const error = await failure(openImage(source, options()));
    expect(error.message).toContain("is packed twice, with gzip and again with gzip");
  }
});

it("what is packed inside is told as what lies there openly is", async () => {
  const error = await failure(openImage(fileWith(gzipSync(Buffer.from(`PK\x03\x04${"x".repeat(600)}`, "latin1"))), options()));
  expect(error.message).toMatch(/^what is packed in .*app\.tar is not an image archive: it is a zip archive$/);
});

it.each([
  ["a layout", "out/oci-layout", "out"],
  ["an unpacked docker save", "images/app/repositories", "images/app"],
])("an archive of a folder with %s in it is told from an image's, with the folder", async (_what, path, folder) => {
  const error = await failure(openImage(fileWith(tar([file(path, "{}"), file(`${folder}/index.json`, "{}")])), options()));
  expect(error.code).toBe("not-an-image");
  expect(error.message).toContain(`holds an image in a folder, ${folder}, where no engine looks`);
  expect(error.hint).toContain("tar -C FOLDER -cf FILE .");
});
