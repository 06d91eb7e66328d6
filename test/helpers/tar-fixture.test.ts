import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";

import { describe, expect, it } from "vitest";

import { gzip } from "./bytes/gzip-fixture.ts";
import { directory, file, hardlink, paxGlobal, sparseFile, symlink, tar, whiteout } from "./tar-fixture.ts";
import { temporaryDirectory } from "./temp-dir.ts";
import { zstd, zstdCompressed, zstdSkippable } from "./bytes/zstd-fixture.ts";

const gnuTar = spawnSync("tar", ["--version"], { encoding: "utf8" }).stdout?.includes("GNU tar") ?? false;

function listed(archive: Buffer): string {
  const { stdout, stderr } = spawnSync("tar", ["-tvf", "-", "--numeric-owner", "--full-time", "--quoting-style=escape"], {
    input: archive,
    encoding: "utf8",
    env: { ...process.env, TZ: "UTC" },
  });
  return stdout + stderr;
}

function extracted(archive: Buffer, name: string): Buffer {
  const into = temporaryDirectory();
  spawnSync("tar", ["-xf", "-", "--no-same-owner", "-C", into, name], { input: archive });
  return readFileSync(join(into, name));
}

describe.skipIf(!gnuTar)("tar fixtures, read by GNU tar", () => {
  const longName = `${"d".repeat(120)}/${"e".repeat(200)}`;

  it.each(["pax", "gnu"] as const)("%s: long names, long links and large numbers", (format) => {
    const archive = tar([
      directory("usr", { format }),
      file(longName, "content", { format, uid: 1_000_660_000, gid: 3_000_000, mtime: 1_700_000_000 }),
      symlink("link", longName, { format }),
      hardlink("second", longName, { format }),
      whiteout("etc/passwd", { format }),
    ]);
    expect(listed(archive).trim().split("\n")).toEqual([
      expect.stringMatching(/^drwxr-xr-x 0\/0 +0 2001-09-09 01:46:40 usr\/$/),
      expect.stringMatching(new RegExp(`^-rw-r--r-- 1000660000/3000000 +7 2023-11-14 22:13:20 ${longName}$`)),
      expect.stringMatching(new RegExp(`^lrwxrwxrwx .* link -> ${longName}$`)),
      expect.stringMatching(new RegExp(`^hrw-r--r-- .* second link to ${longName}$`)),
      expect.stringMatching(/etc\/\.wh\.passwd$/),
    ]);
    expect(extracted(archive, longName).toString()).toBe("content");
  });

  it.each(["gnu", "pax-0.0", "pax-0.1", "pax-1.0"] as const)("sparse files in form %s", (form) => {
    const segments = Array.from({ length: 30 }, (_, index) => ({ offset: index * 10_000, data: `piece ${index}`.padEnd(1024, ".") }));
    const archive = tar([sparseFile("holes", { size: 400_000, segments, form }), file("after", "next")]);
    const expected = Buffer.alloc(400_000);
    for (const segment of segments) expected.write(segment.data, segment.offset);
    expect(extracted(archive, "holes").equals(expected)).toBe(true);
    expect(extracted(archive, "after").toString()).toBe("next");
  });

  it("v7 headers, global headers, bytes that are no UTF-8", () => {
    const archive = tar([
      paxGlobal([["comment", "a commit"]]),
      file("old", "1", { format: "v7" }),
      file(Buffer.from("caf\xe9", "latin1"), "2"),
    ]);
    expect(listed(archive)).toMatch(/old\n.*caf\\351\n/);
  });
});

describe("compressed fixtures", () => {
  const data = Buffer.concat([
    Buffer.from("the same words again and again, ".repeat(5000)),
    Buffer.alloc(300_000),
    Buffer.from(Array.from({ length: 70_000 }, (_, index) => (index * index * 31) & 0xff)),
  ]);

  it("gzip: zlib reads it back, one member or many, and it is smaller", () => {
    expect(gunzipSync(gzip(data)).equals(data)).toBe(true);
    expect(gunzipSync(gzip(data, { memberSize: 10_000, name: "x" })).equals(data)).toBe(true);
    expect(gunzipSync(gzip(Buffer.alloc(0))).length).toBe(0);
    expect(gzip(data).length).toBeLessThan(data.length / 3);
  });

  it.skipIf(spawnSync("zstd", ["--version"]).status !== 0)("zstd: the zstd program reads it back, with skippable frames between", () => {
    const frames = Buffer.concat([
      zstdSkippable(Buffer.from("toc")),
      zstd(data, { frameSize: 100_000 }),
      zstd(data, { contentSize: false }),
    ]);
    const read = spawnSync("zstd", ["-dc"], { input: frames, maxBuffer: 2 ** 28 }).stdout;
    expect(read.equals(Buffer.concat([data, data]))).toBe(true);
    expect(spawnSync("zstd", ["-dc"], { input: zstdCompressed(data)!, maxBuffer: 2 ** 28 }).stdout.equals(data)).toBe(true);
  });
});
