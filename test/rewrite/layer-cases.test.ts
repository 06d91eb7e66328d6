import { describe, expect, it } from "vitest";

import { ContentSource } from "../../src/rewrite/layers/content-source.ts";
import { layerBetween } from "../../src/rewrite/layers/delta.ts";
import { orderEntries } from "../../src/rewrite/layers/layer-order.ts";
import { layerChunks } from "../../src/rewrite/layers/layer-stream.ts";
import { editedView, noEdits, viewAt } from "../../src/rewrite/layers/views.ts";
import { caseTar } from "../helpers/trees/case-tar.ts";
import { layerCases } from "../helpers/trees/layer-cases.ts";
import { memoryImage } from "../helpers/image/memory-image.ts";
import { parseLayer, readLayers, treeLines } from "../helpers/trees/tree-lines.ts";
import type { ReadLayers } from "../helpers/trees/tree-lines.ts";

/** The layers with everything above `keep` merged into one. */
async function squash(layers: readonly Buffer[], read: ReadLayers, keep: number, order: "path" | "compress"): Promise<Buffer[]> {
  const { tree } = read;
  const sameContent = (a: Parameters<typeof read.contentOf>[0], b: typeof a) => read.contentOf(a) === read.contentOf(b);
  const entries = layerBetween(tree, keep === 0 ? null : viewAt(keep - 1), editedView(tree, layers.length - 1, noEdits), sameContent);
  const inodes = entries.flatMap((entry) => (entry.kind === "node" ? [entry.inode] : []));
  const content = await ContentSource.open(memoryImage(layers), tree, inodes);
  try {
    return [
      ...layers.slice(0, keep),
      Buffer.concat(Array.from(layerChunks(tree, orderEntries(entries, order), content, null), (chunk) => Buffer.from(chunk))),
    ];
  } finally {
    await content.close();
  }
}

/** An implied directory gets an entry when it is written; its time is 1970, whatever engines would have given it. */
const withoutImpliedTimes = (lines: readonly string[]) => lines.map((line) => line.replace(/\/ t0$/, "/"));

describe.each(layerCases)("layer case $name", ({ layers: entries, expected }) => {
  const layers = entries.map(caseTar);

  it.each(layers.flatMap((_, keep) => [{ keep, order: "path" } as const, { keep, order: "compress" } as const]))(
    "shows the same tree with $keep layers kept, in $order order",
    async ({ keep, order }) => {
      const read = readLayers(layers);
      const result = readLayers(await squash(layers, read, keep, order));
      expect(withoutImpliedTimes(treeLines(result))).toEqual([...expected].sort());
    },
  );

  it("becomes a layer that every engine reads alike", async () => {
    const read = readLayers(layers);
    for (const keep of layers.keys()) {
      const merged = (await squash(layers, read, keep, "path")).at(-1)!;
      const catalog = parseLayer(merged);
      const seen = new Set<string>();
      for (let entry = 0; entry < catalog.length; entry += 1) {
        const path = catalog.path(entry).replace(/\/$/, "");
        expect(path).not.toMatch(/^\.?\/|\/\.\.?\//);
        expect(seen).not.toContain(path);
        const parent = path.slice(0, Math.max(0, path.lastIndexOf("/")));
        if (parent !== "") expect(seen).toContain(parent);
        if (catalog.type(entry) === 1) expect(seen).toContain(catalog.link(entry));
        const name = path.slice(path.lastIndexOf("/") + 1);
        if (name.startsWith(".wh.")) {
          expect(keep).toBeGreaterThan(0);
          expect(seen).not.toContain(path.replace(/\.wh\.([^/]*)$/, "$1"));
          expect(viewAt(keep - 1)(read.tree.lookup(path.replace(/\.wh\.([^/]*)$/, "$1"))!)).not.toBeNull();
        }
        seen.add(path);
      }
    }
  });
});
