import { createHash, createSecretKey } from "node:crypto";
import { Worker } from "node:worker_threads";

import { describe, expect, it } from "vitest";

import { Fingerprint, SeenContents } from "../../src/scan/content/fingerprint.ts";
import { LargeContent } from "../../src/scan/content/large-content.ts";
import { catalogOf } from "../helpers/trees/catalog.ts";

const key = createSecretKey(Buffer.alloc(16, 7));

function fingerprint(pieces: readonly Buffer[], with_ = key): string {
  const made = new Fingerprint(with_);
  for (const piece of pieces) made.update(piece);
  return made.digest().toString("hex");
}

describe("a fingerprint", () => {
  const content = Buffer.from(Array.from({ length: 50_000 }, (_, i) => (i * i) % 251));

  it("is the same in whatever pieces the content comes", () => {
    const whole = fingerprint([content]);
    for (const at of [1, 15, 16, 17, 4096, 49_999]) expect(fingerprint([content.subarray(0, at), content.subarray(at)])).toBe(whole);
  });

  it("differs when one bit does, or a zero follows", () => {
    const other = Buffer.from(content);
    other[25_000]! ^= 1;
    const all = [[content], [other], [content, Buffer.alloc(1)], [content.subarray(1)]].map((pieces) => fingerprint(pieces));
    expect(new Set(all).size).toBe(4);
  });

  it("says nothing under another key", () => {
    expect(fingerprint([content], createSecretKey(Buffer.alloc(16, 8)))).not.toBe(fingerprint([content]));
  });
});

describe("sizes that were seen", () => {
  it("are told from new ones", () => {
    const sizes = new SeenContents();
    expect([20_000, 30_000, 20_000, 2 ** 40, 2 ** 40, 30_000].map((size) => sizes.addSize(size))).toEqual([
      false,
      false,
      true,
      false,
      true,
      true,
    ]);
  });

  it("are seldom taken for one another", () => {
    const sizes = new SeenContents();
    const mistaken = Array.from({ length: 5000 }, (_, i) => sizes.addSize(16_384 + i * 513)).filter(Boolean).length;
    expect(mistaken).toBeLessThan(100);
  });

  it("are shared by threads: of two who add the same sizes each is told of half of them, none twice", async () => {
    const sizes = new SeenContents();
    const source = `
      const { parentPort, workerData } = require("node:worker_threads");
      import(workerData.module).then(({ SeenContents }) => {
        const sizes = new SeenContents(workerData.memory);
        const fresh = [];
        for (let size = 0; size < 20000; size += 1) if (!sizes.addSize(size * 4096)) fresh.push(size);
        parentPort.postMessage(fresh);
      });`;
    const module = new URL("../../dist/src/scan/content/fingerprint.js", import.meta.url).href;
    const threads = [0, 1].map(
      () =>
        new Promise<number[]>((resolve, reject) => {
          const worker = new Worker(source, { eval: true, workerData: { module, memory: sizes.memory } });
          worker.once("message", resolve).once("error", reject);
        }),
    );
    const [one, two] = await Promise.all(threads);
    expect(new Set([...one!, ...two!]).size).toBe(one!.length + two!.length);
    expect(one!.length + two!.length).toBeGreaterThan(19_000);
  });
});

describe("a large file", () => {
  const [a, b] = ["a", "b"].map((letter) => Buffer.alloc(20_000, letter)) as [Buffer, Buffer];
  const sha256 = (content: Buffer): string => createHash("sha256").update(content).digest("hex");

  /** What is told of each of these files, read one after the other, each whole or in two pieces. */
  function read(files: readonly { content: Buffer; cut?: number | undefined }[]): { fingerprint: string; digest: string | null }[] {
    const seen = new SeenContents();
    return files.map(({ content, cut }) => {
      const large = new LargeContent(content.length, key, seen);
      const pieces = cut === undefined ? [content] : [content.subarray(0, cut), content.subarray(cut)];
      for (const piece of pieces) large.update(piece);
      const { fingerprint: found, digest } = large.end();
      return { fingerprint: found.toString("hex"), digest: digest?.toString("hex") ?? null };
    });
  }

  it.each([
    ["whole, whole", undefined, undefined],
    ["in pieces, whole", 7000, undefined],
    ["whole, in pieces", undefined, 19_999],
    ["in pieces, in other pieces", 1, 16_384],
  ])("is hashed when it equals one before it, and has its fingerprint: %s", (_, first, second) => {
    const told = read([
      { content: a, cut: first },
      { content: a, cut: second },
    ]);
    expect(told.map(({ digest }) => digest)).toEqual([null, sha256(a)]);
    expect(told[0]!.fingerprint).toBe(fingerprint([a]));
    expect(told[1]!.fingerprint).toBe(fingerprint([a]));
  });

  it("is not hashed for having the size of another, if it comes whole", () => {
    expect(read([{ content: a }, { content: b }]).map(({ digest }) => digest)).toEqual([null, null]);
  });

  it("is hashed for it if it comes in pieces, when nobody can know yet", () => {
    expect(read([{ content: a }, { content: b, cut: 10_000 }]).map(({ digest }) => digest)).toEqual([null, sha256(b)]);
  });

  it("is hashed when it equals one in a layer that was known before", () => {
    const catalog = catalogOf([{ path: "a", size: a.length }]);
    catalog.columns.fingerprints = Buffer.from(fingerprint([a]), "hex");
    const seen = new SeenContents();
    seen.addCatalog(catalog);
    const large = new LargeContent(a.length, key, seen);
    large.update(a);
    expect(large.end().digest?.toString("hex")).toBe(sha256(a));
  });
});
