import { hash } from "node:crypto";

import { describe, expect, it } from "vitest";

import { loadZstdModule } from "../../src/compression/zstd/module.ts";
import { createNativeDecoder } from "../../src/compression/zstd/native-decoder.ts";
import { WasmZstdDecoder } from "../../src/compression/zstd/wasm-decoder.ts";
import type { ZstdDecoder } from "../../src/compression/zstd/decoder.ts";
import { FrameWalk } from "../../src/compression/zstd/frame-walk.ts";
import { failure } from "../transports/opening.ts";
import { zstd, zstdCompressed, zstdSkippable } from "../helpers/bytes/zstd-fixture.ts";

const hasNative = "createZstdDecompress" in process.getBuiltinModule("zlib");

/** Small numbers that are the same in every run. */
function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** What all that comes out hashes to, or why nothing more does; without the library's own name for it, which its versions give differently. */
function decoded(decoder: ZstdDecoder, input: Buffer, chunkBytes: number): string {
  const pieces: Buffer[] = [];
  try {
    for (let at = 0; at < input.length; at += chunkBytes) {
      for (const piece of decoder.decode(input.subarray(at, at + chunkBytes))) pieces.push(Buffer.from(piece));
    }
    decoder.end();
    return hash("sha256", Buffer.concat(pieces));
  } catch (error) {
    return (error as Error).message.replace(/ \((ZSTD_error_\w+|error \d+)\)$/, "");
  } finally {
    decoder.free();
  }
}

function textOf(below: (n: number) => number, bytes: number): Buffer {
  const words = Array.from({ length: 60 }, () => String.fromCharCode(97 + below(26)).repeat(1 + below(9)));
  let text = "";
  while (text.length < bytes) text += `${words[below(words.length)]!} `;
  return Buffer.from(text.slice(0, bytes));
}

interface Stream {
  readonly frames: readonly Buffer[];
  readonly content: Buffer;
}

function stream(below: (n: number) => number): Stream {
  const frames: Buffer[] = [];
  const contents: Buffer[] = [];
  for (let frame = below(6); frame >= 0; frame -= 1) {
    const content = textOf(below, below(4) === 0 ? below(700_000) : below(2000));
    const kind = below(5);
    if (kind === 0) {
      frames.push(zstdSkippable(content.subarray(0, 5000), below(16)));
      continue;
    }
    contents.push(content);
    if (kind === 1) frames.push(zstd(content, { contentSize: below(2) === 0, frameSize: 1 + below(300_000) + (content.length >> 6) }));
    else frames.push(zstdCompressed(content, 1 + below(9)) ?? zstd(content));
  }
  return { frames, content: Buffer.concat(contents) };
}

describe("the end of a zstd stream", () => {
  it("may be after whole frames and nowhere else, however the stream is cut into chunks", () => {
    const frames = [
      zstdSkippable(Buffer.from("toc"), 15),
      zstdSkippable(Buffer.alloc(0)),
      zstd(Buffer.from("stored")),
      zstd(Buffer.alloc(300_000), { contentSize: false }),
      zstd(Buffer.alloc(0)),
      // With a checksum; with a dictionary's ID of four bytes and a size of two.
      Buffer.from("28b52ffd2402110000616200000000", "hex"),
      Buffer.from("28b52ffd4300070000000000010000", "hex"),
    ];
    const ends = new Set<number>([0]);
    for (const [index] of frames.entries()) ends.add(Buffer.concat(frames.slice(0, index + 1)).length);
    const whole = Buffer.concat(frames);
    expect(ends.size).toBe(frames.length + 1);
    for (const chunkBytes of [1, 2, 3, 7, 1000]) {
      for (let length = 0; length <= whole.length; length += 1) {
        const walk = new FrameWalk();
        for (let at = 0; at < length; at += chunkBytes) walk.follow(whole.subarray(at, Math.min(at + chunkBytes, length)));
        if (walk.isBetweenFrames !== ends.has(length)) expect.fail(`${length} bytes in chunks of ${chunkBytes}`);
      }
    }
  });
});

