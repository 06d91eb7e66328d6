import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { fingerprintKey } from "../../src/cache/fingerprint-key.ts";
import { temporaryDirectory } from "../helpers/temp-dir.ts";

describe("the key of fingerprints", () => {
  it("is made once, for its owner alone, and is the same in later runs", async () => {
    const directory = join(temporaryDirectory(), "new");
    const keys = await Promise.all([fingerprintKey(directory, 16), fingerprintKey(directory, 16)]);
    const later = Buffer.from(await fingerprintKey(directory, 16));
    expect(later).toHaveLength(16);
    expect(readFileSync(join(directory, "fingerprint.key")).equals(later)).toBe(true);
    expect(statSync(join(directory, "fingerprint.key")).mode & 0o777).toBe(0o600);
    expect(keys.some((key) => later.equals(key))).toBe(true);
  });

  it("is another one in another cache, and in every run without a cache", async () => {
    const keys = [
      await fingerprintKey(temporaryDirectory(), 16),
      await fingerprintKey(temporaryDirectory(), 16),
      await fingerprintKey(null, 16),
      await fingerprintKey(null, 16),
    ];
    expect(new Set(keys.map((key) => Buffer.from(key).toString("hex"))).size).toBe(4);
  });

  it("is replaced when it is damaged", async () => {
    const directory = temporaryDirectory();
    writeFileSync(join(directory, "fingerprint.key"), "short");
    const made = Buffer.from(await fingerprintKey(directory, 16));
    expect(readFileSync(join(directory, "fingerprint.key")).equals(made)).toBe(true);
  });

  it("that cannot be kept is good for the run", async () => {
    expect(await fingerprintKey("/dev/null/nowhere", 16)).toHaveLength(16);
  });
});
