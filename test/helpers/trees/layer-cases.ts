/**
 * Layers that tools get wrong, and the tree that the OCI layer specification gives for them (image-spec, layer.md: "Whiteouts",
 * "Opaque Whiteout", "Changeset over existing files", "Hardlinks"). The expectations are written by hand from the specification, one line
 * a path:
 *
 *     d/                 directory (0755 root:root unless the line goes on with @MODE or USER:GROUP)
 *     d/a = text         regular file (0644 root:root unless …)
 *     a, b = text        one file with two names
 *     l -> target        symlink;   l, m -> target: one symlink with two names
 *     c char 1:3         device;    p fifo
 *     … @4755 1000:50 t-5 x{name=value}    mode, owner, mtime, xattrs, each only where it is not the default
 */
import type { CaseEntry } from "./case-tar.ts";

export interface LayerCase {
  readonly name: string;
  /** Bottom first. */
  readonly layers: readonly (readonly CaseEntry[])[];
  readonly expected: readonly string[];
}

type Attributes = Omit<Partial<CaseEntry>, "path" | "content" | "link">;

const file = (path: string, content: string, more: Attributes = {}): CaseEntry => ({ path, typeflag: "0", content, ...more });
const dir = (path: string, more: Attributes = {}): CaseEntry => ({ path: `${path}/`, typeflag: "5", ...more });
const hard = (path: string, link: string, more: Attributes = {}): CaseEntry => ({ path, typeflag: "1", link, ...more });
const soft = (path: string, link: string, more: Attributes = {}): CaseEntry => ({ path, typeflag: "2", link, mode: 0o777, ...more });
const gone = (path: string): CaseEntry => file(path.replace(/[^/]+$/, ".wh.$&"), "");
const opaque = (path: string): CaseEntry => file(path === "" ? ".wh..wh..opq" : `${path}/.wh..wh..opq`, "");

const long255 = "n".repeat(255);
const long1000 = `${"a".repeat(249)}/${"b".repeat(249)}/${"c".repeat(249)}/${"d".repeat(250)}`;
const capability = "\x01\x00\x00\x02\x00\x04\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00";
const sparseMap = "1\n4\n4\n".padEnd(512, "\0");

