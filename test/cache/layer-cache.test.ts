import { readFileSync, readdirSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect, it } from "vitest";

import { LayerCache } from "../../src/cache/layer-cache.ts";
import type { CachedSecrets } from "../../src/cache/facts-codec.ts";
import type { CachedFacts } from "../../src/cache/layer-cache.ts";
import { RecentValues } from "../../src/cache/recent-values.ts";
import { VerifiedRegions } from "../../src/cache/verified-regions.ts";
import { digestOf } from "../../src/image/digest.ts";
import { caseTar } from "../helpers/trees/case-tar.ts";
import { temporaryDirectory } from "../helpers/temp-dir.ts";
import { parseLayer } from "../helpers/trees/tree-lines.ts";

const catalog = parseLayer(
  caseTar([
    { path: "d/", typeflag: "5" },
    { path: "d/caf\xe9", typeflag: "0", content: "text", uid: 3_000_000, mtime: -5.25, xattrs: { "user.x": "\0\xff" } },
    { path: "l", typeflag: "2", link: "d" },
  ]),
);
const digest = digestOf(Buffer.from("blob"));
const diffId = digestOf(Buffer.from("tar"));
const facts: CachedFacts = {
  compression: "gzip",
  storedBytes: 4,
  tarBytes: 3,
  digest,
  diffId,
  fingerprintKey: null,
  problems: [{ code: "x", message: "y" }],
};

it("gives back what was kept, by digest and by diff ID, content hashes included", async () => {
  const directory = temporaryDirectory();
  catalog.setHash(1, Buffer.alloc(32, 7));
  await new LayerCache(directory).keep({ catalog, facts });
  for (const key of [digest, diffId]) {
    const found = await new LayerCache(directory).find(key);
    expect(found!.facts).toEqual(facts);
    expect([0, 1, 2].map((entry) => found!.catalog.entry(entry))).toEqual([0, 1, 2].map((entry) => catalog.entry(entry)));
    expect(found!.catalog.hash(1)).toBe("07".repeat(32));
    expect(found!.catalog.hash(0)).toBe(null);
  }
});

it("gives back a layer without entries: its checksum was wrong, so that every run read such an image again", async () => {
  const directory = temporaryDirectory();
  await new LayerCache(directory).keep({ catalog: parseLayer(Buffer.alloc(1024)), facts });
  expect((await new LayerCache(directory).find(digest))?.catalog.length).toBe(0);
});

it("ignores damaged and cut entries, and leaves no temporary files", async () => {
  const directory = temporaryDirectory();
  await new LayerCache(directory).keep({ catalog, facts });
  const names = readdirSync(directory);
  expect(names).toHaveLength(2);
  const [first, second] = names.map((name) => join(directory, name)) as [string, string];
  const bytes = readFileSync(first);
  bytes[bytes.length - 20]! ^= 1;
  writeFileSync(first, bytes);
  truncateSync(second, 100);
  expect(await new LayerCache(directory).find(digest)).toBe(null);
  expect(await new LayerCache(directory).find(diffId)).toBe(null);
});

it("keeps secrets apart for each rule set", async () => {
  const cache = new LayerCache(temporaryDirectory());
  const secrets = {
    hits: [],
    unscanned: [{ entry: 1, reason: "too large" }],
    suspects: new Map([[1, { md5: "a", sha1: "b", sha256: "c" }]]),
  };
  await cache.keepSecrets(diffId, "rules-a", secrets);
  expect(await cache.findSecrets(diffId, "rules-a")).toEqual(secrets);
  expect(await cache.findSecrets(diffId, "rules-b")).toBe(null);
});

it("in a directory that goes away with the run, writes what has no room at hand and nothing else, and finds all of it", async () => {
  const directory = temporaryDirectory();
  const secrets = (reason: string): CachedSecrets => ({ hits: [], unscanned: [{ entry: 1, reason }], suspects: new Map() });
  const reasons = ["too large", "cut off", "encrypted"].map((reason) => reason.padEnd(1000, "."));
  const roomy = new LayerCache(directory, "this-run");
  const tight = new LayerCache(directory, "this-run", 1500);
  for (const [cache, files] of [
    [roomy, 0],
    [tight, 2],
  ] as const) {
    await Promise.all(reasons.map((reason) => cache.keepSecrets(diffId, reason.slice(0, 3), secrets(reason))));
    expect(readdirSync(directory)).toHaveLength(files);
    for (const reason of reasons) expect(await cache.findSecrets(diffId, reason.slice(0, 3))).toEqual(secrets(reason));
  }
});

it("what has to go while it is written is found all the same, and what is kept anew meanwhile stays", async () => {
  const values = new RecentValues<string>(2);
  let written = (): void => {};
  const writing = new Promise<void>((resolve) => (written = resolve));
  await values.set("a", "old", 1, () => writing);
  await values.set("b", "b", 1);
  const making = values.set("c", "c", 1);
  expect(values.get("a")).toBe("old");
  await values.set("a", "new", 0);
  written();
  await making;
  expect(["a", "b", "c"].map((name) => values.get(name))).toEqual(["new", "b", "c"]);
});

it("forgets that a file's region was verified as soon as the file changes", async () => {
  const directory = temporaryDirectory();
  const path = join(temporaryDirectory(), "image.tar");
  writeFileSync(path, "content");
  const region = { path, offset: 0, size: 7 };
  const regions = new VerifiedRegions(directory);
  regions.record(region, digest);
  await regions.close();
  expect(new VerifiedRegions(directory).digestOf(region)).toBe(digest);
  expect(new VerifiedRegions(directory).digestOf({ ...region, size: 6 })).toBe(null);
  writeFileSync(path, "CONTENT");
  expect(new VerifiedRegions(directory).digestOf(region)).toBe(null);
});