describe("a frame that is too large to be decoded", () => {
  // Window descriptors of 256 MiB and of 2 GiB and an eighth; single segments of 2 bytes (which count from 256), 4 and 8, one behind a dictionary's ID.
  it.each([
    ["28b52ffd0090", 256],
    ["28b52ffd00a9", 2304],
    ["28b52ffd600001", 1],
    ["28b52ffda000000010", 256],
    ["28b52ffde00000004000000000", 1024],
    ["28b52ffda20700000000c0", 3072],
  ])("says in its header %s that it needs %i MiB", (header, mebibytes) => {
    for (const chunkBytes of [1, 100]) {
      const walk = new FrameWalk();
      const bytes = Buffer.concat([zstd(Buffer.from("a small one")), Buffer.from(header, "hex")]);
      for (let at = 0; at < bytes.length; at += chunkBytes) walk.follow(bytes.subarray(at, at + chunkBytes));
      expect(Math.ceil(walk.largestWindow / 2 ** 20)).toBe(mebibytes);
    }
  });

  it("is told from one that is damaged, whichever library decodes: there is another way to read it", async () => {
    const library = await loadZstdModule();
    for (const decoder of [new WasmZstdDecoder(library), ...(hasNative ? [createNativeDecoder()!] : [])]) {
      const decode = async (): Promise<unknown> => [...decoder.decode(Buffer.from("28b52ffd00a9010000", "hex"))];
      const error = await failure(decode());
      decoder.free();
      expect(error.code).toBe("unsupported-image");
      expect(error.message).toContain("a window of 2304 MiB");
      expect(error.hint).toContain("zstd -d --long=31");
    }
  });
});

it("is Node's own where Node has one, and sound", () => {
  const decoder = createNativeDecoder();
  expect(decoder !== null).toBe(hasNative);
  decoder?.free();
});

// A Node without one has nothing to compare: there is no test that could be left out.
if (hasNative)
  describe("Node's zstd decoder, called without its stream", () => {
    it("gives what WebAssembly gives, of whole, cut and damaged streams", async () => {
      const library = await loadZstdModule();
      const native = (): ZstdDecoder => createNativeDecoder()!;
      const wasm = (): ZstdDecoder => new WasmZstdDecoder(library);
      for (let seed = 1; seed <= 20; seed += 1) {
        const below = random(seed);
        const { frames, content } = stream(below);
        const whole = Buffer.concat(frames);
        const chunkBytes = [1 << 20, 65_536, 1000, 61][below(4)]!;
        const unpacked = decoded(native(), whole, chunkBytes);
        expect({ seed, unpacked }).toEqual({ seed, unpacked: hash("sha256", content) });
        expect(decoded(wasm(), whole, chunkBytes)).toBe(unpacked);
        for (let cut = 0; cut < 4; cut += 1) {
          const part = whole.subarray(0, below(whole.length));
          expect({ seed, cut, got: decoded(native(), part, chunkBytes) }).toEqual({ seed, cut, got: decoded(wasm(), part, chunkBytes) });
        }
        for (let damage = 0; damage < 6; damage += 1) {
          const bad = Buffer.from(whole);
          bad[below(bad.length)]! ^= 1 << below(8);
          const at = damage === 0 ? Buffer.concat([whole, textOf(below, 1 + below(9))]) : bad;
          expect({ seed, damage, got: decoded(native(), at, chunkBytes) }).toEqual({ seed, damage, got: decoded(wasm(), at, chunkBytes) });
        }
      }
    });

    it("tells of a frame with a dictionary, of a window that is too large, and of one that is cut off", () => {
      const messages = ["28b52ffd210700010000", "28b52ffd0090010000", "28b52ffd20021100"].map((hex) =>
        decoded(createNativeDecoder()!, Buffer.from(hex, "hex"), 3),
      );
      expect(messages).toEqual([
        "the zstd stream was compressed with a dictionary, which no engine has either",
        "the zstd stream needs a window of 256 MiB, and is read with up to 128 MiB, as zstd itself does",
        "the zstd stream is cut off",
      ]);
    });

    it("gives its memory back in the middle of a chunk, and decodes nothing afterwards", () => {
      const decoder = createNativeDecoder()!;
      const pieces = decoder.decode(zstd(Buffer.alloc(4 << 20)));
      expect(pieces.next().done).toBe(false);
      decoder.free();
      decoder.free();
      expect(pieces.next().done).toBe(true);
      expect([...decoder.decode(Buffer.from("28b5", "hex"))]).toEqual([]);
    });
  });
