/** Entries of the cache, damaged at any offset: what comes back is what was kept, or nothing. */
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect, it } from "vitest";

import * as fc from "../helpers/draws.ts";
import type { SecretHit } from "../../analyzers/secrets/match/secret-hit.ts";
import { LayerCache } from "../../src/cache/layer-cache.ts";
import type { CachedFacts } from "../../src/cache/layer-cache.ts";
import { VerifiedRegions } from "../../src/cache/verified-regions.ts";
import { digestOf } from "../../src/image/digest.ts";
import { caseTar } from "../helpers/trees/case-tar.ts";
import { temporaryDirectory } from "../helpers/temp-dir.ts";
import { parseLayer } from "../helpers/trees/tree-lines.ts";

const catalog = parseLayer(
  caseTar([
    { path: "d/", typeflag: "5" },
    { path: "d/file", typeflag: "0", content: "text", xattrs: { "user.x": "y" } },
    { path: "l", typeflag: "2", link: "d" },
  ]),
);
const digest = digestOf(Buffer.from("blob"));
const facts: CachedFacts = {
  compression: "gzip",
  storedBytes: 4,
  tarBytes: 3,
  digest,
  diffId: digestOf(Buffer.from("tar")),
  fingerprintKey: null,
  problems: [],
};

const damages = fc.record({ kind: fc.constantFrom("flip", "cut", "add"), at: fc.nat(), bits: fc.integer({ min: 1, max: 255 }) });

/** Damages every file of the directory in each of 400 ways. */
async function damaged(directory: string, look: () => Promise<void>): Promise<void> {
  const whole = readdirSync(directory).map((name) => [join(directory, name), readFileSync(join(directory, name))] as const);
  expect(whole).not.toEqual([]);
  await fc.assert(
    fc.asyncProperty(damages, async ({ kind, at, bits }) => {
      for (const [path, bytes] of whole) {
        const place = at % bytes.length;
        const flip = Buffer.from(bytes);
        flip[place]! ^= bits;
        const cut = bytes.subarray(0, place);
        const add = Buffer.concat([cut, Buffer.from([bits]), bytes.subarray(place)]);
        writeFileSync(path, { flip, cut, add }[kind]);
      }
      await look();
    }),
    { numRuns: 400 },
  );
}

it("a catalog with a byte changed, cut off or added anywhere is as if it were not there", async () => {
  const directory = temporaryDirectory();
  await new LayerCache(directory).keep({ catalog, facts });
  await damaged(directory, async () => expect(await new LayerCache(directory).find(digest)).toBe(null));
});

it("so is what was found of secrets: a damaged line number or rule is not reported", async () => {
  const directory = temporaryDirectory();
  const hit: SecretHit = {
    entry: 1,
    inside: null,
    rule: "aws-access-key",
    severity: "high",
    confidence: "high",
    line: 7,
    offset: 90,
    key: null,
    redacted: "AKIA****",
    secretHash: "0123456789ab",
  };
  await new LayerCache(directory).keepSecrets(digest, "rules", { hits: [hit], unscanned: [], suspects: new Map() });
  expect(await new LayerCache(directory).findSecrets(digest, "rules")).toMatchObject({ hits: [hit] });
  await damaged(directory, async () => expect(await new LayerCache(directory).findSecrets(digest, "rules")).toBe(null));
});

it("what was found of packages comes back as it was, or not at all", async () => {
  const directory = temporaryDirectory();
  const files = new Map([[1, { problem: "is no JSON" }]]);
  await new LayerCache(directory).keepPackages(digest, files);
  // The header of gzip holds bytes that mean nothing: damage there changes nothing.
  await damaged(directory, async () => expect(await new LayerCache(directory).findPackages(digest)).toBeOneOf([null, files]));
});

it("a damaged digest of a file that was verified does not make the file a wrong one", async () => {
  const directory = temporaryDirectory();
  const path = join(temporaryDirectory(), "image.tar");
  writeFileSync(path, "content");
  const region = { path, offset: 0, size: 7 };
  const regions = new VerifiedRegions(directory);
  regions.record(region, digest);
  await regions.close();
  expect(new VerifiedRegions(directory).digestOf(region)).toBe(digest);
  await damaged(directory, async () => expect(new VerifiedRegions(directory).digestOf(region)).toBe(null));
});
