/** What the deflater writes, read by zlib. */
import { inflateRawSync } from "node:zlib";

import { describe, expect, it } from "vitest";

import { Deflater } from "../../src/compression/deflate/deflater.ts";
import { codeLengths } from "../../src/compression/deflate/huffman.ts";
import { windowBytes } from "../../src/compression/deflate/symbols.ts";
import * as fc from "../helpers/draws.ts";

const deflater = new Deflater();
const levels = [1, 2, 3, 4, 5, 6, 7, 8, 9] as const;

/** Pieces one after the other, each with what lies before it. */
function deflate(data: Buffer, level: number, pieceBytes = data.length): Buffer {
  const pieces: Uint8Array[] = [];
  let at = 0;
  do {
    const end = Math.min(at + pieceBytes, data.length);
    const before = at === 0 ? null : data.subarray(Math.max(at - windowBytes, 0), at);
    pieces.push(deflater.deflate(data.subarray(at, end), before, level, end === data.length));
    at = end;
  } while (at < data.length);
  return Buffer.concat(pieces);
}

/** The same on every machine: bytes by a generator of Lehmer's kind. */
function noise(bytes: number, different = 256): Buffer {
  let state = 1;
  return Buffer.from(Uint8Array.from({ length: bytes }, () => ((state = (state * 48271) % 0x7fffffff) >> 8) % different));
}

const strange: Readonly<Record<string, Buffer>> = {
  nothing: Buffer.alloc(0),
  "one byte": Buffer.from("a"),
  "four bytes": Buffer.from("aaaa"),
  "five bytes": Buffer.from("aaaaa"),
  "a long run": Buffer.alloc(400_000, "a"),
  "a run that ends in another byte": Buffer.concat([Buffer.alloc(300_258, "a"), Buffer.from("b")]),
  "noise of more than a stored block": noise(200_000),
  "two kinds of bytes": noise(50_000, 2),
  "a repetition just within the window": Buffer.concat([noise(windowBytes), noise(1000)]),
  "a repetition just beyond it": Buffer.concat([noise(windowBytes + 1), noise(1000)]),
  "noise, then text": Buffer.concat([noise(60_000), Buffer.from("never odd or even ".repeat(4000))]),
  "bytes whose frequencies are Fibonacci's numbers": Buffer.concat(fibonacci(22).map((count, byte) => Buffer.alloc(count, byte))),
};

function fibonacci(count: number): number[] {
  const numbers = [1, 1];
  while (numbers.length < count) numbers.push(numbers.at(-1)! + numbers.at(-2)!);
  return numbers;
}

describe("what is deflated", () => {
  it.each(Object.entries(strange))("is what zlib inflates at every level: %s", (_name, data) => {
    for (const level of levels) expect(inflateRawSync(deflate(data, level)).equals(data), `level ${level}`).toBe(true);
  });

  it("is what zlib inflates when it is cut into pieces that refer back to each other", () => {
    const alphabet = fc.constantFrom(2, 7, 40, 256);
    const chunk = fc.tuple(fc.integer({ min: 1, max: 3000 }), alphabet, fc.integer({ min: 1, max: 12 }));
    fc.assert(
      fc.property(
        fc.array(chunk, { maxLength: 12 }),
        fc.integer({ min: 1, max: 40_000 }),
        fc.constantFrom(...levels),
        (chunks, pieceBytes, level) => {
          const data = Buffer.concat(
            chunks.flatMap(([bytes, different, times]) => Array.from({ length: times }, () => noise(bytes, different))),
          );
          // So many pieces that the test stays quick.
          const cut = Math.max(pieceBytes, Math.ceil(data.length / 20), 1);
          expect(inflateRawSync(deflate(data, level, cut)).equals(data)).toBe(true);
        },
      ),
      { numRuns: 60 },
    );
  });

  it("takes no more than its bytes and five for each stored block when nothing repeats itself", () => {
    const data = noise(1_000_000);
    expect(deflate(data, 6).length).toBeLessThanOrEqual(data.length + Math.ceil(data.length / 65_535) * 5 * 2 + 8);
  });

  it("does not depend on what was deflated before", () => {
    const data = strange["noise, then text"]!;
    const first = deflate(data, 6);
    deflate(strange["a long run"]!, 9);
    expect(deflate(data, 6).equals(first)).toBe(true);
  });
});

it("codes are complete, and no longer than allowed, whatever the frequencies", () => {
  const frequencies = fc.array(fc.oneof(fc.constant(0), fc.nat(300_000)), { minLength: 2, maxLength: 286 });
  fc.assert(
    fc.property(frequencies, fc.constantFrom(9, 15), (counts, limit) => {
      const lengths = new Uint8Array(counts.length);
      codeLengths(Uint32Array.from(counts), limit, lengths);
      const taken = lengths.reduce((sum, length) => sum + (length === 0 ? 0 : 2 ** -length), 0);
      expect({ taken, longest: Math.max(...lengths) <= limit }).toEqual({ taken: 1, longest: true });
      counts.forEach((count, symbol) => count > 0 && expect(lengths[symbol]).toBeGreaterThan(0));
    }),
    { numRuns: 100 },
  );
});
