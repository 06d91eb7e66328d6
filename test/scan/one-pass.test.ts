/** An uncompressed layer is hashed, walked and told apart in one pass: what that finds is what each way alone finds. */
import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { crc32 } from "node:zlib";

import { expect, it } from "vitest";

import type { Catalog } from "../../src/filesystem/catalog.ts";
import { CatalogBuilder } from "../../src/filesystem/catalog-builder.ts";
import type { FileRegion } from "../../src/image/image.ts";
import { scanRegion } from "../../src/scan/blob/scan-region.ts";
import type { ScannedBlob } from "../../src/scan/blob/scanned-blob.ts";
import { prefixesOfRegionEntries } from "../../src/scan/content/hash-entries.ts";
import { requestsFor } from "../../src/scan/content/hash-requests.ts";
import { file, sparseFile, tar } from "../helpers/tar-fixture.ts";
import { temporaryDirectory } from "../helpers/temp-dir.ts";

const large = Buffer.alloc(1024 * 1024 - 1536, "fills the first piece but for its end\n");
const cut = Buffer.from(Array.from({ length: 3000 }, (_, index) => index % 251));
const layer = tar([
  file("large", large),
  file("cut-by-the-end-of-a-piece", cut),
  file("empty", ""),
  sparseFile("sparse", { size: 2 ** 20, segments: [{ offset: 4096, data: Buffer.alloc(512, "s") }], form: "pax-1.0" }),
  file("small", "abc"),
]);

function regionOfLayer(): FileRegion {
  const path = join(temporaryDirectory(), "layer");
  writeFileSync(path, Buffer.concat([Buffer.from("before"), layer, Buffer.from("after")]));
  return { path, offset: 6, size: layer.length };
}

async function scan(region: FileRegion, verify: boolean): Promise<{ scanned: ScannedBlob; catalog: Catalog }> {
  const builder = new CatalogBuilder();
  const shared = { name: "layer 0", algorithm: "sha256", diffAlgorithm: "sha256", maxRatio: 400, scanner: null } as const;
  const scanned = await scanRegion(region, { ...shared, verify, onBytes: () => {} }, (part) => builder.append(part));
  return { scanned, catalog: builder.build() };
}

it("gives the digest, the entries of a walk from header to header, and the checksum of each file's beginning", async () => {
  const region = regionOfLayer();
  const [whole, walked] = [await scan(region, true), await scan(region, false)];
  const digest = `sha256:${createHash("sha256").update(layer).digest("hex")}`;
  expect([whole.scanned.digest, whole.scanned.diffId, walked.scanned.digest]).toEqual([digest, digest, null]);
  expect({ ...whole.catalog.columns, prefixes: null }).toEqual(walked.catalog.columns);
  const prefixes = [0, 1, 2, 3, 4].map((entry) => whole.catalog.prefix(entry));
  expect(prefixes).toEqual([crc32(large.subarray(0, 1024)), crc32(cut.subarray(0, 1024)), 0, 0, crc32("abc")]);
  const [requests] = requestsFor(walked.catalog, Uint32Array.of(0, 1, 2, 3, 4));
  expect([...prefixesOfRegionEntries(region, requests!, "layer 0")]).toEqual(prefixes);
});