export const layerCases: readonly LayerCase[] = [
  // files
  { name: "file-added", layers: [[file("a", "1")], [file("b", "2")]], expected: ["a = 1", "b = 2"] },
  { name: "file-overwritten", layers: [[file("a", "1")], [file("a", "2")]], expected: ["a = 2"] },
  { name: "file-restated", layers: [[file("a", "1")], [file("a", "1")]], expected: ["a = 1"] },
  { name: "file-mode-changed", layers: [[file("a", "1")], [file("a", "1", { mode: 0o600 })]], expected: ["a = 1 @0600"] },
  { name: "file-owner-changed", layers: [[file("a", "1")], [file("a", "1", { uid: 7, gid: 8 })]], expected: ["a = 1 7:8"] },
  { name: "file-in-every-layer", layers: ["1", "2", "3", "4", "5"].map((x) => [file("a", x)]), expected: ["a = 5"] },
  { name: "same-size-other-content", layers: [[file("a", "xx")], [file("a", "yy")]], expected: ["a = yy"] },
  { name: "empty-layer-between", layers: [[file("a", "1")], [], [file("b", "2")]], expected: ["a = 1", "b = 2"] },
  {
    name: "same-layer-twice",
    layers: [
      [dir("d"), file("d/a", "1")],
      [dir("d"), file("d/a", "1")],
    ],
    expected: ["d/", "d/a = 1"],
  },
  { name: "dup-entries", layers: [[file("a", "1"), file("a", "2")]], expected: ["a = 2"] },
  { name: "dup-entries-other-type", layers: [[file("a", "1"), soft("a", "b")]], expected: ["a -> b"] },
  { name: "dup-directory", layers: [[dir("d"), file("d/a", "1"), dir("d", { mode: 0o700 })]], expected: ["d/ @0700", "d/a = 1"] },

  // whiteouts
  { name: "wh-file", layers: [[file("a", "1"), file("b", "2")], [gone("a")]], expected: ["b = 2"] },
  { name: "wh-in-directory", layers: [[dir("d"), file("d/a", "1"), file("d/b", "2")], [gone("d/a")]], expected: ["d/", "d/b = 2"] },
  { name: "wh-directory", layers: [[dir("d"), dir("d/e"), file("d/e/f", "1"), file("da", "2")], [gone("d")]], expected: ["da = 2"] },
  {
    name: "wh-sibling-prefix",
    layers: [[dir("d"), file("d/a", "1"), dir("d-x"), file("d-x/a", "2"), file("d.a", "3")], [gone("d")]],
    expected: ["d-x/", "d-x/a = 2", "d.a = 3"],
  },
  { name: "wh-nothing-there", layers: [[file("a", "1")], [gone("ghost")]], expected: ["a = 1"] },
  { name: "wh-before-file", layers: [[file("a", "1")], [gone("a"), file("a", "2")]], expected: ["a = 2"] },
  { name: "wh-after-file", layers: [[file("a", "1")], [file("a", "2"), gone("a")]], expected: ["a = 2"] },
  {
    name: "wh-before-dir",
    layers: [
      [dir("d"), file("d/old", "1")],
      [gone("d"), dir("d"), file("d/new", "2")],
    ],
    expected: ["d/", "d/new = 2"],
  },
  {
    name: "wh-after-dir",
    layers: [
      [dir("d"), file("d/old", "1")],
      [dir("d"), file("d/new", "2"), gone("d")],
    ],
    expected: ["d/", "d/new = 2"],
  },
  {
    name: "wh-dir-implied-again",
    layers: [
      [dir("d"), file("d/old", "1")],
      [gone("d"), file("d/new", "2")],
    ],
    expected: ["d/", "d/new = 2"],
  },
  { name: "wh-then-added-later", layers: [[file("a", "1")], [gone("a")], [file("a", "3")]], expected: ["a = 3"] },
  { name: "wh-then-other-type", layers: [[file("a", "1")], [gone("a")], [dir("a"), file("a/b", "2")]], expected: ["a/", "a/b = 2"] },
  {
    name: "wh-dir-same-child-later",
    layers: [[dir("d"), file("d/a", "1"), file("d/b", "2")], [gone("d")], [dir("d"), file("d/a", "1")]],
    expected: ["d/", "d/a = 1"],
  },
  {
    name: "wh-inner-name",
    layers: [[file("xy", "1"), file("x.wh.y", "2")], [file("b", "3")]],
    expected: ["b = 3", "x.wh.y = 2", "xy = 1"],
  },
  { name: "wh-inner-name-above", layers: [[file("xy", "1")], [file("x.wh.y", "2")]], expected: ["x.wh.y = 2", "xy = 1"] },
  { name: "wh-name-with-dots", layers: [[file("..a", "1"), file("...", "2")], [gone("..a")]], expected: ["... = 2"] },
  { name: "wh-as-hard-link", layers: [[file("a", "1"), file("b", "2")], [hard(".wh.a", "b")]], expected: ["b = 2"] },
  { name: "wh-as-symlink", layers: [[file("a", "1"), file("b", "2")], [soft(".wh.a", "b")]], expected: ["b = 2"] },
  { name: "wh-non-empty", layers: [[file("a", "1"), file("b", "2")], [file(".wh.a", "content")]], expected: ["b = 2"] },
  {
    name: "wh-same-layer-name-stays",
    layers: [[dir("d")], [file("d/a", "1"), gone("d/a")]],
    expected: ["d/", "d/a = 1"],
  },
  { name: "wh-symlink-not-target", layers: [[file("t", "1"), soft("l", "t")], [gone("l")]], expected: ["t = 1"] },
  { name: "wh-non-utf8", layers: [[file("caf\xe9", "1"), file("caf\xc3\xa9", "2")], [gone("caf\xe9")]], expected: ["caf\xc3\xa9 = 2"] },
  {
    name: "wh-nested-after-parent",
    layers: [
      [dir("d"), dir("d/e"), file("d/e/f", "1"), file("d/g", "2")],
      [gone("d/e/f"), gone("d/e")],
    ],
    expected: ["d/", "d/g = 2"],
  },
  { name: "wh-dotslash", layers: [[file("./a", "1"), file("./b", "2")], [file("./.wh.a", "")]], expected: ["b = 2"] },
  {
    name: "wh-everything",
    layers: [
      [file("a", "1"), dir("d"), file("d/b", "2")],
      [gone("a"), gone("d")],
    ],
    expected: [],
  },

  // opaque directories
  {
    name: "opq-first",
    layers: [
      [dir("d"), file("d/old", "1")],
      [dir("d"), opaque("d"), file("d/new", "2")],
    ],
    expected: ["d/", "d/new = 2"],
  },
  {
    name: "opq-last",
    layers: [
      [dir("d"), file("d/old", "1")],
      [dir("d"), file("d/new", "2"), opaque("d")],
    ],
    expected: ["d/", "d/new = 2"],
  },
  { name: "opq-no-dir-entry", layers: [[dir("d"), file("d/old", "1")], [opaque("d")]], expected: ["d/"] },
  {
    name: "opq-implied-parent",
    layers: [
      [dir("d"), dir("d/s"), file("d/s/old", "1"), file("d/x", "1")],
      [opaque("d"), file("d/s/new", "2")],
    ],
    expected: ["d/", "d/s/", "d/s/new = 2"],
  },
  {
    name: "opq-implied-parent-last",
    layers: [
      [dir("d"), dir("d/s"), file("d/s/old", "1"), file("d/x", "1")],
      [file("d/s/new", "2"), opaque("d")],
    ],
    expected: ["d/", "d/s/", "d/s/new = 2"],
  },
  {
    name: "opq-root",
    layers: [
      [file("a", "1"), dir("d"), file("d/b", "2")],
      [opaque(""), file("c", "3")],
    ],
    expected: ["c = 3"],
  },
  {
    name: "opq-new-directory",
    layers: [[file("a", "1")], [dir("d"), opaque("d"), file("d/b", "2")]],
    expected: ["a = 1", "d/", "d/b = 2"],
  },
  {
    name: "opq-keeps-directory-metadata",
    layers: [[dir("d", { mode: 0o700, uid: 5, gid: 6 }), file("d/a", "1")], [opaque("d")]],
    expected: ["d/ @0700 5:6"],
  },
  {
    name: "opq-same-file-again",
    layers: [
      [dir("d"), file("d/a", "1"), file("d/b", "2")],
      [dir("d"), opaque("d"), file("d/a", "1")],
    ],
    expected: ["d/", "d/a = 1"],
  },
  {
    name: "opq-then-more",
    layers: [[dir("d"), file("d/a", "1")], [dir("d"), opaque("d")], [file("d/c", "3")]],
    expected: ["d/", "d/c = 3"],
  },
  {
    name: "opq-nested-only-inner",
    layers: [[dir("d"), file("d/a", "1"), dir("d/e"), file("d/e/b", "2")], [opaque("d/e")]],
    expected: ["d/", "d/a = 1", "d/e/"],
  },
  { name: "opq-on-a-file-below", layers: [[file("d", "1")], [dir("d"), opaque("d"), file("d/a", "2")]], expected: ["d/", "d/a = 2"] },
  {
    name: "aufs-metadata",
    layers: [[file("a", "1")], [file(".wh..wh.aufs", ""), dir(".wh..wh.plnk"), file(".wh..wh.plnk/1.2", "x"), dir(".wh..wh.orph")]],
    expected: ["a = 1"],
  },

  // one type replaced by another
  { name: "file-to-dir", layers: [[file("x", "1")], [dir("x"), file("x/a", "2")]], expected: ["x/", "x/a = 2"] },
  { name: "dir-to-file", layers: [[dir("x"), file("x/a", "1")], [file("x", "2")]], expected: ["x = 2"] },
  {
    name: "dir-file-dir",
    layers: [[dir("x"), file("x/a", "1")], [file("x", "2")], [dir("x"), file("x/b", "3")]],
    expected: ["x/", "x/b = 3"],
  },
  {
    name: "dir-file-dir-same-child",
    layers: [[dir("x"), file("x/a", "1"), file("x/z", "9")], [file("x", "2")], [dir("x"), file("x/a", "1")]],
    expected: ["x/", "x/a = 1"],
  },
  {
    name: "dir-symlink-dir",
    layers: [[dir("t"), file("t/k", "1"), dir("x"), file("x/a", "1")], [soft("x", "t")], [dir("x"), file("x/b", "3")]],
    expected: ["t/", "t/k = 1", "x/", "x/b = 3"],
  },
  { name: "file-to-symlink", layers: [[file("x", "1"), file("t", "2")], [soft("x", "t")]], expected: ["t = 2", "x -> t"] },
  { name: "symlink-to-file", layers: [[file("t", "1"), soft("x", "t")], [file("x", "2")]], expected: ["t = 1", "x = 2"] },
  {
    name: "symlink-to-dir",
    layers: [
      [dir("t"), file("t/a", "1"), soft("x", "t")],
      [dir("x"), file("x/b", "2")],
    ],
    expected: ["t/", "t/a = 1", "x/", "x/b = 2"],
  },
  { name: "dir-to-symlink", layers: [[dir("t"), dir("x"), file("x/a", "1")], [soft("x", "t")]], expected: ["t/", "x -> t"] },
  { name: "symlink-retargeted", layers: [[soft("x", "a")], [soft("x", "b")]], expected: ["x -> b"] },
  {
    name: "device-and-fifo",
    layers: [
      [
        { path: "null", typeflag: "3", device: [1, 3], mode: 0o666 },
        { path: "loop", typeflag: "4", device: [7, 300] },
        { path: "p", typeflag: "6" },
      ],
    ],
    expected: ["loop block 7:300", "null char 1:3 @0666", "p fifo"],
  },
  { name: "fifo-to-file", layers: [[{ path: "p", typeflag: "6" }], [file("p", "1")]], expected: ["p = 1"] },
  {
    name: "device-renumbered",
    layers: [[{ path: "n", typeflag: "3", device: [1, 3] }], [{ path: "n", typeflag: "3", device: [1, 5] }]],
    expected: ["n char 1:5"],
  },

  // directories
  {
    name: "dir-metadata-only",
    layers: [[dir("d"), file("d/a", "1")], [dir("d", { mode: 0o1777, uid: 3, gid: 4 })]],
    expected: ["d/ @1777 3:4", "d/a = 1"],
  },
  { name: "dir-restated", layers: [[dir("d"), file("d/a", "1")], [dir("d")]], expected: ["d/", "d/a = 1"] },
  {
    name: "dir-implied-keeps-metadata",
    layers: [[dir("d", { mode: 0o750, uid: 7, gid: 7 })], [file("d/new", "1")]],
    expected: ["d/ @0750 7:7", "d/new = 1"],
  },
  { name: "dir-missing-parents", layers: [[file("a/b/c", "1")]], expected: ["a/", "a/b/", "a/b/c = 1"] },
  { name: "dir-after-its-child", layers: [[file("d/a", "1"), dir("d", { mode: 0o700 })]], expected: ["d/ @0700", "d/a = 1"] },
  { name: "parent-is-lower-file", layers: [[file("a", "1")], [file("a/b", "2")]], expected: ["a/", "a/b = 2"] },
  {
    name: "dir-metadata-and-whiteout",
    layers: [
      [dir("d"), file("d/a", "1"), file("d/b", "2")],
      [dir("d", { mode: 0o711 }), gone("d/a")],
    ],
    expected: ["d/ @0711", "d/b = 2"],
  },
  { name: "dir-empty", layers: [[dir("d"), dir("d/e")], [dir("f")]], expected: ["d/", "d/e/", "f/"] },
  { name: "dir-without-slash", layers: [[{ path: "d", typeflag: "5" }, file("d/a", "1")]], expected: ["d/", "d/a = 1"] },
  { name: "dir-v7-trailing-slash", layers: [[{ path: "d/", typeflag: "0", mode: 0o755 }, file("d/a", "1")]], expected: ["d/", "d/a = 1"] },
  {
    name: "dir-xattr-changed",
    layers: [[dir("d", { xattrs: { "user.k": "1" } }), file("d/a", "1")], [dir("d", { xattrs: { "user.k": "2" } })]],
    expected: ["d/ x{user.k=2}", "d/a = 1"],
  },

  // symlinks on the way
  {
    name: "via-symlink",
    layers: [[dir("usr"), dir("usr/lib"), soft("lib", "usr/lib")], [file("lib/foo", "1")]],
    expected: ["lib -> usr/lib", "usr/", "usr/lib/", "usr/lib/foo = 1"],
  },
  {
    name: "via-symlink-absolute",
    layers: [[dir("usr"), dir("usr/lib"), soft("lib", "/usr/lib")], [file("lib/foo", "1")]],
    expected: ["lib -> /usr/lib", "usr/", "usr/lib/", "usr/lib/foo = 1"],
  },
  {
    name: "via-symlink-dotdot",
    layers: [[dir("x"), dir("real"), soft("x/l", "../real")], [file("x/l/f", "1")]],
    expected: ["real/", "real/f = 1", "x/", "x/l -> ../real"],
  },
  {
    name: "via-symlink-chain",
    layers: [[dir("c"), soft("b", "c"), soft("a", "b")], [file("a/f", "1")]],
    expected: ["a -> b", "b -> c", "c/", "c/f = 1"],
  },
  {
    name: "via-symlink-same-layer",
    layers: [[dir("t"), soft("l", "t"), file("l/f", "1")]],
    expected: ["l -> t", "t/", "t/f = 1"],
  },
  {
    name: "via-symlink-wh",
    layers: [[dir("t"), file("t/a", "1"), file("t/b", "2"), soft("l", "t")], [gone("l/a")]],
    expected: ["l -> t", "t/", "t/b = 2"],
  },
  {
    name: "via-symlink-opq",
    layers: [[dir("t"), file("t/a", "1"), soft("l", "t")], [opaque("l")]],
    expected: ["l -> t", "t/"],
  },
  {
    name: "via-symlink-overwrite",
    layers: [[dir("t"), file("t/a", "1"), soft("l", "t")], [file("l/a", "2")]],
    expected: ["l -> t", "t/", "t/a = 2"],
  },
  {
    name: "via-symlink-hard-link",
    layers: [[dir("t"), file("t/a", "1"), soft("l", "t")], [hard("b", "l/a")]],
    expected: ["b, t/a = 1", "l -> t", "t/"],
  },
  {
    name: "symlink-escape",
    layers: [[soft("l", "../../../tmp"), dir("tmp")], [file("l/f", "1")]],
    expected: ["l -> ../../../tmp", "tmp/", "tmp/f = 1"],
  },
  {
    name: "via-symlink-replaced-before",
    layers: [
      [dir("t"), soft("l", "t")],
      [dir("l"), file("l/f", "1")],
    ],
    expected: ["l/", "l/f = 1", "t/"],
  },

  // hard links
  { name: "hl-same-layer", layers: [[file("a", "1"), hard("b", "a")]], expected: ["a, b = 1"] },
  { name: "hl-across-layers", layers: [[file("a", "1")], [hard("b", "a")]], expected: ["a, b = 1"] },
  { name: "hl-target-deleted", layers: [[file("a", "1"), hard("b", "a")], [gone("a")]], expected: ["b = 1"] },
  { name: "hl-target-replaced", layers: [[file("a", "1"), hard("b", "a")], [file("a", "2")]], expected: ["a = 2", "b = 1"] },
  { name: "hl-link-replaced", layers: [[file("a", "1"), hard("b", "a")], [file("b", "2")]], expected: ["a = 1", "b = 2"] },
  { name: "hl-link-deleted", layers: [[file("a", "1"), hard("b", "a")], [gone("b")]], expected: ["a = 1"] },
  { name: "hl-chain", layers: [[file("a", "1"), hard("b", "a"), hard("c", "b")]], expected: ["a, b, c = 1"] },
  { name: "hl-chain-middle-deleted", layers: [[file("a", "1"), hard("b", "a"), hard("c", "b")], [gone("b")]], expected: ["a, c = 1"] },
  { name: "hl-to-symlink", layers: [[file("t", "1"), soft("l", "t"), hard("m", "l")]], expected: ["l, m -> t", "t = 1"] },
  { name: "hl-to-device", layers: [[{ path: "n", typeflag: "3", device: [1, 3] }, hard("m", "n")]], expected: ["m, n char 1:3"] },
  { name: "hl-dotslash", layers: [[file("./a", "1"), hard("./b", "./a")], [file("./c", "2")]], expected: ["a, b = 1", "c = 2"] },
  { name: "hl-leading-slash", layers: [[file("a", "1"), hard("b", "/a")]], expected: ["a, b = 1"] },
  { name: "hl-across-then-deleted", layers: [[file("a", "1")], [hard("b", "a")], [gone("a")]], expected: ["b = 1"] },
  { name: "hl-across-then-replaced", layers: [[file("a", "1")], [hard("b", "a")], [file("a", "2")]], expected: ["a = 2", "b = 1"] },
  {
    name: "hl-rewritten-together",
    layers: [
      [file("a", "1"), hard("b", "a")],
      [file("a", "2"), hard("b", "a")],
    ],
    expected: ["a, b = 2"],
  },
  {
    name: "hl-rewritten-other-way-round",
    layers: [
      [file("a", "1"), hard("b", "a")],
      [file("b", "2"), hard("a", "b")],
    ],
    expected: ["a, b = 2"],
  },
  { name: "hl-file-becomes-link", layers: [[file("a", "1"), file("b", "2")], [hard("b", "a")]], expected: ["a, b = 1"] },
  { name: "hl-group-grows", layers: [[file("a", "1"), hard("b", "a")], [hard("c", "a")]], expected: ["a, b, c = 1"] },
  { name: "hl-group-split", layers: [[file("a", "1"), hard("b", "a"), hard("c", "a")], [file("b", "1")]], expected: ["a, c = 1", "b = 1"] },
  { name: "hl-directory-of-target-deleted", layers: [[dir("d"), file("d/a", "1"), hard("b", "d/a")], [gone("d")]], expected: ["b = 1"] },
  {
    name: "hl-directory-of-target-replaced",
    layers: [[dir("d"), file("d/a", "1"), hard("b", "d/a")], [file("d", "2")]],
    expected: ["b = 1", "d = 2"],
  },
  { name: "hl-target-under-opaque", layers: [[dir("d"), file("d/a", "1"), hard("b", "d/a")], [opaque("d")]], expected: ["b = 1", "d/"] },
  {
    name: "hl-back-into-directory",
    layers: [[dir("d"), file("d/a", "1"), hard("b", "d/a")], [gone("d/a")], [hard("d/c", "b")]],
    expected: ["b, d/c = 1", "d/"],
  },
  { name: "hl-empty-file", layers: [[file("a", ""), hard("b", "a")], [gone("a")]], expected: ["b = "] },
  {
    name: "hl-with-metadata",
    layers: [[file("a", "1", { mode: 0o4755, uid: 9, gid: 9 }), hard("b", "a", { mode: 0o4755, uid: 9, gid: 9 })], [gone("a")]],
    expected: ["b = 1 @4755 9:9"],
  },

  // names and metadata that headers hold with difficulty
  { name: "name-255", layers: [[file(long255, "1")], [file("b", "2")]], expected: ["b = 2", `${long255} = 1`] },
  {
    name: "name-1000",
    layers: [[file(long1000, "1")], [file("b", "2")]],
    expected: [
      `${"a".repeat(249)}/`,
      `${"a".repeat(249)}/${"b".repeat(249)}/`,
      `${"a".repeat(249)}/${"b".repeat(249)}/${"c".repeat(249)}/`,
      `${long1000} = 1`,
      "b = 2",
    ],
  },
  {
    name: "link-target-900",
    layers: [[soft("l", `${"t".repeat(200)}/`.repeat(4) + "t")]],
    expected: [`l -> ${`${"t".repeat(200)}/`.repeat(4)}t`],
  },
  { name: "name-non-utf8", layers: [[file("caf\xe9", "1")], [file("caf\xc3\xa9", "2")]], expected: ["caf\xc3\xa9 = 2", "caf\xe9 = 1"] },
  { name: "name-newline-backslash", layers: [[file("a\nb", "1"), file("a\\b", "2")]], expected: ["a\nb = 1", "a\\b = 2"] },
  { name: "name-dotslash", layers: [[dir("./d"), file("./d/a", "1")], [file("d/b", "2")]], expected: ["d/", "d/a = 1", "d/b = 2"] },
  { name: "name-leading-slash", layers: [[dir("/d"), file("/d/a", "1")], [file("d/a", "2")]], expected: ["d/", "d/a = 2"] },
  { name: "uid-large", layers: [[file("a", "1", { uid: 1_000_660_000, gid: 2_097_152 })]], expected: ["a = 1 1000660000:2097152"] },
  { name: "mtime-negative", layers: [[file("a", "1", { mtime: -5 })]], expected: ["a = 1 t-5"] },
  { name: "mtime-fraction", layers: [[file("a", "1", { mtime: 1_000_000_000.5 })]], expected: ["a = 1 t1000000000.5"] },
  { name: "mtime-changed", layers: [[file("a", "1")], [file("a", "1", { mtime: 1_100_000_000 })]], expected: ["a = 1 t1100000000"] },
  {
    name: "capability",
    layers: [[file("ping", "1", { mode: 0o755, xattrs: { "security.capability": capability } })], [file("b", "2")]],
    expected: ["b = 2", `ping = 1 @0755 x{security.capability=${capability}}`],
  },
  { name: "xattr-removed", layers: [[file("a", "1", { xattrs: { "user.k": "v" } })], [file("a", "1")]], expected: ["a = 1"] },
  {
    name: "xattr-with-equals-and-newline",
    layers: [[file("a", "1", { xattrs: { "user.k": "v=1\n2" } })]],
    expected: ["a = 1 x{user.k=v=1\n2}"],
  },
  {
    name: "setuid-setgid-sticky",
    layers: [[file("a", "1", { mode: 0o6755 }), dir("t", { mode: 0o1777 })]],
    expected: ["a = 1 @6755", "t/ @1777"],
  },
  { name: "type-contiguous", layers: [[{ path: "a", typeflag: "7", content: "1" }]], expected: ["a = 1"] },
  { name: "type-nul", layers: [[{ path: "a", typeflag: "\0", content: "1" }]], expected: ["a = 1"] },
  {
    name: "global-pax-header",
    layers: [[{ path: "pax_global_header", typeflag: "g", pax: { comment: "x" } }, file("a", "1")]],
    expected: ["a = 1"],
  },
  {
    name: "sparse-old-gnu",
    layers: [[{ path: "a", typeflag: "S", content: "data", sparse: { pieces: [[4, 4]], size: 12 } }]],
    expected: ["a = \0\0\0\0data\0\0\0\0"],
  },
  {
    name: "sparse-pax-0.1",
    layers: [[file("a", "data", { pax: { "GNU.sparse.size": "12", "GNU.sparse.numblocks": "1", "GNU.sparse.map": "4,4" } })]],
    expected: ["a = \0\0\0\0data\0\0\0\0"],
  },
  {
    name: "sparse-pax-1.0",
    layers: [
      [
        file("GNUSparseFile.0/a", `${sparseMap}data`, {
          pax: { "GNU.sparse.major": "1", "GNU.sparse.minor": "0", "GNU.sparse.name": "a", "GNU.sparse.realsize": "12" },
        }),
      ],
    ],
    expected: ["a = \0\0\0\0data\0\0\0\0"],
  },
  {
    name: "sparse-linked",
    layers: [[{ path: "a", typeflag: "S", content: "data", sparse: { pieces: [[0, 4]], size: 6 } }, hard("b", "a")], [gone("a")]],
    expected: ["b = data\0\0"],
  },
];
