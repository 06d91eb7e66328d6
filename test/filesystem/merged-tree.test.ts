import { describe, expect, it } from "vitest";

import { NameColumns } from "../../src/filesystem/columns/name-columns.ts";
import { caseTar } from "../helpers/trees/case-tar.ts";
import { layerCases } from "../helpers/trees/layer-cases.ts";
import { readLayers, treeLines } from "../helpers/trees/tree-lines.ts";

describe("layers merge into the tree that the specification gives", () => {
  it.each(layerCases.map((layerCase) => [layerCase.name, layerCase] as const))("%s", (_, { layers, expected }) => {
    expect(treeLines(readLayers(layers.map(caseTar)))).toEqual([...expected].sort());
  });
});

describe("every stored byte is either in the final tree or wasted", () => {
  it.each(layerCases.map((layerCase) => [layerCase.name, layerCase] as const))("%s", (_, { layers }) => {
    const { tree } = readLayers(layers.map(caseTar));
    const stored = tree.layerBytes.reduce((sum, bytes) => sum + bytes, 0);
    const wasted = tree.deaths.reduce((sum, { inode }) => sum + inode.bytes, 0);
    expect(stored - wasted).toBe(liveBytes(tree));
  });
});

function liveBytes(tree: ReturnType<typeof readLayers>["tree"]): number {
  const inodes = new Set(liveInodes(tree.root));
  return [...inodes].reduce((sum, inode) => sum + inode.bytes, 0);
}

function* liveInodes(node: ReturnType<typeof readLayers>["tree"]["root"]): Generator<NonNullable<typeof node.inode>> {
  for (const child of node.children?.values() ?? []) {
    if (child.inode === null) continue;
    yield child.inode;
    yield* liveInodes(child);
  }
}

it.each([".wh.", ".wh..", ".wh...", "a/.wh..."])(
  "a layer is refused whose whiteout %s would remove its own directory or the one above",
  (path) => {
    const read = () => readLayers([caseTar([{ path: "a/b", typeflag: "0", content: "x" }]), caseTar([{ path, typeflag: "0" }])]);
    expect(read).toThrow(expect.objectContaining({ code: "layer-invalid" }));
  },
);

it("tells a path that is longer than any before it", () => {
  const names = new NameColumns();
  const [shallow, deep] = [["etc", "caf\xe9"], Array.from({ length: 2000 }, (_, depth) => `directory-${depth}`)];
  for (const path of [shallow, deep, shallow]) {
    const node = path.reduce((parent, name) => names.childOrNew(parent, name), 0);
    expect(names.absolutePath(node)).toBe(`/${path.join("/")}`);
  }
  expect(names.absolutePath(0)).toBe("");
});
