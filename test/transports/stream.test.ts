import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdirSync, readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";

import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { BallastError } from "../../src/base/errors.ts";
import { spool } from "../../src/transports/archive/spool.ts";
import { openArchiveStream } from "../../src/transports/local.ts";
import { openImage } from "../../src/transports/open.ts";
import type { LayerBlobSink, OpenOptions } from "../../src/transports/transport.ts";
import { gzip } from "../helpers/bytes/gzip-fixture.ts";
import { blobPath, buildImage, dockerArchive, dockerArchiveFiles, filesToTar, ociArchive, sha256 } from "../helpers/image-fixture.ts";
import type { ImageFixture } from "../helpers/image-fixture.ts";
import { file } from "../helpers/tar-fixture.ts";
import { temporaryDirectory } from "../helpers/temp-dir.ts";
import { zstd } from "../helpers/bytes/zstd-fixture.ts";
import { bytesOf, failure, fileWith, options, storedDigests, textOf } from "./opening.ts";

const app: ImageFixture = {
  layers: [[file("a", Buffer.alloc(3_000_000, "ab"))], [file("b", "2")], []],
  tags: ["test/app:1"],
};

/** Collects the digests of what it is given. */
function collector(): { sink: LayerBlobSink; digests: string[]; names: string[] } {
  const digests: string[] = [];
  const names: string[] = [];
  const sink: LayerBlobSink = async (blob, about) => {
    const hash = createHash("sha256");
    let bytes = 0;
    for await (const chunk of blob) {
      hash.update(chunk as Buffer);
      bytes += (chunk as Buffer).length;
      await new Promise(setImmediate);
    }
    expect(bytes).toBe(about.storedBytes);
    digests.push(`sha256:${hash.digest("hex")}`);
    names.push(about.name);
  };
  return { sink, digests, names };
}

/** The bytes in chunks of odd sizes. */
function streamOf(bytes: Buffer, chunkSize = 65_537): Readable {
  const chunks = [];
  for (let at = 0; at < bytes.length; at += chunkSize) chunks.push(bytes.subarray(at, at + chunkSize));
  return Readable.from(chunks, { objectMode: false });
}

const open = (bytes: Buffer, opts: Partial<OpenOptions> = {}, chunkSize?: number) =>
  openArchiveStream(
    streamOf(bytes, chunkSize),
    { what: "standard input", reference: null, tag: null, transport: null },
    { ...options(), ...opts },
  );

// A directory of our own, so that what other tests leave for a moment is not counted.
let scratch: string;
const savedTmp = process.env["TMPDIR"];
const spools = (): string[] => readdirSync(tmpdir()).filter((name) => name.startsWith("ballast-") && !name.startsWith("ballast-test-"));
beforeEach(() => {
  scratch = join(temporaryDirectory(), "tmp");
  mkdirSync(scratch);
  process.env["TMPDIR"] = scratch;
});
afterEach(() => {
  if (savedTmp === undefined) delete process.env["TMPDIR"];
  else process.env["TMPDIR"] = savedTmp;
});

