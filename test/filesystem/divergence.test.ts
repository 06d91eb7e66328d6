import { describe, expect, it } from "vitest";

import { divergenceCodes } from "../../src/image/warning.ts";
import type { DivergenceCode } from "../../src/image/warning.ts";
import { caseTar } from "../helpers/trees/case-tar.ts";
import type { CaseEntry } from "../helpers/trees/case-tar.ts";
import { readLayers } from "../helpers/trees/tree-lines.ts";

type More = Omit<Partial<CaseEntry>, "path">;

const file = (path: string, more: More = {}): CaseEntry => ({ path, typeflag: "0", content: "1", ...more });
const dir = (path: string, more: More = {}): CaseEntry => ({ path: `${path}/`, typeflag: "5", ...more });
const soft = (path: string, link: string): CaseEntry => ({ path, typeflag: "2", link, mode: 0o777 });
const hard = (path: string, link: string, more: More = {}): CaseEntry => ({ path, typeflag: "1", link, ...more });
const marker = (path: string): CaseEntry => file(path, { content: "" });

const long = "n".repeat(256);

/** By what they show, bottom layer first: what is told of the last layer, and of which path. */
const shapes: readonly (readonly [what: string, code: DivergenceCode, path: string, layers: readonly (readonly CaseEntry[])[]])[] = [
  [
    "a directory removed and created again",
    "whiteout-and-directory",
    "/d",
    [
      [dir("d"), file("d/a")],
      [marker(".wh.d"), dir("d")],
    ],
  ],
  [
    "a directory created, then removed",
    "whiteout-and-directory",
    "/d",
    [
      [dir("d"), file("d/a")],
      [dir("d"), marker(".wh.d")],
    ],
  ],
  ["a link to a lower layer", "hard-link-to-lower-layer", "/b", [[file("a")], [hard("b", "a")]]],
  ["a link with a mode of its own", "hard-link-metadata", "/b", [[file("a"), hard("b", "a", { mode: 0o600 })]]],
  ["a file below a lower link", "symlinked-parent", "/l", [[dir("d"), soft("l", "d")], [file("l/a")]]],
  ["a directory that is not stated again", "implied-parent", "/d", [[dir("d", { mode: 0o700 })], [file("d/a")]]],
  ["an opaque root", "opaque-root", "/", [[file("a")], [marker(".wh..wh..opq")]]],
  ["a whiteout in a new directory", "whiteout-in-new-directory", "/d/a", [[dir("d"), marker("d/.wh.a")]]],
  ["a path twice", "duplicate-path", "/a", [[file("a"), file("a")]]],
  ["an entry below a file", "parent-not-directory", "/a", [[file("a")], [file("a/b")]]],
  ["a whiteout of overlayfs", "overlay-device", "/c", [[{ path: "c", typeflag: "3", device: [0, 0] }]]],
  ["a contiguous file", "contiguous-file", "/a", [[file("a", { typeflag: "7" })]]],
  ["an old sparse file", "gnu-sparse-file", "/s", [[file("s", { typeflag: "S", sparse: { pieces: [[0, 1]], size: 10 } })]]],
  ["a name with ..", "parent-reference", "/a", [[file("../a")]]],
  ["what AUFS kept beside the files", "aufs-metadata", "/.wh..wh.plnk", [[dir(".wh..wh.plnk"), file(".wh..wh.plnk/1.2")]]],
  ["links in a circle", "symlink-loop", "/l", [[soft("l", "m"), soft("m", "l"), file("l/a")]]],
  ["an opaque directory of overlayfs", "overlay-attribute", "/d", [[dir("d", { xattrs: { "trusted.overlay.opaque": "y" } })]]],
  ["a moved directory of overlayfs", "overlay-attribute", "/d", [[dir("d", { xattrs: { "user.overlay.redirect": "/e" } })]]],
  ["a name longer than file systems hold", "long-name", `/${long}`, [[file(long)]]],
  ["a symlink to nothing", "symlink-target", "/l", [[soft("l", "")]]],
  ["a symlink longer than paths may be", "symlink-target", "/l", [[soft("l", "t".repeat(4096))]]],
  ["a file in the root's place", "root-not-directory", "/", [[file("./")]]],
];

describe("what engines read differently is told, with the layer and the path", () => {
  it.each(shapes)("%s", (_, code, path, layers) => {
    const { warnings } = readLayers(layers.map(caseTar)).tree;
    expect(warnings).toMatchObject([{ code, layer: layers.length - 1, path }]);
  });

  it("for every code there is", () => {
    expect(new Set(shapes.map(([, code]) => code))).toEqual(new Set(divergenceCodes));
  });

  it("and nothing is told of what all read alike", () => {
    const plain = [
      dir("d"),
      file(`d/${"n".repeat(255)}`),
      soft("l", "t".repeat(4095)),
      file("x", { xattrs: { "user.overlay": "y", "trusted.overlay.origin": "z" } }),
    ];
    const above = [dir("d"), marker(`d/.wh.${"n".repeat(255)}`), dir("./")];
    expect(readLayers([plain, above].map(caseTar)).tree.warnings).toEqual([]);
  });
});
