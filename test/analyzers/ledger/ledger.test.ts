/** The ledger against a count that looks at everything for every question. */
import { describe, expect, it } from "vitest";

import * as fc from "../../helpers/draws.ts";
import { holdingName } from "../../../analyzers/ledger/holding.ts";
import type { HeldImage, Holding } from "../../../analyzers/ledger/holding.ts";
import { makeLedger } from "../../../analyzers/ledger/ledger.ts";

const layerOf = (id: number) => ({ digest: `sha256:layer${id}`, diffId: `sha256:diff${id}`, mediaType: "", bytes: 2 ** id });

function imageOf(layers: readonly number[], id = `image ${layers.join(",")}`): HeldImage {
  return {
    id,
    configDigest: `config of ${id}`,
    platform: "linux/amd64",
    created: null,
    layers: layers.map(layerOf),
    documents: [{ digest: `manifest of ${id}`, bytes: 1000 }],
    base: null,
  };
}

const holding = fc.record({
  repository: fc.constantFrom("r/a", "r/a/b", "r/ab", "r/team/x", "r/team/y", "s/a", "plain"),
  tag: fc.constantFrom("1", "2", "3"),
  images: fc.array(
    fc.array(fc.integer({ min: 0, max: 12 }), { maxLength: 5 }).map((layers) => imageOf(layers)),
    { minLength: 1, maxLength: 3 },
  ),
  other: fc.array(fc.integer({ min: 10, max: 15 }).map(layerOf), { maxLength: 2 }),
});
const holdings = fc.uniqueArray(holding, { selector: holdingName, maxLength: 12 });

const blobsOf = (held: readonly Holding[]): Map<string, number> =>
  new Map(
    held
      .flatMap(({ images, other }) => [...images.flatMap(({ layers, documents }) => [...layers, ...documents]), ...other])
      .map(({ digest, bytes }) => [digest, bytes]),
  );
const sum = (blobs: Map<string, number>): number => [...blobs.values()].reduce((total, bytes) => total + bytes, 0);

/** What is there less what is left without them. */
function freedWithout(all: readonly Holding[], isGone: (holding: Holding) => boolean): number {
  return sum(blobsOf(all)) - sum(blobsOf(all.filter((each) => !isGone(each))));
}

describe("the ledger", () => {
  it("says of each tag, repository and prefix what deleting it frees", () => {
    fc.assert(
      fc.property(holdings, (all) => {
        const ledger = makeLedger(all);
        expect(ledger.totals.storedBytes).toBe(sum(blobsOf(all)));
        const held = (of: (each: Holding) => boolean): number => sum(blobsOf(all.filter(of)));
        for (const row of ledger.tags) {
          const isIt = (each: Holding): boolean => holdingName(each) === holdingName(row);
          expect([row.exclusiveBytes, row.bytes]).toEqual([freedWithout(all, isIt), held(isIt)]);
        }
        for (const row of ledger.repositories) {
          const isIt = ({ repository }: Holding): boolean => repository === row.repository;
          expect([row.exclusiveBytes, row.bytes]).toEqual([freedWithout(all, isIt), held(isIt)]);
        }
        for (const row of ledger.prefixes) {
          const isIt = ({ repository }: Holding): boolean => repository.startsWith(row.prefix);
          expect([row.exclusiveBytes, row.bytes]).toEqual([freedWithout(all, isIt), held(isIt)]);
        }
        expect(ledger.repositories.length).toBe(new Set(all.map(({ repository }) => repository)).size);
      }),
    );
  });

  it("counts each layer once, and by the distinct images that use it", () => {
    fc.assert(
      fc.property(holdings, (all) => {
        const ledger = makeLedger(all);
        const images = [...new Map(all.flatMap((each) => each.images).map((image) => [image.id, image])).values()];
        const users = new Map<string, number>();
        for (const { layers } of images)
          for (const digest of new Set(layers.map((layer) => layer.digest))) users.set(digest, (users.get(digest) ?? 0) + 1);
        expect(ledger.totals.images).toBe(images.length);
        // Charts and indexes are stored with sharing and without: they once made sharing look like a loss.
        expect(ledger.totals.referencedBytes).toBeGreaterThanOrEqual(ledger.totals.storedBytes);
        expect(ledger.totals.layers).toBe(users.size);
        for (const { images: by, layers } of ledger.layersByUse)
          expect([...users.values()].filter((count) => count === by).length).toBe(layers);
        expect(ledger.sharedLayers.length).toBe([...users.values()].filter((count) => count > 1).length);
      }),
    );
  });

  it("puts images into families by the longest beginning that they share", () => {
    const names = { base: [1, 2], a: [1, 2, 3, 4], b: [1, 2, 3, 5], c: [1, 6], alone: [9] };
    const all = Object.entries(names).map(([tag, layers]) => ({ repository: "r/x", tag, images: [imageOf(layers, tag)], other: [] }));
    expect(makeLedger(all).families.map(({ layers, images, base, names: of, within }) => ({ layers, images, base, of, within }))).toEqual([
      { layers: 1, images: 4, base: null, of: ["r/x:c"], within: null },
      { layers: 2, images: 3, base: "r/x:base", of: ["r/x:base"], within: 0 },
      { layers: 3, images: 2, base: null, of: ["r/x:a", "r/x:b"], within: 1 },
    ]);
  });

  it("knows an image on an older build of a base that another one uses newer, platform by platform", () => {
    const on = (tag: string, created: string, build: string, platform = "linux/amd64"): Holding => ({
      repository: "r/x",
      tag,
      images: [
        { ...imageOf([1], tag), platform, base: { key: "label debian:12", name: "debian:12", from: "label", build, layers: 1, created } },
      ],
      other: [],
    });
    const all = [
      on("old", "2026-01-01T00:00:00Z", "sha256:1"),
      on("new", "2026-03-01T00:00:00Z", "sha256:2"),
      on("arm", "2025-01-01T00:00:00Z", "sha256:3", "linux/arm64"),
      on("same", "2026-03-01T00:00:00Z", "sha256:2"),
    ];
    expect(makeLedger(all).staleBases.map(({ image, usedBy, base }) => ({ image, usedBy, base }))).toEqual([
      { image: "r/x:old", usedBy: "r/x:new", base: "debian:12" },
    ]);
  });

  it("names the same image under several tags", () => {
    const all = ["1", "2"].map((tag) => ({ repository: "r/x", tag, images: [imageOf([1], "same")], other: [] }));
    expect(makeLedger(all).identical.map(({ names }) => names)).toEqual([["r/x:1", "r/x:2"]]);
  });
});
