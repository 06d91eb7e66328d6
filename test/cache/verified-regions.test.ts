import { appendFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect, it } from "vitest";

import { isRecorded, VerifiedRegions } from "../../src/cache/verified-regions.ts";
import { temporaryDirectory } from "../helpers/temp-dir.ts";

it("a file is known once something of it was hashed, until it changes", async () => {
  const directory = temporaryDirectory();
  const path = join(directory, "image.tar");
  writeFileSync(path, "layers");
  expect(isRecorded(directory, path)).toBe(false);
  const regions = new VerifiedRegions(directory);
  regions.record({ path, offset: 0, size: 6 }, `sha256:${"0".repeat(64)}`);
  await regions.close();
  expect(isRecorded(directory, path)).toBe(true);
  appendFileSync(path, "more");
  expect([isRecorded(directory, path), isRecorded(directory, join(directory, "none"))]).toEqual([false, false]);
});
