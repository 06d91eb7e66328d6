/** Databases, manifests and programs made to hurt: a sentence that says what is wrong, in little time and memory, and right sums. */
import { expect, it } from "vitest";

import { analyzePackages } from "../../../analyzers/packages/analyze-packages.ts";
import { bytesOf } from "../../../analyzers/packages/evidence/byte-source.ts";
import { keepFile } from "../../../analyzers/packages/evidence/kept-file.ts";
import type { SourceFile } from "../../../analyzers/packages/evidence/source-files.ts";
import { liveFiles } from "../../../src/filesystem/live-files.ts";
import { MergedTree } from "../../../src/filesystem/merged-tree.ts";
import { catalogOf } from "../../helpers/trees/catalog.ts";
import { zip } from "../../helpers/bytes/zip.ts";

const kept = (kind: SourceFile["kind"], content: string | Buffer) => keepFile(kind, bytesOf(Buffer.from(content)));

it.each([
  ["apk-installed", "P:p\nV:1\n\n".repeat(100_000), /^lists more than 60000 packages$/],
  ["dpkg-status", "Package: p\nVersion: 1\n\n".repeat(100_000), /^lists more than 60000 packages$/],
  ["apk-installed", `P:p\nV:1\nF:${"d".repeat(4000)}\n${"R:f\n".repeat(20_000)}`, /^lists paths of more than \d+ bytes$/],
  ["dpkg-status", "no database at all\n", /^lists no package$/],
  ["dpkg-status", `Package: q\nDepends: ${"a,".repeat(2_000_001)}\n`, /^lists more than 2000000 needs$/],
  ["npm-package", "[".repeat(500_000), /^is not JSON$/],
  ["npm-package", "x".repeat(2_000_000), /^has 2000000 bytes, more than the 1048576 that are read of such a file$/],
  ["conda-package", "{}", /^names no package$/],
  ["dotnet-dependencies", '{"targets":', /^is not JSON$/],
  ["composer-installed", "<?php", /^is not JSON$/],
  ["jar", zip(Array.from({ length: 20_001 }, (_, index) => [`${index}.jar`, ""])), /^holds more than 20000 archives and projects$/],
] as const)("%s %#: says what is wrong", (kind, content, problem) => {
  expect(kept(kind, content)).toMatchObject({ problem: expect.stringMatching(problem) });
});

it("a manifest whose needs are no names, or nested without end, is one without needs", () => {
  const nested = `${'{"a":'.repeat(5000)}1${"}".repeat(5000)}`;
  expect(kept("npm-package", `{"name":"x","version":"1","dependencies":[1],"devDependencies":"y","peerDependencies":${nested}}`)).toEqual({
    npm: { name: "x", version: "1", dependencies: [], optional: [], peers: ["a"], develops: [] },
  });
});

it("packages that all need names that all others answer to are no square of edges", async () => {
  const [count, names] = [2500, 190];
  const tree = new MergedTree();
  const path = "lib/apk/db/installed";
  tree.addLayer(catalogOf([{ path, size: 10 }]));
  const needs = Array.from({ length: names }, (_, at) => `v${at}`).join(" ");
  const text = Array.from({ length: count }, (_, at) => `P:p${at}\nV:1\nD:${needs}\np:v${at % names}\n`).join("\n");
  const sources: SourceFile[] = [{ kind: "apk-installed", path, node: tree.lookup(path)!, kept: kept("apk-installed", text)! }];
  const { packages, warnings } = await analyzePackages({ tree, files: liveFiles(tree), sources, leftovers: new Set() });
  expect(packages).toHaveLength(count);
  expect(packages.reduce((sum, row) => sum + row.needs.length, 0)).toBeLessThan(1_010_000);
  // What is not followed is said.
  expect(warnings).toEqual([{ code: "package-data-cut", message: expect.stringContaining("more often than is followed") }]);
});

it("fifty thousand packages that all list one file and need each other in a circle have one owner for it", async () => {
  const count = 50_000;
  const tree = new MergedTree();
  tree.addLayer(
    catalogOf([
      { path: "lib/apk/db/installed", size: 10 },
      { path: "usr/bin/x", size: 5000 },
      { path: "srv/y", size: 70 },
    ]),
  );
  const text = Array.from({ length: count }, (_, at) => `P:p${at}\nV:1\nD:p${(at + 1) % count}\nF:usr/../usr/bin\nR:x\nR:../../../srv/y\n`);
  const file = kept("apk-installed", text.join("\n"))!;
  const path = "lib/apk/db/installed";
  const sources: SourceFile[] = [{ kind: "apk-installed", path, node: tree.lookup(path)!, kept: file }];
  const { owners, packages } = await analyzePackages({ tree, files: liveFiles(tree), sources, leftovers: new Set() });
  expect(packages).toHaveLength(count);
  expect(owners.filter(({ bytes }) => bytes > 0).map(({ name, bytes }) => [name, bytes])).toEqual([
    ["p0", 5070],
    ["/lib", 10],
  ]);
});

it("a list of files too long to be written out, and a manifest of too many needs, are named", async () => {
  const tree = new MergedTree();
  const site = "opt/".repeat(100);
  const paths = [`${site}long-1.dist-info/METADATA`, `${site}long-1.dist-info/RECORD`, "srv/node_modules/many/package.json"];
  tree.addLayer(catalogOf(paths.map((path) => ({ path, size: 10 }))));
  const dependencies = Object.fromEntries(Array.from({ length: 2001 }, (_, at) => [`d${at}`, "1"]));
  const contents = [
    "Name: long\nVersion: 1\n",
    "x,,\n".repeat(200_000),
    JSON.stringify({ name: "many", version: "1", dependencies }),
  ] as const;
  const kinds = ["python-metadata", "python-record", "npm-package"] as const;
  const sources = kinds.map((kind, at): SourceFile => ({
    kind,
    path: paths[at]!,
    node: tree.lookup(paths[at]!)!,
    kept: kept(kind, contents[at]!)!,
  }));
  const { packages, warnings } = await analyzePackages({ tree, files: liveFiles(tree), sources, leftovers: new Set() });
  expect(packages.map(({ name }) => name).toSorted()).toEqual(["long", "many"]);
  expect(warnings).toEqual([
    expect.objectContaining({ code: "package-data-cut", layer: 0, path: `/${paths[0]}`, message: expect.stringContaining("python long") }),
    expect.objectContaining({ code: "package-data-cut", layer: 0, path: `/${paths[2]}`, message: expect.stringContaining("npm many") }),
  ]);
});
