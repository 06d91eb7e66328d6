import { describe, expect, it } from "vitest";

import * as fc from "../helpers/draws.ts";
import { findWaste } from "../../analyzers/waste/waste.ts";
import { contentCandidates, diffTrees } from "../../analyzers/diff/tree-diff.ts";
import { differences, Differs, inodeDifferences, sameXattrs } from "../../src/filesystem/compare.ts";
import type { MergedTree } from "../../src/filesystem/merged-tree.ts";
import { metadataDifference } from "../../src/rewrite/layers/entry-state.ts";
import { EntryType } from "../../src/tar/entry.ts";
import type { TarEntry, Xattr } from "../../src/tar/entry.ts";
import { treeOf } from "../helpers/trees/tree-fixture.ts";
import { metadataLines } from "../../ui/viewmodel/diff.ts";

const capability: Xattr = { name: "security.capability", value: "\x01\0\0\x02" };
const user: Xattr = { name: "user.a", value: "1" };

type State = Partial<Omit<TarEntry, "path">>;

/** One path in two layers. */
function twice(before: State, after: State): MergedTree {
  return treeOf([{ path: "f", ...before }], [{ path: "f", ...after }]);
}

function inodes(tree: MergedTree) {
  const { versions } = tree.lookup("f")!;
  return [versions[0]!.inode!, versions[1]!.inode!] as const;
}

function bitsOf(before: State, after: State): number {
  const tree = twice(before, after);
  const [a, b] = inodes(tree);
  return inodeDifferences(tree.catalogs, a, tree.catalogs, b);
}

const symlink: State = { type: EntryType.symlink, link: "a" };
const device: State = { type: EntryType.charDevice, devMajor: 1, devMinor: 3 };

describe("two versions of a path", () => {
  it.each<readonly [string, State, State, number]>([
    ["nothing", {}, {}, 0],
    ["extended attributes in another order", { xattrs: [capability, user] }, { xattrs: [user, capability] }, 0],
    ["an extended attribute's value", { xattrs: [user] }, { xattrs: [{ ...user, value: "2" }] }, Differs.xattr],
    ["an extended attribute's name", { xattrs: [user] }, { xattrs: [{ ...user, name: "user.b" }] }, Differs.xattr],
    ["one attribute twice", { xattrs: [user, user] }, { xattrs: [user, capability] }, Differs.xattr],
    ["an attribute that is gone", { xattrs: [user] }, {}, Differs.xattr],
    ["the mode", { mode: 0o644 }, { mode: 0o4644 }, Differs.mode],
    ["the user", {}, { uid: 1 }, Differs.owner],
    ["the group", {}, { gid: 1 }, Differs.owner],
    ["the second", { mtimeSeconds: 1 }, { mtimeSeconds: 2 }, Differs.time],
    ["the nanosecond, both stated", { mtimeNanos: 1 }, { mtimeNanos: 2 }, Differs.time],
    ["the nanosecond, one stated", {}, { mtimeNanos: 2 }, Differs.fraction],
    ["the size", { size: 1 }, { size: 2 }, Differs.size],
    ["the type", {}, symlink, Differs.type],
    ["what a symlink points at", symlink, { ...symlink, link: "b" }, Differs.target],
    ["a device's number", device, { ...device, devMinor: 5 }, Differs.device],
    ["a device's number and its mode", device, { ...device, devMajor: 5, mode: 0o600 }, Differs.device | Differs.mode],
  ])("differ in %s", (_, before, after, bits) => {
    expect(bitsOf(before, after)).toBe(bits);
    expect(bitsOf(after, before)).toBe(bits);
  });

  it("takes a directory that no layer states for root's, 0755", () => {
    const tree = treeOf(["f/x"], [{ path: "f/", mtimeSeconds: 0 }], [{ path: "f/", mtimeSeconds: 0, uid: 5 }]);
    const [implied, plain, owned] = tree.lookup("f")!.versions.map(({ inode }) => inode!);
    expect(inodeDifferences(tree.catalogs, implied!, tree.catalogs, plain!)).toBe(0);
    expect(inodeDifferences(tree.catalogs, owned!, tree.catalogs, implied!)).toBe(Differs.owner);
  });

  const xattr = fc.record({ name: fc.constantFrom("a", "b", "a=b"), value: fc.constantFrom("", "1", "b=1") });
  const state = fc.record({
    type: fc.constantFrom(EntryType.file, EntryType.symlink, EntryType.charDevice, EntryType.fifo),
    mode: fc.constantFrom(0o644, 0o600),
    uid: fc.nat(1),
    mtimeSeconds: fc.nat(1),
    mtimeNanos: fc.nat(2),
    size: fc.nat(2),
    link: fc.constantFrom("a", "b"),
    devMinor: fc.nat(1),
    xattrs: fc.array(xattr, { maxLength: 3 }),
  });

  it("are compared the same way round and the other, and nothing differs from itself", () => {
    fc.assert(
      fc.property(state, state, (a, b) => {
        expect(bitsOf(a, b)).toBe(bitsOf(b, a));
        expect(bitsOf(a, a)).toBe(0);
      }),
    );
  });

  it("have the same extended attributes exactly when one list is the other in some order", () => {
    const text = (xattrs: readonly Xattr[]) => xattrs.map(({ name, value }) => JSON.stringify([name, value])).sort();
    fc.assert(
      fc.property(fc.array(xattr, { maxLength: 3 }), fc.array(xattr, { maxLength: 3 }), (a, b) => {
        expect(sameXattrs(a, b)).toBe(JSON.stringify(text(a)) === JSON.stringify(text(b)));
        expect(sameXattrs(a, a.toReversed())).toBe(true);
      }),
    );
  });
});

describe("extended attributes in another order are no difference", () => {
  const tree = twice({ size: 1000, xattrs: [capability, user] }, { size: 1000, xattrs: [user, capability] });
  const [a, b] = inodes(tree);

  it("to waste: the file was stored again with nothing changed at all", () => {
    expect(findWaste(tree, () => "same")).toMatchObject([{ cause: "identical", bytes: 1000 }]);
  });

  it("to diff", () => {
    for (const catalog of tree.catalogs) catalog.setHash(0, new Uint8Array(32).fill(1));
    const view = (layer: number) => ({ tree, layer, diffIds: ["sha256:0", "sha256:1"] as never });
    expect(contentCandidates(view(0), view(1))).toHaveLength(1);
    expect(diffTrees(view(0), view(1))).toMatchObject({ changes: [], timeOnly: 0 });
  });

  it("to rewriting and to the terminal UI", () => {
    expect(metadataDifference(tree, a, b)).toBe("none");
    expect(differences(tree.catalogs, a, b, () => true)).toEqual(["stored again"]);
    const marked = metadataLines(tree.catalogs, a, b).filter((line) => line.some(([, style]) => style === "added"));
    expect(marked.map((line) => line[0]![0].trim())).toEqual(["layer"]);
  });
});

it("the terminal UI shows a nanosecond and a value where only those differ", () => {
  const tree = twice({ mtimeNanos: 1, xattrs: [user] }, { mtimeNanos: 2, xattrs: [{ ...user, value: "2" }] });
  const [a, b] = inodes(tree);
  const lines = metadataLines(tree.catalogs, a, b).map((line) => line.map(([text]) => text).join(""));
  expect(lines.find((line) => line.includes("time"))).toMatch(/\.000000001 {2}→ {2}.*\.000000002$/);
  expect(lines.find((line) => line.includes("xattrs"))).toContain("user.a (1 bytes: 31)  →  user.a (1 bytes: 32)");
});
