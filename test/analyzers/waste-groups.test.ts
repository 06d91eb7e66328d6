import { describe, expect, it } from "vitest";

import * as fc from "../helpers/draws.ts";
import type { Waste, WasteCause } from "../../analyzers/analysis.ts";
import { groupWaste } from "../../analyzers/waste/groups.ts";
import { threadTime } from "../helpers/thread-time.ts";

const row = (path: string, bytes = 1000, cause: WasteCause = "metadata", layer = 0, supersededBy = 1): Waste => ({
  path,
  bytes,
  cause,
  layer,
  supersededBy,
});
const rowsOf = (waste: readonly Waste[]): string[] =>
  groupWaste(waste).map(
    ({ path, files, bytes, cause, layer, supersededBy }) => `${path} ${files} ${bytes} ${cause} ${layer}→${supersededBy}`,
  );
const packages = Array.from({ length: 300 }, (_, i) => row(`/app/node_modules/p${i}/index.js`, 2000));

describe("waste, rolled up", () => {
  it("is one row for what one command did below one directory, however deep and wide", () => {
    expect(rowsOf(packages)).toEqual(["/app/node_modules 300 600000 metadata 0→1"]);
    expect(rowsOf([...packages, row("/app/package.json", 500), row("/app/src/a/b/c.ts", 500)])).toEqual(["/app 302 601000 metadata 0→1"]);
    const deep = Array.from({ length: 9 }, (_, i) => row(`/opt/tool/share/a/b/c/d/e/file${i}`));
    expect(rowsOf(deep)).toEqual(["/opt/tool/share/a/b/c/d/e 9 9000 metadata 0→1"]);
  });

  it("keeps causes and pairs of layers apart", () => {
    expect(
      rowsOf([
        row("/app/a/x", 4, "metadata", 0, 1),
        row("/app/b/x", 3, "overwritten", 0, 1),
        row("/app/c/x", 2, "metadata", 0, 2),
        row("/app/d/x", 1, "metadata", 1, 2),
      ]),
    ).toEqual(["/app/a/x 1 4 metadata 0→1", "/app/b/x 1 3 overwritten 0→1", "/app/c/x 1 2 metadata 0→2", "/app/d/x 1 1 metadata 1→2"]);
  });

  it("tells apart what lies in directories that everything shares", () => {
    const docs = Array.from({ length: 50 }, (_, i) => row(`/usr/share/doc/p${i}/copyright`, 10));
    const manuals = Array.from({ length: 50 }, (_, i) => row(`/usr/share/man/man1/p${i}.1.gz`, 20));
    expect(rowsOf([...docs, ...manuals, row("/etc/passwd", 5), row("/etc/group", 4), row("/var/lib/dpkg/status", 3)])).toEqual([
      "/usr/share/man/man1 50 1000 metadata 0→1",
      "/usr/share/doc 50 500 metadata 0→1",
      "/etc 2 9 metadata 0→1",
      "/var/lib/dpkg/status 1 3 metadata 0→1",
    ]);
  });

  it("names the largest of very many directories and counts the others together", () => {
    const groups = groupWaste(Array.from({ length: 400 }, (_, i) => row(`/usr/lib/p${i}/lib.so`, 1000 + i)));
    expect(groups).toHaveLength(16);
    expect(groups[0]).toMatchObject({ path: "/usr/lib", files: 385 });
    expect(groups[1]).toMatchObject({ path: "/usr/lib/p399/lib.so", files: 1, bytes: 1399 });
  });

  it("adds up to the bytes and files it was given, whatever the paths are", () => {
    const name = fc.constantFrom("usr", "lib", "share", "a", "b", "etc", "", "..", "é", " ", "node_modules");
    const path = fc.array(name, { minLength: 1, maxLength: 7 }).map((names) => `/${names.join("/")}`);
    const cause = fc.constantFrom<WasteCause>("overwritten", "removed", "metadata", "identical");
    const wasted = fc.tuple(path, fc.nat(10_000), cause, fc.nat(2), fc.nat(2)).map((columns) => row(...columns));
    fc.assert(
      fc.property(fc.array(wasted, { maxLength: 200 }), (waste) => {
        const groups = groupWaste(waste);
        const sum = (all: readonly { readonly bytes: number }[]): number => all.reduce((total, { bytes }) => total + bytes, 0);
        expect(sum(groups)).toBe(sum(waste));
        expect(groups.reduce((total, { files }) => total + files, 0)).toBe(waste.length);
      }),
    );
  });

  it("takes time in proportion to the paths", () => {
    const seconds = (count: number): number => {
      const waste = Array.from({ length: count }, (_, i) => row(`/srv/${i % 7}/${"d/".repeat(40)}${i % 1000}/file${i}`));
      const start = threadTime();
      groupWaste(waste);
      return threadTime() - start;
    };
    seconds(20_000);
    // Ten times the files: well under a hundred times the time.
    expect(seconds(200_000)).toBeLessThan(40 * Math.max(seconds(20_000), 5));
  });
});
