/** A squash never grows an image without saying so, however its layers were compressed. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

import { describe, expect, it } from "vitest";

import * as fc from "../helpers/draws.ts";
import { arbitraryImage } from "../helpers/image/arbitrary-image.ts";
import { ociArchive } from "../helpers/image/oci.ts";
import { readTar } from "../helpers/bytes/read-tar.ts";
import { squashForTest } from "../helpers/image/squash-for-test.ts";
import { file, tar } from "../helpers/tar-fixture.ts";
import { temporaryDirectory } from "../helpers/temp-dir.ts";
import { zstd } from "../helpers/bytes/zstd-fixture.ts";

const effort = {
  "gzip -1": (data: Buffer) => gzipSync(data, { level: 1 }),
  "gzip -6": (data: Buffer) => gzipSync(data, { level: 6 }),
  "gzip -9": (data: Buffer) => gzipSync(data, { level: 9, memLevel: 9 }),
  zstd,
} as const;

/** Repeats itself behind so many short likenesses that only a compressor which searches long finds it. */
const letters = Buffer.from(fc.noise("letters", 12_000).map((byte) => 0x61 + (byte % 2)))
  .toString("latin1")
  .repeat(4);

/** What the blobs of an OCI archive take. */
function blobBytes(archive: Buffer): number {
  const { entries, data } = readTar(archive);
  return entries.reduce((sum, { path }, index) => (path.startsWith("blobs/sha256/") ? sum + data[index]!.length : sum), 0);
}

function image(layers: readonly Buffer[], kind: keyof typeof effort): Buffer {
  const compression = kind === "zstd" ? "zstd" : "gzip";
  return ociArchive([{ layers: layers.map((content) => ({ content, compression, stored: effort[kind](content) })) }]);
}

describe("the size of a squashed image", () => {
  it("is at most the original's, or the result says how much larger it is", { timeout: 120_000 }, async () => {
    const directory = temporaryDirectory();
    let run = 0;
    const kinds = fc.constantFrom(...(Object.keys(effort) as (keyof typeof effort)[]));
    await fc.assert(
      fc.asyncProperty(arbitraryImage({ maxLayers: 8 }), kinds, fc.nat(3), fc.nat(20_000), async ({ layers }, kind, kept, noise) => {
        run += 1;
        const source = join(directory, `${run}.tar`);
        // Bytes that no compressor makes smaller, in a layer of their own.
        const tars = [...layers.map((entries) => tar([...entries])), tar([file("noise", fc.noise("noise", noise))])];
        writeFileSync(source, image(tars, kind));
        const keep = Math.min(kept, tars.length - 1);
        const { images, notes } = await squashForTest(source, keep, `oci-archive:${join(directory, `${run}-out.tar`)}`);
        const grown = images[0]!.after.compressed! - images[0]!.before.compressed!;
        expect(notes.some((note) => / more than the original, /.test(note))).toBe(grown > 0);
      }),
      { numRuns: Number(process.env["BALLAST_PROPERTY_RUNS"] ?? 20) },
    );
  });

  it("a lone layer that was compressed with more effort keeps its bytes, and the image its ID", async () => {
    const directory = temporaryDirectory();
    const source = join(directory, "source.tar");
    const content = tar([file("letters", letters)]);
    const stored = gzipSync(content, { level: 9, memLevel: 9 });
    writeFileSync(source, image([content], "gzip -9"));
    const target = join(directory, "out.tar");
    const result = await squashForTest(source, 0, `oci-archive:${target}`);
    const written = readTar(readFileSync(target)).data.some((data) => data.equals(stored));
    expect({ written, grown: result.images[0]!.after.compressed! - stored.length }).toEqual({ written: true, grown: 0 });
    expect(blobBytes(readFileSync(target))).toBeLessThanOrEqual(blobBytes(readFileSync(source)));
  });

  it("a layer that is kept without compression hides no growth of the others", async () => {
    const directory = temporaryDirectory();
    const source = join(directory, "source.tar");
    const tars = [tar([file("noise", fc.noise("kept", 5000))]), tar([file("a", letters)]), tar([file("b", "b")])];
    const layers = tars.map((content, index) => ({
      content,
      compression: index === 0 ? ("none" as const) : ("gzip" as const),
      ...(index > 0 && { stored: effort["gzip -9"](content) }),
    }));
    writeFileSync(source, ociArchive([{ layers }]));
    const { images, notes } = await squashForTest(source, 1, `oci-archive:${join(directory, "out.tar")}`);
    expect(images[0]!.after.compressed!).toBeGreaterThan(images[0]!.before.compressed!);
    expect(notes).toContainEqual(expect.stringMatching(/^the new image takes \S+ k?B more than the original, /));
  });

  it("layers merged into one that takes more than they did: the note says how much, and what makes it smaller", async () => {
    const directory = temporaryDirectory();
    const source = join(directory, "source.tar");
    writeFileSync(source, image([tar([file("a", letters)]), tar([file("b", "b")])], "gzip -9"));
    const { notes } = await squashForTest(source, 0, `oci-archive:${join(directory, "out.tar")}`);
    expect(notes).toContainEqual(
      expect.stringMatching(/^the new image takes \S+ k?B more than the original, .* --compression gzip:9 or zstd makes it smaller$/),
    );
  });
});