describe("an archive that streams by", () => {
  it.each(["1.10", "25", "29"] as const)("hands its layers on as they flow, before the manifest is known (Docker %s)", async (shape) => {
    const { sink, digests } = collector();
    const set = await open(dockerArchive(app, { shape }), { onLayerBlob: sink });
    const [image] = set.images;
    expect(image!.reference).toBe("test/app:1");
    for (const layer of image!.layers) {
      expect(layer.file).toBeNull();
      expect(digests).toContain(layer.digest ?? layer.diffId);
    }
    expect(spools()).toEqual([]);
    const error = await failure(image!.layers[0]!.open());
    expect(error.code).toBe("read-failed");
    expect(error.hint).toContain("save the archive to a file");
  });

  it.each([1, 511, 512, 100_000])("reads chunks of %i bytes", async (chunkSize) => {
    const { sink, digests } = collector();
    const small: ImageFixture = { layers: [[file("a", "1")]] };
    await open(ociArchive([small]), { onLayerBlob: sink }, chunkSize);
    expect(digests).toEqual(buildImage(small).layers.map(({ digest }) => digest));
  });

  it.each([
    ["gzip", gzip],
    ["zstd", zstd],
  ] as const)("unpacks %s on the way", async (_, pack) => {
    const { sink, digests } = collector();
    const path = fileWith(pack(dockerArchive(app)), "app.tar.packed");
    const image = await openImage(path, options({ onLayerBlob: sink }));
    expect(digests).toEqual(expect.arrayContaining(image.layers.map(({ diffId }) => diffId)));
    expect(spools()).toEqual([]);
  });

  it("knows a layer by its content where the name says nothing", async () => {
    const files = dockerArchiveFiles(app, { shape: "1.10" });
    const [row] = JSON.parse(textOf(files, "manifest.json")) as [{ Layers: string[] }];
    const moved = new Map(
      [...files].map(([name, content]) => [row.Layers.includes(name) ? `layers/${row.Layers.indexOf(name)}` : name, content] as const),
    );
    moved.set("manifest.json", Buffer.from(JSON.stringify([{ ...row, Layers: row.Layers.map((_, index) => `layers/${index}`) }])));
    const { sink, digests } = collector();
    await open(filesToTar(moved), { onLayerBlob: sink });
    expect(digests.sort()).toEqual(
      buildImage(app)
        .layers.map(({ diffId }) => diffId)
        .sort(),
    );
  });

  it("goes on when the sink does not want a layer to its end", async () => {
    const set = await open(dockerArchive(app), { onLayerBlob: async (blob) => void blob.destroy() });
    expect(set.images[0]!.layers).toHaveLength(3);
  });

  it("does not fail for a damaged blob that is no layer of the image, but does for one that is", async () => {
    const files = dockerArchiveFiles(app, { shape: "29" });
    const junk = gzip(Buffer.from("no archive"));
    files.set(blobPath(sha256(junk)), junk);
    const sink: LayerBlobSink = async (blob, { name }) => {
      const chunks: Buffer[] = [];
      for await (const chunk of blob) chunks.push(chunk as Buffer);
      if (Buffer.concat(chunks).equals(junk) || chunks.length === 0) throw new BallastError("layer-invalid", `${name} is no archive`);
    };
    const [image] = (await open(filesToTar(files), { onLayerBlob: sink })).images;
    expect(image!.layers).toHaveLength(3);
    const refusing: LayerBlobSink = (_, { name }) => Promise.reject(new BallastError("layer-invalid", `${name} is no archive`));
    const [refused] = (await open(filesToTar(files), { onLayerBlob: refusing })).images;
    expect(await failure(refused!.layers[0]!.open())).toMatchObject({
      code: "layer-invalid",
      message: expect.stringContaining(`${refused!.layers[0]!.digest!.replace("sha256:", "blobs/sha256/")} of standard input`),
    });
  });

  it("ends with the sink's error", async () => {
    const opened = open(dockerArchive(app), { onLayerBlob: async () => Promise.reject(new RangeError("from the sink")) });
    await expect(opened).rejects.toThrow("from the sink");
  });

  it("does not run ahead of a slow sink", async () => {
    let read = 0;
    const source = dockerArchive({ layers: [[file("big", Buffer.alloc(40_000_000))]] }, { shape: "1.10" });
    const input = new Readable({
      read() {
        this.push(read >= source.length ? null : source.subarray(read, read + 65_536));
        read += 65_536;
      },
    });
    let furthest = 0;
    const sink: LayerBlobSink = async (blob) => {
      let taken = 0;
      for await (const chunk of blob) {
        taken += (chunk as Buffer).length;
        furthest = Math.max(furthest, read - taken);
        await new Promise(setImmediate);
      }
    };
    await openArchiveStream(input, { what: "x", reference: null, tag: null, transport: null }, { ...options(), onLayerBlob: sink });
    expect(furthest).toBeLessThan(4_000_000);
  });
});

