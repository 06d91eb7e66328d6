import { createHash } from "node:crypto";

import { expect, it } from "vitest";

import { filesOfSameSize, findDuplicates } from "../../analyzers/duplicates.ts";
import { liveFiles } from "../../src/filesystem/live-files.ts";
import { caseTar } from "../helpers/trees/case-tar.ts";
import type { CaseEntry } from "../helpers/trees/case-tar.ts";
import { readLayers } from "../helpers/trees/tree-lines.ts";

function duplicatesOf(entries: readonly CaseEntry[], hashed: (path: string) => boolean = () => true) {
  const { tree, contentOf } = readLayers([caseTar(entries)]);
  const files = [...liveFiles(tree)];
  const byInode = new Map(files.map((live) => [live.inodeId, live]));
  return findDuplicates(filesOfSameSize(liveFiles(tree)), (inodeId) => {
    const { inode, path } = byInode.get(inodeId)!;
    return hashed(path) ? createHash("sha256").update(contentOf(inode)).digest("hex") : null;
  }).map(({ bytes, paths }) => [bytes, ...paths]);
}

const file = (path: string, content: string): CaseEntry => ({ path, typeflag: "0", content });

it("those come first of which most can be saved: all copies but one", () => {
  const small = ["a", "b", "c", "d"].map((path) => file(path, "0123456789"));
  const large = ["x", "y"].map((path) => file(path, "0123456789012345678901234"));
  expect(duplicatesOf([...large, ...small])).toEqual([
    [10, "/a", "/b", "/c", "/d"],
    [25, "/x", "/y"],
  ]);
});

it("names of one file are no duplicates, nor are empty files, others of the same size, and those whose content nobody knows", () => {
  const entries = [
    file("a", "same"),
    { path: "b", typeflag: "1", link: "a" },
    file("c", "SAME"),
    file("empty", ""),
    file("void", ""),
    file("known", "content"),
    file("unknown", "content"),
  ];
  expect(duplicatesOf(entries, (path) => path !== "unknown")).toEqual([]);
  expect(duplicatesOf([...entries, file("d", "same")], (path) => path !== "unknown")).toEqual([[4, "/a", "/d"]]);
});
