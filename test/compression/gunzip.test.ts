import { gzipSync } from "node:zlib";

import { describe, expect, it } from "vitest";

import { createDecompressor } from "../../src/compression/decompress.ts";
import { decompress } from "../helpers/bytes/decompress.ts";

const data = Buffer.from(Array.from({ length: 300_000 }, (_, i) => (i * i) % 251));
const packed = gzipSync(data);
const chunkSizes = [1 << 20, 4096, 1];

describe("gzip", () => {
  it.each(chunkSizes)("gives back what was packed, all members of it (chunks of %i)", async (size) => {
    const members = Buffer.concat([packed, gzipSync(Buffer.alloc(0)), gzipSync(Buffer.from("more")), packed]);
    const { output, warnings } = await decompress("gzip", members, size);
    expect(output.equals(Buffer.concat([data, Buffer.from("more"), data]))).toBe(true);
    expect(warnings).toEqual([]);
  });

  it.each(chunkSizes)("accepts zeros at the end and says so (chunks of %i)", async (size) => {
    const { output, warnings } = await decompress("gzip", Buffer.concat([packed, Buffer.alloc(700)]), size);
    expect(output.equals(data)).toBe(true);
    expect(warnings).toEqual([expect.stringContaining("700 zero bytes follow")]);
  });

  it.each(chunkSizes)("refuses anything else at the end (chunks of %i)", async (size) => {
    for (const garbage of ["garbage", "\0\0garbage", "\x1fgarbage"]) {
      const input = Buffer.concat([packed, Buffer.from(garbage, "latin1")]);
      await expect(decompress("gzip", input, size)).rejects.toMatchObject({
        code: "blob-corrupt",
        message: expect.stringContaining("follow"),
      });
    }
  });

  it.each([0, 1, 5, 1000, packed.length - 9, packed.length - 1])("is cut off after %i bytes", async (length) => {
    await expect(decompress("gzip", packed.subarray(0, length))).rejects.toMatchObject({
      code: "blob-corrupt",
      message: "the gzip stream is cut off",
    });
  });

  it("is damaged", async () => {
    const bad = Buffer.from(packed);
    bad.fill(0xff, 1000, 1100);
    await expect(decompress("gzip", bad)).rejects.toMatchObject({ code: "blob-corrupt", message: expect.stringContaining("damaged") });
    const wrongSum = Buffer.from(packed);
    wrongSum[packed.length - 8]! ^= 1;
    await expect(decompress("gzip", wrongSum)).rejects.toMatchObject({ code: "blob-corrupt" });
    await expect(decompress("gzip", Buffer.from("no gzip at all"))).rejects.toMatchObject({ code: "blob-corrupt" });
  });

  it("waits for its reader: a bomb does not fill memory", async () => {
    const bomb = gzipSync(Buffer.alloc(200 << 20));
    const stream = await createDecompressor("gzip");
    stream.end(bomb);
    await new Promise((resolve) => stream.once("readable", resolve));
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(stream.readableLength).toBeLessThan(8 << 20);
    stream.destroy();
  });
});
