import { mkdirSync, readdirSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect, it } from "vitest";

import { pruneCache } from "../../src/cache/cache-directory.ts";
import { fingerprintKey } from "../../src/cache/fingerprint-key.ts";
import { temporaryDirectory } from "../helpers/temp-dir.ts";

/** Entries of 100 bytes, by the second in which each was used last. */
function cacheOf(used: Readonly<Record<string, number>>): string {
  const directory = temporaryDirectory();
  for (const [name, second] of Object.entries(used)) {
    writeFileSync(join(directory, name), Buffer.alloc(100));
    utimesSync(join(directory, name), second, second);
  }
  return directory;
}

it("what is unused longest goes, until a quarter of the room is free", async () => {
  const directory = cacheOf({ c: 30, a: 10, d: 40, b: 20, e: 50 });
  await pruneCache(directory, 400);
  expect(readdirSync(directory).sort()).toEqual(["c", "d", "e"]);
});

it("nothing goes while there is room", async () => {
  const directory = cacheOf({ a: 10, b: 20 });
  await pruneCache(directory, 200);
  expect(readdirSync(directory).sort()).toEqual(["a", "b"]);
});

it("the key of fingerprints stays, however old it is, and so do directories", async () => {
  const directory = cacheOf({ a: 10, b: 20 });
  const key = await fingerprintKey(directory, 16);
  utimesSync(join(directory, "fingerprint.key"), 1, 1);
  mkdirSync(join(directory, "survey"));
  utimesSync(join(directory, "survey"), 1, 1);
  await pruneCache(directory, 100);
  expect(readdirSync(directory).sort()).toEqual(["fingerprint.key", "survey"]);
  expect(await fingerprintKey(directory, 16)).toEqual(Buffer.from(key));
});
