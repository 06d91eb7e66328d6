import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { exploreMemory } from "../../src/commands/explore/memory.ts";
import { temporaryDirectory } from "../helpers/temp-dir.ts";

const names = (memory: ReturnType<typeof exploreMemory>): string[] => memory.recent().map(({ name }) => name);

describe("the images looked at last", () => {
  it("are told once each, the last one first, in later runs too", () => {
    const env = { XDG_STATE_HOME: temporaryDirectory() };
    for (const name of ["docker://a/b:1", "docker://a/c:1", "docker://a/b:1"]) exploreMemory(env).keepRecent(name);
    expect(names(exploreMemory(env))).toEqual(["docker://a/b:1", "docker://a/c:1"]);
  });

  it("are the last dozen", () => {
    const memory = exploreMemory({ XDG_STATE_HOME: temporaryDirectory() });
    for (let tag = 0; tag < 15; tag += 1) memory.keepRecent(`docker://a/b:${tag}`);
    expect(names(memory)).toEqual(Array.from({ length: 12 }, (_, index) => `docker://a/b:${14 - index}`));
  });

  it("do not hold what cannot be opened again", () => {
    const memory = exploreMemory({ XDG_STATE_HOME: temporaryDirectory() });
    memory.keepRecent("-");
    expect(memory.recent()).toEqual([]);
  });

  it.each(["", "{", "[]", '{"recent":[{"name":1,"at":2},null,{"name":"docker://a/b","at":"x"}],"left":{"80x24":7}}'])(
    "are forgotten where the file holds %j",
    (text) => {
      const directory = temporaryDirectory();
      const memory = exploreMemory({ XDG_STATE_HOME: directory });
      memory.keepLeft(80, 24, 0.4);
      const path = join(directory, "ballast/explore.json");
      expect(readFileSync(path, "utf8")).toContain("80x24");
      writeFileSync(path, text);
      expect([memory.recent(), memory.left(80, 24)]).toEqual([[], null]);
    },
  );
});

it("the width of the left column is kept for each size of terminal, of the last twenty", () => {
  const memory = exploreMemory({ XDG_STATE_HOME: temporaryDirectory() });
  for (let columns = 100; columns < 125; columns += 1) memory.keepLeft(columns, 40, columns / 1000);
  expect(memory.left(124, 40)).toBe(0.124);
  expect(memory.left(105, 40)).toBe(0.105);
  expect(memory.left(104, 40)).toBeNull();
  expect(memory.left(124, 41)).toBeNull();
});
