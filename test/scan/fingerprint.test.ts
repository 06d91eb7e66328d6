import { Worker } from "node:worker_threads";

import { describe, expect, it } from "vitest";

import { Fingerprint, SeenSizes } from "../../src/scan/content/fingerprint.ts";

const key = Buffer.alloc(16, 7);

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
    expect(fingerprint([content], Buffer.alloc(16, 8))).not.toBe(fingerprint([content]));
  });
});

describe("sizes that were seen", () => {
  it("are told from new ones", () => {
    const sizes = new SeenSizes();
    expect([20_000, 30_000, 20_000, 2 ** 40, 2 ** 40, 30_000].map((size) => sizes.add(size))).toEqual([
      false,
      false,
      true,
      false,
      true,
      true,
    ]);
  });

  it("are seldom taken for one another", () => {
    const sizes = new SeenSizes();
    const mistaken = Array.from({ length: 5000 }, (_, i) => sizes.add(16_384 + i * 513)).filter(Boolean).length;
    expect(mistaken).toBeLessThan(100);
  });

  it("are shared by threads: of two who add the same sizes each is told of half of them, none twice", async () => {
    const sizes = new SeenSizes();
    const source = `
      const { parentPort, workerData } = require("node:worker_threads");
      import(workerData.module).then(({ SeenSizes }) => {
        const sizes = new SeenSizes(workerData.memory);
        const fresh = [];
        for (let size = 0; size < 20000; size += 1) if (!sizes.add(size * 4096)) fresh.push(size);
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
