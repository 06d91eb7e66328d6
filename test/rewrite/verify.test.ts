/** The proof must fail: each row is a result that a rewrite might have written, wrong in one way. */
import { createHash } from "node:crypto";

import { describe, expect, it } from "vitest";

import { noEdits } from "../../src/rewrite/layers/views.ts";
import { verifyTrees } from "../../src/rewrite/verify.ts";
import type { Side } from "../../src/rewrite/verify.ts";
import { memoryImage } from "../helpers/image/memory-image.ts";
import { caseTar } from "../helpers/trees/case-tar.ts";
import type { CaseEntry } from "../helpers/trees/case-tar.ts";
import { readLayers } from "../helpers/trees/tree-lines.ts";

function side(entries: readonly CaseEntry[]): Side {
  const layers = [caseTar(entries)];
  const { tree, contentOf } = readLayers(layers);
  const hash = (layer: number, entry: number): string => {
    const inode = { layer, entry } as Parameters<typeof contentOf>[0];
    return createHash("sha256").update(contentOf(inode), "latin1").digest("hex");
  };
  const hashEntries = async ({ index }: { readonly index: number }, _catalog: unknown, wanted: readonly number[]) =>
    new Map(wanted.map((entry) => [entry, hash(index, entry)]));
  return { image: memoryImage(layers), tree, scanner: { hashEntries } };
}

const original: readonly CaseEntry[] = [
  { path: "d/", typeflag: "5", mode: 0o755 },
  { path: "d/a", typeflag: "0", content: "text", mode: 0o644, uid: 1, gid: 2, xattrs: { "user.x": "1" } },
  { path: "d/b", typeflag: "1", link: "d/a" },
  { path: "d/c", typeflag: "0", content: "text", mode: 0o644, uid: 1, gid: 2, xattrs: { "user.x": "1" } },
  { path: "l", typeflag: "2", link: "d/a" },
  { path: "n", typeflag: "3", device: [1, 3], mode: 0o666 },
];
const all = { edits: noEdits, keptLayers: 0, clampTime: null };

/** The original with one entry changed; null takes it out. */
function changed(path: string, change: Partial<CaseEntry> | null): readonly CaseEntry[] {
  return original.flatMap((entry) => (entry.path !== path ? [entry] : change === null ? [] : [{ ...entry, ...change }]));
}

describe("the proof of a rewrite", () => {
  it("counts the paths that are equal", async () => {
    expect(await verifyTrees(side(original), side(original), all)).toBe(original.length);
  });

  it("minds neither the order of entries, nor which name of a file carries its content", async () => {
    const { path: _, ...content } = original[1]!;
    const [directory, , , ...rest] = original;
    const other = [directory!, { ...content, path: "d/b" }, { path: "d/a", typeflag: "1", link: "d/b" }, ...rest.toReversed()];
    expect(await verifyTrees(side(original), side(other), all)).toBe(original.length);
  });

  it.each<readonly [what: string, result: readonly CaseEntry[], message: string]>([
    ["a path is missing", changed("l", null), "/l (missing)"],
    ["a path came from nowhere", [...original, { path: "x", typeflag: "0" }], "/x (not in the original)"],
    ["another type", changed("l", { typeflag: "0" }), "/l (type)"],
    ["other content of the same size", changed("d/c", { content: "TEXT" }), "/d/c (content)"],
    ["another size", changed("d/c", { content: "texts" }), "/d/c (size"],
    ["another mode", changed("d/c", { mode: 0o4644 }), "/d/c (mode)"],
    ["another mode of a directory", changed("d/", { mode: 0o700 }), "/d (mode)"],
    ["another owner", changed("d/c", { uid: 0 }), "/d/c (owner)"],
    ["another group", changed("d/c", { gid: 0 }), "/d/c (owner)"],
    ["another time", changed("d/c", { mtime: 5 }), "/d/c (time)"],
    ["a fraction of a second more", changed("d/c", { mtime: 1_000_000_000.5 }), "/d/c (time)"],
    ["an attribute is missing", changed("d/c", { xattrs: {} }), "/d/c (xattrs)"],
    ["another attribute", changed("d/c", { xattrs: { "user.x": "2" } }), "/d/c (xattrs)"],
    ["another target of a symlink", changed("l", { link: "d/c" }), "/l (link target)"],
    ["another device", changed("n", { device: [1, 5] }), "/n (device)"],
    ["two names of one file that are two files now", changed("d/b", { ...original[1], path: "d/b" }), "/d/b (hard links)"],
    ["two files that are one now", changed("d/c", { typeflag: "1", content: "", link: "d/a" }), "/d/c (hard links)"],
  ])("fails: %s", async (_, result, message) => {
    const proof = verifyTrees(side(original), side(result), all);
    await expect(proof).rejects.toMatchObject({ code: "verification-failed", message: expect.stringContaining(message) });
  });

  it("a file that became another name of one with other content of the same size", async () => {
    const before = side([...original, { ...original[1]!, path: "d/e", content: "TEXT" }]);
    const [from, to] = ["d/e", "d/a"].map((path) => before.tree.lookup(path)!.inode!);
    const edits = { ...noEdits, linked: new Map([[from!, to!]]) };
    const after = side([...original, { path: "d/e", typeflag: "1", link: "d/a" }]);
    await expect(verifyTrees(before, after, { ...all, edits })).rejects.toThrow("differs from the original: /d/e (content)");
  });

  it("names the first three differences and counts the rest", async () => {
    const result = original.map((entry) => ({ ...entry, mtime: 5 }));
    await expect(verifyTrees(side(original), side(result), all)).rejects.toThrow(/\(time\), .*\(time\), .*\(time\) and \d+ more$/);
  });
});
