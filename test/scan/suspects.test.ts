/** Digests of files that hold a secret, whichever way a layer comes: each byte is hashed only where it may be asked for. */
import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

import { expect, it, vi } from "vitest";

import { createContentScanner } from "../../analyzers/secrets/content-scanner.ts";
import { compileRules } from "../../analyzers/secrets/match/compile-rules.ts";
import { scanChunks } from "../../src/scan/blob/scan-chunks.ts";
import { scanRegion } from "../../src/scan/blob/scan-region.ts";
import type { BlobScanOptions } from "../../src/scan/blob/scanned-blob.ts";
import { file, sparseFile, tar } from "../helpers/tar-fixture.ts";
import { temporaryDirectory } from "../helpers/temp-dir.ts";

const rules = compileRules();
const secret = ["aws_access_key_id = AKIA", "Z7QK2MPXV4RJ6TNB\n"].join("");
const large = Buffer.alloc(9 * 1024 * 1024, "nothing to see here\n");
const largeWithSecret = Buffer.concat([large, Buffer.from(secret)]);
const stored = Buffer.from(secret.padEnd(512));

const layer = tar([
  file("large-clean", large),
  file("large-secret", largeWithSecret),
  file("small-clean", "nothing"),
  file("small-secret", secret),
  file("root/.ssh/id_rsa", "telling name"),
  sparseFile("sparse-secret", { size: 2 ** 20, segments: [{ offset: 4096, data: stored }], form: "pax-1.0" }),
  file("large-secret-2", Buffer.concat([Buffer.from(secret), large])),
]);

function options(): BlobScanOptions {
  const shared = { name: "layer 0", verify: true, algorithm: "sha256", diffAlgorithm: "sha256", maxRatio: 1e9 } as const;
  return { ...shared, scanner: createContentScanner(rules), onBytes: () => {} };
}

const hex = (algorithm: string, bytes: Buffer): string => createHash(algorithm).update(bytes).digest("hex");
const digests = (bytes: Buffer): Record<string, string> => ({
  md5: hex("md5", bytes),
  sha1: hex("sha1", bytes),
  sha256: hex("sha256", bytes),
});

const right = new Map([
  [1, digests(largeWithSecret)],
  [3, digests(Buffer.from(secret))],
  [4, digests(Buffer.from("telling name"))],
  [5, digests(stored)],
  [6, digests(Buffer.concat([Buffer.from(secret), large]))],
]);

for (const [kind, blob] of [
  ["plain", layer],
  ["gzip", gzipSync(layer, { level: 1 })],
] as const) {
  it(`are the same from a ${kind} layer that lies in a file and from one that goes by`, async () => {
    const path = join(temporaryDirectory(), "layer");
    writeFileSync(path, Buffer.concat([Buffer.from("before"), blob, Buffer.from("after")]));
    const lying = await scanRegion({ path, offset: 6, size: blob.length }, options(), () => {});
    const passing = await scanChunks([blob.subarray(0, 1000), blob.subarray(1000)], options(), () => {});
    expect(new Map([...lying.suspects].toSorted(([a], [b]) => a - b))).toEqual(right);
    expect(passing.suspects).toEqual(right);
    expect(lying.secrets).toEqual(passing.secrets);
  });
}

it("are right in two layers that one thread reads at the same time, whose files come in pieces", async () => {
  const inPieces = async function* (): AsyncGenerator<Buffer> {
    for (let at = 0; at < layer.length; at += 700_000) yield layer.subarray(at, at + 700_000);
  };
  const both = await Promise.all([scanChunks(inPieces(), options(), () => {}), scanChunks(inPieces(), options(), () => {})]);
  for (const { suspects } of both) expect(suspects).toEqual(right);
});

it("cost no memory of their own in the next layer", async () => {
  const blob = tar([file("secret", Buffer.concat([large.subarray(0, 2 ** 20), Buffer.from(secret)]))]);
  const scan = () => scanChunks([blob.subarray(0, 1000), blob.subarray(1000)], options(), () => {});
  await scan();
  const allocations = vi.spyOn(Buffer, "allocUnsafeSlow");
  await scan();
  expect(allocations.mock.calls.filter(([bytes]) => bytes >= 2 ** 20)).toEqual([]);
});