describe("an archive that is spooled", () => {
  it.each([
    ["plain", (bytes: Buffer) => bytes],
    ["gzip", gzip],
    ["zstd", zstd],
  ] as const)("opens %s, layers readable, and leaves nothing behind", async (_, pack) => {
    const path = fileWith(pack(dockerArchive(app)));
    for (const opened of [() => open(pack(dockerArchive(app))), async () => ({ images: [await openImage(path, options())] })]) {
      const [image] = (await opened()).images;
      expect(await storedDigests(image!)).toEqual(image!.layers.map(({ diffId }) => diffId));
      expect(image!.layers[0]!.file).not.toBeNull();
      await image!.close();
      await image!.close();
      expect(spools()).toEqual([]);
    }
  });

  it("leaves nothing behind when there is no image in it", async () => {
    expect((await failure(open(gzip(filesToTar(new Map([["x", Buffer.from("1")]])))))).code).toBe("not-an-image");
    expect(spools()).toEqual([]);
  });

  it("refuses a bomb, and says so by name", async () => {
    const limits = { freeBytes: 1_000_000, maxRatio: 100 };
    const zeros = (bytes: number) => Readable.from([Buffer.alloc(bytes)], { objectMode: false });
    const error = await failure(spool(zeros(2_000_000), "bomb.tar.gz", () => 10_000, undefined, limits));
    expect(error.code).toBe("limit-exceeded");
    expect(error.message).toContain("bomb.tar.gz");
    expect(spools()).toEqual([]);
    // A small archive of zeros, and a large one that does not shrink to a hundredth, are none.
    for (const [bytes, packed] of [
      [900_000, 1000],
      [2_000_000, 30_000],
    ] as const) {
      const copy = await spool(zeros(bytes), "x.tar.gz", () => packed, undefined, limits);
      await copy.remove();
    }
  });

  it("stops when interrupted", async () => {
    const controller = new AbortController();
    const input = new Readable({ read() {} });
    input.push(dockerArchive(app).subarray(0, 100_000));
    const opened = openArchiveStream(
      input,
      { what: "x", reference: null, tag: null, transport: null },
      { ...options(), signal: controller.signal },
    );
    setTimeout(() => controller.abort(), 50);
    await expect(opened).rejects.toMatchObject({ name: "AbortError" });
    expect(spools()).toEqual([]);
  });

  it.each(["SIGTERM", "SIGINT"] as const)("removes the copy when %s ends the process", async (signal) => {
    const path = fileWith(gzip(dockerArchive(app)));
    const script = `
      import { openImage } from ${JSON.stringify(new URL("../../dist/src/transports/open.js", import.meta.url).href)};
      await openImage(${JSON.stringify(path)}, { platform: null, verify: true, connection: {} });
      console.log("open");
      setInterval(() => {}, 1000);`;
    const child = spawn(process.execPath, ["--input-type=module", "-e", script], { env: { ...process.env, TMPDIR: scratch } });
    try {
      await once(child.stdout, "data");
      expect(spools()).toHaveLength(1);
      child.kill(signal);
      expect(await once(child, "exit")).toEqual([null, signal]);
      expect(spools()).toEqual([]);
    } finally {
      child.kill("SIGKILL");
    }
  });
});

describe("an image from standard input", () => {
  it("keeps its layers readable when nobody scanned them on the way", async () => {
    const set = await open(ociArchive([app]));
    const [image] = set.images;
    expect((await bytesOf(image!.layers[1]!)).length).toBeGreaterThan(0);
    await set.close();
    expect(spools()).toEqual([]);
  });
});

it("an archive that has to be unpacked first tells how much of it has been read, of how much", async () => {
  const packed = gzip(dockerArchive(app));
  const told: { readonly bytes: number; readonly totalBytes: number | null; readonly isLocal?: true }[] = [];
  const image = await openImage(fileWith(packed, "app.tar.gz"), { ...options(), onProgress: (progress) => void told.push(progress) });
  await image.close();
  expect(told.length).toBeGreaterThan(0);
  expect(told.at(-1)).toMatchObject({ bytes: packed.length, totalBytes: packed.length, isLocal: true });
});
