import { spawnSync } from "node:child_process";

import { describe, expect, it } from "vitest";

import { sniffCompression } from "../../src/compression/sniff.ts";
import { gzip } from "../helpers/bytes/gzip-fixture.ts";
import { file, tar } from "../helpers/tar-fixture.ts";
import { zstd, zstdSkippable } from "../helpers/bytes/zstd-fixture.ts";

const archive = tar([file("etc/passwd", "root")]);

describe("sniffCompression", () => {
  it("knows a plain archive, old ones without magic and empty ones too", () => {
    expect(sniffCompression(archive)).toBe("none");
    expect(sniffCompression(tar([file("BZh91", "", { format: "v7" })]))).toBe("none");
    expect(sniffCompression(Buffer.alloc(0))).toBe("none");
    expect(sniffCompression(Buffer.alloc(1024))).toBe("none");
  });

  it("knows gzip and zstd, also when a skippable frame of any kind comes first", () => {
    expect(sniffCompression(gzip(archive))).toBe("gzip");
    expect(sniffCompression(zstd(archive))).toBe("zstd");
    for (const variant of [0, 7, 15]) expect(sniffCompression(zstdSkippable(Buffer.from("x"), variant))).toBe("zstd");
  });

  it.each(["bzip2", "xz"] as const)("knows %s", (tool) => {
    const { stdout, status } = spawnSync(tool, ["-c"], { input: archive });
    if (status !== 0) return;
    expect(sniffCompression(stdout)).toBe(tool);
  });

  it("does not take anything else for an archive", () => {
    expect(sniffCompression(Buffer.from("#!/bin/sh\n"))).toBe("unknown");
    expect(sniffCompression(Buffer.from("{}"))).toBe("unknown");
    expect(sniffCompression(Buffer.alloc(2000, "text "))).toBe("unknown");
    expect(sniffCompression(Buffer.from([0x1f]))).toBe("unknown");
  });
});
