import { expect, it } from "vitest";

import * as fc from "../helpers/draws.ts";
import { BallastError } from "../../src/base/errors.ts";
import { checksum, isZeroBlock, viewOf } from "../../src/tar/header.ts";
import { readTar } from "../helpers/bytes/read-tar.ts";
import { characterDevice, directory, file, hardlink, paxGlobal, sparseFile, tar } from "../helpers/tar-fixture.ts";

const segments = Array.from({ length: 30 }, (_, i) => ({ offset: i * 2048 + 512, data: Buffer.alloc(512, i + 1) }));
const archive = tar([
  directory("etc"),
  file("etc/passwd", "root", { xattrs: { "user.a": "b" }, mtime: 1.5 }),
  file(`long/${"n".repeat(200)}`, "x", { format: "gnu" }),
  hardlink("etc/p", "etc/passwd"),
  paxGlobal([["uid", "5"]]),
  characterDevice("dev/null", 1, 3),
  sparseFile("one", { size: 100_000, segments, form: "pax-1.0" }),
  sparseFile("two", { size: 100_000, segments, form: "gnu" }),
  sparseFile("three", { size: 100_000, segments, form: "pax-0.0" }),
]);

/** Wherever the intact archive has a header. */
const headers = Array.from({ length: archive.length / 512 }, (_, i) => i * 512).filter(
  (at) => !isZeroBlock(archive, at) && archive.toString("latin1", at + 257, at + 262) === "ustar",
);

const change = fc.record({ at: fc.nat(archive.length - 1), byte: fc.oneof(fc.nat(255), fc.constantFrom(0, 0x30, 0x39, 0x0a, 0x80, 0xff)) });

it("a damaged archive is read the same both ways, or is an error a person can read", () => {
  let refused = 0;
  fc.assert(
    fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), fc.option(fc.nat(archive.length)), (changes, end) => {
      const bytes = Buffer.from(archive.subarray(0, end ?? archive.length));
      for (const { at, byte } of changes) if (at < bytes.length) bytes[at] = byte;
      // Checksums are set right again, so that what lies behind them is reached.
      for (const at of headers) {
        if (at + 512 <= bytes.length) bytes.write(`${checksum(viewOf(bytes), at).toString(8).padStart(6, "0")}\0 `, at + 148, "latin1");
      }
      try {
        readTar(bytes);
      } catch (error) {
        expect(error).toBeInstanceOf(BallastError);
        expect((error as BallastError).message).toMatch(/^tar (?:header|entry .+) ?\(?at byte \d+ of the tar archive\)?: \S/s);
        refused += 1;
      }
    }),
    { numRuns: 150 },
  );
  expect(refused).toBeGreaterThan(20);
});
