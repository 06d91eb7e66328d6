import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import * as fc from "../helpers/draws.ts";
import { arbitraryImage } from "../helpers/image/arbitrary-image.ts";
import { dockerArchive } from "../helpers/image-fixture.ts";
import { readTar } from "../helpers/bytes/read-tar.ts";
import { squashForTest } from "../helpers/image/squash-for-test.ts";
import { tar } from "../helpers/tar-fixture.ts";
import { temporaryDirectory } from "../helpers/temp-dir.ts";
import { readLayers, treeLines } from "../helpers/trees/tree-lines.ts";

/** The uncompressed layers of an archive that squash wrote with `--compression none`. */
function layersOf(archive: string): Buffer[] {
  const { entries, data } = readTar(readFileSync(archive));
  const files = new Map(entries.map(({ path }, index) => [path, data[index]!]));
  const [{ Layers }] = JSON.parse(files.get("manifest.json")!.toString()) as [{ Layers: string[] }];
  return Layers.map((path) => files.get(path)!);
}

const withoutImpliedTimes = (lines: readonly string[]) => lines.map((line) => line.replace(/\/ t0$/, "/")).sort();

describe("squashing any image", () => {
  it("keeps the tree, whether all layers are merged or the last few, and gives the same bytes again", { timeout: 120_000 }, async () => {
    const directory = temporaryDirectory();
    let run = 0;
    await fc.assert(
      fc.asyncProperty(
        arbitraryImage({ maxLayers: 5 }),
        fc.nat(4),
        fc.constantFrom("path" as const, "compress" as const),
        async (image, kept, order) => {
          run += 1;
          const source = join(directory, `${run}.tar`);
          const layers = image.layers.map((entries) => tar([...entries]));
          writeFileSync(source, dockerArchive({ layers: layers.map((content) => ({ content })) }, { shape: "25" }));
          const expected = withoutImpliedTimes(treeLines(readLayers(layers)));
          for (const keep of new Set([0, Math.min(kept, layers.length - 1)])) {
            const outputs = [join(directory, `${run}-${keep}-a.tar`), join(directory, `${run}-${keep}-b.tar`)] as const;
            for (const output of outputs) {
              await squashForTest(source, keep, `docker-archive:${output}`, { order, compression: { kind: "none", level: 0 } });
            }
            expect(readFileSync(outputs[1]).equals(readFileSync(outputs[0]))).toBe(true);
            const written = layersOf(outputs[0]);
            expect(withoutImpliedTimes(treeLines(readLayers(written)))).toEqual(expected);
            expect(written.slice(0, keep).every((layer, index) => layer.equals(layers[index]!))).toBe(true);
          }
        },
      ),
      { numRuns: Number(process.env["BALLAST_PROPERTY_RUNS"] ?? 15) },
    );
  });
});
