import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pathToFileURL } from "node:url";
import { gunzipSync, gzipSync } from "node:zlib";

import { describe, expect, it } from "vitest";

import { createCompressor } from "../../src/compression/compress.ts";
import type * as CompressModule from "../../src/compression/compress.ts";
import { decompress } from "../helpers/bytes/decompress.ts";
import { projectRoot } from "../helpers/run-cli.ts";

// Worker threads run compiled code only, so what they do is tested in the built program.
const built = (await import(pathToFileURL(join(projectRoot, "dist/src/compression/compress.js")).href)) as typeof CompressModule;

/** Pseudo-random text that compresses like a file system does, the same on every machine. */
function sample(bytes: number): Buffer {
  const words = ["usr", "share", "lib", "\0\0\0\0", "0000644", "return ", "const", "import ", "\n", "_init", "ustar"];
  const out = Buffer.alloc(bytes);
  let state = 42;
  for (let at = 0; at < bytes;) {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    at += out.write(words[(state >>> 16) % words.length]!, at, "latin1");
    if (at < bytes) out[at++] = (state >>> 8) & 0xff;
  }
  return out;
}

const input = sample(3_000_000);
const hash = (bytes: Buffer): string => createHash("sha256").update(bytes).digest("hex");

async function compress(
  data: Buffer,
  options: CompressModule.CompressorOptions,
  { create = createCompressor, chunkSize = 100_000 } = {},
): Promise<Buffer> {
  const compressor = await create(options);
  const chunks = (function* () {
    for (let at = 0; at < data.length; at += chunkSize) yield data.subarray(at, at + chunkSize);
  })();
  const pieces: Buffer[] = [];
  for await (const piece of Readable.from(chunks, { objectMode: false }).pipe(compressor)) pieces.push(piece as Buffer);
  return Buffer.concat(pieces);
}

describe("gzip", () => {
  it.each([0, 1, 512 * 1024 - 1, 512 * 1024, 512 * 1024 + 1, 3_000_000])(
    "of %i bytes is one member that unpacks to them",
    async (bytes) => {
      const data = input.subarray(0, bytes);
      const packed = await compress(data, { kind: "gzip" });
      expect(gunzipSync(packed).equals(data)).toBe(true);
      expect(packed.subarray(0, 10)).toEqual(Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff]));
      expect(packed.readUInt32LE(packed.length - 4)).toBe(bytes);
      const judged = spawnSync("gzip", ["-t"], { input: packed });
      if (judged.error === undefined) expect([judged.status, String(judged.stderr)]).toEqual([0, ""]);
    },
  );

  it("is as small as one stream at the same level, give or take a percent", async () => {
    expect((await compress(input, { kind: "gzip" })).length).toBeLessThan(gzipSync(input, { level: 6 }).length * 1.01);
  });

  it("has the same bytes on any number of threads, however the input arrives", async () => {
    const expected = hash(await compress(input, { kind: "gzip" }));
    for (const threads of [0, 1, 3]) {
      const packed = await compress(input, { kind: "gzip", threads }, { create: built.createCompressor, chunkSize: 7_777 * (threads + 1) });
      expect(hash(packed)).toBe(expected);
    }
  });

  it("has the same bytes on every Node", async () => {
    // Computed with Node 20.20 on x86-64.
    expect(hash(await compress(input, { kind: "gzip" }))).toBe("7906e2c015b0715643ad300db02d99ac4d74ed317ce8697648d2f36d213f8021");
  });
});

describe("zstd", () => {
  it.each([0, 1, 3_000_000])("of %i bytes unpacks to them", async (bytes) => {
    const data = input.subarray(0, bytes);
    const packed = await compress(data, { kind: "zstd" });
    expect((await decompress("zstd", packed)).output.equals(data)).toBe(true);
    const judged = spawnSync("zstd", ["-t", "-q"], { input: packed });
    if (judged.error === undefined) expect([judged.status, String(judged.stderr)]).toEqual([0, ""]);
  });

  it("has the same bytes on any number of threads, and on every Node", async () => {
    const large = Buffer.concat(Array.from({ length: 6 }, (_, i) => input.subarray(i)));
    const one = await compress(large, { kind: "zstd", level: 1 });
    const two = await compress(large, { kind: "zstd", level: 1, threads: 2 }, { create: built.createCompressor, chunkSize: 1 << 20 });
    expect((await decompress("zstd", two)).output.equals(large)).toBe(true);
    expect(hash(two)).toBe(hash(one));
    expect(hash(await compress(input, { kind: "zstd" }))).toBe("bf1be89b936664e81d294c718f20d96e271c35d2de6f7cadc54cc368152177e0");
  });
});

describe("createCompressor", () => {
  it("passes bytes on when nothing is to be compressed", async () => {
    expect((await compress(input, { kind: "none" })).equals(input)).toBe(true);
  });

  it.each([
    { kind: "gzip", level: 10 },
    { kind: "gzip", level: 0 },
    { kind: "zstd", level: 20 },
    { kind: "zstd", level: 1.5 },
  ] as const)("refuses levels that do not exist: %o", async (options) => {
    await expect(createCompressor(options)).rejects.toMatchObject({ code: "bad-argument" });
  });

  it("makes the writer wait for a reader that does not read", async () => {
    const compressor = await createCompressor({ kind: "gzip", threads: 0 });
    let accepted = 0;
    for (let i = 0; i < 200; i += 1) {
      if (compressor.writableNeedDrain) break;
      const noise = Buffer.from(Array.from({ length: 64 * 1024 }, (_, k) => (k * 2654435761 * (i + 1)) >>> 13));
      compressor.write(noise);
      accepted += noise.length;
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    expect(accepted).toBeLessThan(6 << 20);
    compressor.destroy();
  });

  it("ends its threads when it is given up halfway", async () => {
    const compressor = await built.createCompressor({ kind: "gzip", threads: 2 });
    compressor.write(input);
    await new Promise((resolve) => setTimeout(resolve, 20));
    const closed = new Promise((resolve) => compressor.once("close", resolve));
    compressor.destroy();
    await closed;
    expect(process.getActiveResourcesInfo().filter((name) => name === "Worker")).toEqual([]);
  });
});
