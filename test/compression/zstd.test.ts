import { spawnSync } from "node:child_process";

import { describe, expect, it } from "vitest";

import { createDecompressor } from "../../src/compression/decompress.ts";
import { loadZstdModule } from "../../src/compression/zstd/module.ts";
import { decompress } from "../helpers/bytes/decompress.ts";
import { zstd, zstdCompressed, zstdSkippable } from "../helpers/bytes/zstd-fixture.ts";

const data = Buffer.from(Array.from({ length: 600_000 }, (_, i) => (i * i + (i >> 9)) % 251));
const packed = zstdCompressed(data) ?? zstd(data);
const sizes = [1 << 20, 4096, 7];

const same = async (input: Buffer, expected: Buffer, chunkSize?: number): Promise<void> => {
  const { output } = await decompress("zstd", input, chunkSize);
  expect(output.equals(expected)).toBe(true);
};

describe("zstd", () => {
  it("needs nothing of Node's HTTP client, which takes longer to load than a layer to read", () => {
    const module = new URL("../../dist/src/compression/zstd/module.js", import.meta.url).href;
    const source = `import(${JSON.stringify(module)}).then(async ({ loadZstdModule }) => {
      await loadZstdModule();
      console.log(process.moduleLoadList.filter((name) => name.includes("undici")).join());
    });`;
    const { stdout, stderr, status } = spawnSync(process.execPath, ["-e", source], { encoding: "utf8" });
    expect({ stdout: stdout.trim(), stderr, status }).toEqual({ stdout: "", stderr: "", status: 0 });
  });

  it("is decoded by WebAssembly that is found in the package and exports the library", async () => {
    const library = await loadZstdModule();
    for (const name of ["malloc", "free", "ZSTD_createDCtx", "ZSTD_freeDCtx", "ZSTD_decompressStream"] as const) {
      expect(library[name]).toBeTypeOf("function");
    }
    expect(library.memory.buffer).toBeInstanceOf(ArrayBuffer);
  });

  it.each(sizes)("gives back what was packed (chunks of %i)", (size) => same(packed, data, size));

  it.each(sizes)("reads all frames, skippable ones first and between (chunks of %i)", async (size) => {
    const parts = [
      zstdSkippable(Buffer.from("toc"), 3),
      packed,
      zstdSkippable(Buffer.alloc(5000, 1)),
      zstd(Buffer.from("end")),
      zstd(Buffer.alloc(0)),
    ];
    await same(Buffer.concat(parts), Buffer.concat([data, Buffer.from("end")]), size);
  });

  it("reads thousands of small frames", () => same(zstd(data, { frameSize: 100 }), data));

  it("reads frames that do not tell their size", () => same(zstd(data, { contentSize: false }), data));

  it("reads nothing but skippable frames, and nothing at all, as nothing", async () => {
    await same(zstdSkippable(Buffer.from("x")), Buffer.alloc(0));
    await same(Buffer.alloc(0), Buffer.alloc(0));
  });

  it.each([3, 9, 1000, packed.length - 1])("is cut off after %i bytes", async (length) => {
    await expect(decompress("zstd", packed.subarray(0, length))).rejects.toMatchObject({
      code: "blob-corrupt",
      message: "the zstd stream is cut off",
    });
  });

  it("is cut off inside a later frame", async () => {
    await expect(decompress("zstd", Buffer.concat([packed, packed.subarray(0, 500)]))).rejects.toThrow("cut off");
  });

  it("is damaged", async () => {
    const bad = Buffer.from(packed);
    bad.fill(0xff, 13, 200);
    await expect(decompress("zstd", bad)).rejects.toMatchObject({ code: "blob-corrupt", message: expect.stringContaining("damaged") });
  });

  it("has a wrong checksum", async () => {
    // Magic, descriptor with checksum flag and one size byte, one raw block "ab", a checksum that is not its own.
    const frame = Buffer.from("28b52ffd2402110000616200000000", "hex");
    await expect(decompress("zstd", frame)).rejects.toThrow("a checksum does not match");
  });

  it("was packed with a dictionary", async () => {
    // A frame header that names dictionary 7 (RFC 8878, § 3.1.1.1), no content, and an empty last block.
    const frame = Buffer.from("28b52ffd210700010000", "hex");
    await expect(decompress("zstd", frame)).rejects.toThrow("compressed with a dictionary");
  });

  it("is followed by garbage, or is none", async () => {
    await expect(decompress("zstd", Buffer.concat([packed, Buffer.from("garbage")]))).rejects.toThrow("not a zstd frame");
    await expect(decompress("zstd", Buffer.from("garbage and more of it"))).rejects.toThrow("not a zstd frame");
  });

  it("wants a window that is too large", async () => {
    // Magic, descriptor without sizes, window descriptor of 2^28 bytes, then the last block.
    const frame = Buffer.from("28b52ffd0090010000", "hex");
    await expect(decompress("zstd", frame)).rejects.toThrow("needs a window of 256 MiB, and is read with up to 128 MiB");
  });

  it("waits for its reader: a bomb does not fill memory, and a slow reader gets it all", async () => {
    const bomb = zstd(Buffer.alloc(64 << 20));
    const stream = await createDecompressor("zstd");
    stream.end(bomb);
    await new Promise((resolve) => stream.once("readable", resolve));
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(stream.readableLength).toBeLessThan(8 << 20);
    let total = 0;
    for await (const chunk of stream) {
      total += (chunk as Buffer).length;
      if (total < 4 << 20) await new Promise((resolve) => setImmediate(resolve));
    }
    expect(total).toBe(64 << 20);
  });

  it("is given up halfway without harm to the next one", async () => {
    const stream = await createDecompressor("zstd");
    stream.write(packed);
    await new Promise((resolve) => stream.once("readable", resolve));
    stream.destroy();
    await same(packed, data);
  });
});
