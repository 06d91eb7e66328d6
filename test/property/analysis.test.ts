/** Whole analyses of generated images, each written to a file and read back, beside the naive model. */
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { afterAll, beforeAll, expect, it } from "vitest";

import { array, asyncProperty, assert, constantFrom, record } from "../helpers/draws.ts";
import type { Analysis } from "../../analyzers/analysis.ts";
import { analyzeImage } from "../../src/operations/analyze-image.ts";
import { Scanner } from "../../src/scan/scanner.ts";
import { openImage } from "../../src/transports/open.ts";
import { arbitraryImage } from "../helpers/image/arbitrary-image.ts";
import type { GeneratedImage } from "../helpers/image/arbitrary-image.ts";
import { dockerArchive, ociArchive } from "../helpers/image-fixture.ts";
import type { ImageFixture } from "../helpers/image-fixture.ts";
import { naiveApply, naiveBytes, naiveStoredBytes } from "../helpers/trees/naive-merge.ts";
import type { NaiveInode, NaiveTree } from "../helpers/trees/naive-merge.ts";
import { makeTemporaryDirectory, removeDirectory } from "../helpers/temp-dir.ts";

let directory: string;
let scanner: Scanner;
beforeAll(() => {
  directory = makeTemporaryDirectory();
  scanner = new Scanner({ verify: true, rules: null, cacheDirectory: null, workers: 0 });
});
afterAll(async () => {
  await scanner.close();
  removeDirectory(directory);
});

const generated = record({
  image: arbitraryImage(),
  shape: constantFrom("1.10", "25", "29", "oci-archive"),
  compressions: array(constantFrom("none", "gzip", "zstd"), { minLength: 6, maxLength: 6 }),
});
type Generated = typeof generated extends { generate(...args: never[]): { value: infer T } } ? T : never;

async function analyzed({ image, shape, compressions }: Generated): Promise<Analysis> {
  const fixture: ImageFixture = {
    layers: image.layers.map((content, index) => ({ content, compression: shape === "oci-archive" ? compressions[index]! : "none" })),
  };
  const path = join(directory, "image.tar");
  writeFileSync(path, shape === "oci-archive" ? ociArchive([fixture]) : dockerArchive(fixture, { shape }));
  const opened = await openImage(path, { platform: null, verify: true, connection: {} });
  try {
    return await analyzeImage(opened, { scanner });
  } finally {
    await opened.close();
    rmSync(path);
  }
}

interface NaiveWaste {
  readonly path: string;
  readonly bytes: number;
  readonly layer: number;
  readonly supersededBy: number;
  /** One, or several where the layer's entries and markers do not say which came first. */
  readonly causes: ReadonlySet<string>;
}

/** Every stored file that is gone again, by comparing the trees after each layer. */
function naiveWaste(image: GeneratedImage): NaiveWaste[] {
  const trees: NaiveTree[] = [];
  for (const entries of image.layers) trees.push(naiveApply(trees.at(-1) ?? new Map(), entries, trees.length));
  const waste: NaiveWaste[] = [];
  for (const [layer, tree] of trees.entries()) {
    const stored = new Set(
      [...tree.values()].filter((inode) => inode.layer === layer && inode.type === "file" && inode.content.length > 0),
    );
    for (const inode of stored) {
      const later = trees.slice(layer + 1).findIndex((next) => ![...next.values()].includes(inode));
      if (later < 0) continue;
      const supersededBy = layer + 1 + later;
      const lastNames = [...trees[supersededBy - 1]!].filter(([, other]) => other === inode).map(([name]) => name);
      const replacements = lastNames.map((name) => trees[supersededBy]!.get(name));
      const causes = new Set(replacements.map((replacement) => causeOf(inode, replacement)));
      if (image.layers[supersededBy]!.some((entry) => String(entry.name).includes(".wh."))) causes.add("removed");
      waste.push({ path: firstName(tree, inode, image, layer), bytes: inode.content.length, layer, supersededBy, causes });
    }
  }
  return waste;
}

function causeOf(inode: NaiveInode, replacement: NaiveInode | undefined): string {
  if (replacement === undefined || replacement.type !== "file") return "removed";
  if (!replacement.content.equals(inode.content)) return "overwritten";
  const metadata = ({ mode, uid, gid, mtime, xattrs }: NaiveInode): string => JSON.stringify({ mode, uid, gid, mtime, xattrs });
  return metadata(inode) === metadata(replacement) ? "identical" : "metadata";
}

/** The name the content was stored under: of those that share it, the one whose entry is not a link. */
function firstName(tree: NaiveTree, inode: NaiveInode, image: GeneratedImage, layer: number): string {
  const names = [...tree].filter(([, other]) => other === inode).map(([name]) => name);
  const linked = new Set(image.layers[layer]!.filter((entry) => entry.type === "hardlink").map((entry) => String(entry.name)));
  return `/${names.find((name) => !linked.has(name)) ?? names[0]!}`;
}

it(
  "any image in any wrapping: what the layers store, less what the final tree shows, is the waste listed, and the owners have all the rest",
  { timeout: 120_000 },
  async () => {
    await assert(
      asyncProperty(generated, async (given) => {
        const { totals, waste, layers, packages } = await analyzed(given);
        const wasted = waste.reduce((sum, { bytes }) => sum + bytes, 0);
        expect(totals).toMatchObject({
          totalBytes: naiveStoredBytes(given.image.layers),
          finalBytes: naiveBytes(given.image.tree),
          wastedBytes: wasted,
        });
        expect(totals.totalBytes - totals.finalBytes).toBe(wasted);
        expect(packages.owners.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(totals.finalBytes);
        expect(layers.reduce((sum, layer) => sum + layer.wastedBytes, 0)).toBe(wasted);
      }),
      { numRuns: 150 },
    );
  },
);

it("any image in any wrapping: each wasted file has its layers and its cause", { timeout: 120_000 }, async () => {
  await assert(
    asyncProperty(generated, async (given) => {
      const { waste } = await analyzed(given);
      const expected = naiveWaste(given.image);
      const key = ({ path, bytes, layer, supersededBy }: Omit<NaiveWaste, "causes">): string => `${path} ${bytes} ${layer} ${supersededBy}`;
      expect(waste.map((each) => key(each)).sort()).toEqual(expected.map((each) => key(each)).sort());
      for (const each of waste) {
        const causes = expected.find((other) => key(other) === key(each))!.causes;
        expect({ ...each, isExpected: causes.has(each.cause) }).toEqual({ ...each, isExpected: true });
      }
    }),
    { numRuns: 150 },
  );
});
