import { expect, it } from "vitest";

import { treeArchive } from "../../src/export/tree-archive.ts";
import { memoryImage } from "../helpers/image/memory-image.ts";
import { caseTar } from "../helpers/trees/case-tar.ts";
import { parseLayer, readLayers } from "../helpers/trees/tree-lines.ts";

it("directories come after what is in them, the deepest first: whoever unpacks leaves each with its own time", async () => {
  const layers = [
    caseTar([
      { path: "a/", typeflag: "5" },
      { path: "a/b/", typeflag: "5" },
      { path: "a/b/one", typeflag: "0", content: "1" },
      { path: "two", typeflag: "1", link: "a/b/one" },
    ]),
    caseTar([
      { path: "a/b/three", typeflag: "0", content: "3" },
      { path: "c/", typeflag: "5" },
    ]),
  ];
  const { tree } = readLayers(layers);
  const pieces: Buffer[] = [];
  for await (const piece of treeArchive(memoryImage(layers), tree, tree.root)) pieces.push(piece);
  const catalog = parseLayer(Buffer.concat(pieces));
  const paths = Array.from({ length: catalog.length }, (_, entry) => catalog.path(entry));
  expect([...paths].sort()).toEqual(["a/", "a/b/", "a/b/one", "a/b/three", "c/", "two"]);
  const at = (path: string): number => paths.indexOf(path);
  expect(Math.max(at("a/b/one"), at("a/b/three"), at("two"))).toBeLessThan(Math.min(at("a/b/"), at("a/"), at("c/")));
  expect(at("a/b/")).toBeLessThan(at("a/"));
  expect(catalog.entry(at("two")).link).toBe("a/b/one");
});
