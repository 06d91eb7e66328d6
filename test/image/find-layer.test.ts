import { describe, expect, it } from "vitest";

import { findLayer } from "../../src/image/find-layer.ts";
import type { Layer } from "../../src/image/image.ts";
import { analysisOf } from "../helpers/analysis.ts";

const [one] = analysisOf().image.layers;
const layer = (index: number, diffId: string, createdBy: string | null): Layer => ({
  ...one!,
  index,
  diffId: `sha256:${diffId.padEnd(64, "0")}`,
  createdBy,
});
const layers = [
  layer(0, "abcd1", "ADD rootfs /"),
  layer(1, "abcd2", "RUN apt-get install cafe"),
  layer(2, "1234", "COPY . /app"),
  layer(3, "face", null),
];

describe("a layer is found by", () => {
  it.each([
    ["its index", "0", 0],
    ["the index of a layer without a command", "3", 3],
    ["the beginning of its diff ID", "abcd2", 1],
    ["the same with the name of the algorithm", "sha256:abcd2", 1],
    ["four digits of its diff ID, which are no index any more", "1234", 2],
    ["a part of its command", "COPY", 2],
    ["a word of its command that could begin a digest, and begins none", "cafe", 1],
    ["four digits of its diff ID, but not by three", "fac", null],
  ])("%s: %s", (_, text, index) => {
    if (index === null) expect(() => findLayer(layers, text)).toThrow(expect.objectContaining({ code: "unknown-layer" }));
    else expect(findLayer(layers, text).index).toBe(index);
  });

  it("nothing that fits several: they are listed", () => {
    expect(() => findLayer(layers, "abcd")).toThrow(/"abcd" matches 2 layers; choose one of 0 \(abcd1.*1 \(abcd2/);
    expect(() => findLayer(layers, "/")).toThrow(/"\/" matches 2 layers/);
    expect(() => findLayer(layers, "4")).toThrow(/no layer 4: the image has layers 0 to 3/);
  });
});
