/** rpm's databases, written by hand from the descriptions of their formats. */
import { describe, expect, it } from "vitest";

import { assert, nat, property, array, tuple } from "../../helpers/draws.ts";
import { PackageDataError } from "../../../analyzers/packages/data-error.ts";
import { readRpmDatabase } from "../../../analyzers/packages/rpm/database.ts";

type Value = readonly string[] | readonly number[];

/** A header blob: tag → strings (type 8) or 32-bit numbers (type 4). */
function header(values: Readonly<Record<number, Value>>): Buffer {
  const index: Buffer[] = [];
  const data: Buffer[] = [];
  let offset = 0;
  for (const [tag, value] of Object.entries(values)) {
    const isText = typeof value[0] === "string";
    const bytes = isText ? Buffer.from(value.map((text) => `${text}\0`).join("")) : numbers(value as readonly number[]);
    index.push(numbers([Number(tag), isText ? 8 : 4, offset, value.length]));
    data.push(bytes);
    offset += bytes.length;
  }
  return Buffer.concat([numbers([index.length, offset]), ...index, ...data]);
}

function numbers(values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4);
  for (const [at, value] of values.entries()) bytes.writeUInt32BE(value, at * 4);
  return bytes;
}

const [name, version, release, arch, base, directories, indexes, requires] = [1000, 1001, 1002, 1022, 1117, 1118, 1116, 1049];
const bash = header({
  [name]: ["bash"],
  [version]: ["5.2"],
  [release]: ["1.el9"],
  [arch]: ["x86_64"],
  [base]: ["bash", "README"],
  [directories]: ["/usr/bin/", "/usr/share/doc/bash/"],
  [indexes]: [0, 1],
  [requires]: ["libc.so.6"],
});
const large = header({
  [name]: ["large"],
  [version]: ["1"],
  [base]: Array.from({ length: 3000 }, (_, at) => `file-${at}`),
  [directories]: ["/opt/"],
  [indexes]: Array.from({ length: 3000 }, () => 0),
});

/** One page of slots, then the blobs (rpmpkg.c). */
function ndb(blobs: readonly Buffer[]): Buffer {
  const page = Buffer.alloc(4096);
  page.write("RpmP", "latin1");
  page.writeUInt32LE(1, 12);
  for (let at = 32; at < 4096; at += 16) page.write("Slot", at, "latin1");
  const bodies: Buffer[] = [];
  let block = 4096 / 16;
  for (const [at, blob] of blobs.entries()) {
    page.writeUInt32LE(at + 1, 32 + at * 16 + 4);
    page.writeUInt32LE(block, 32 + at * 16 + 8);
    const body = Buffer.alloc(Math.ceil((16 + blob.length) / 16) * 16);
    body.write("BlbS", "latin1");
    body.writeUInt32LE(at + 1, 4);
    body.writeUInt32LE(blob.length, 12);
    blob.copy(body, 16);
    bodies.push(body);
    block += body.length / 16;
  }
  return Buffer.concat([page, ...bodies]);
}

/** A hash page whose values lie on overflow pages, and one value in the page itself (db_page.h). */
function berkeley(blob: Buffer, small: Buffer): Buffer {
  const pageBytes = 4096;
  const room = pageBytes - 26;
  const meta = Buffer.alloc(pageBytes);
  meta.writeUInt32LE(0x061561, 12);
  meta.writeUInt32LE(pageBytes, 20);
  const count = Math.ceil(blob.length / room);
  meta.writeUInt32LE(1 + count, 32);
  const page = Buffer.alloc(pageBytes);
  page[25] = 13;
  page.writeUInt16LE(4, 20);
  const items = [Buffer.from([1, 1, 0, 0, 0]), Buffer.alloc(12), Buffer.from([1, 2, 0, 0, 0]), Buffer.concat([Buffer.from([1]), small])];
  items[1]![0] = 3;
  items[1]!.writeUInt32LE(2, 4);
  items[1]!.writeUInt32LE(blob.length, 8);
  let end = pageBytes;
  for (const [at, item] of items.entries()) {
    end -= item.length;
    item.copy(page, end);
    page.writeUInt16LE(end, 26 + at * 2);
  }
  const overflow = Array.from({ length: count }, (_, at) => {
    const piece = Buffer.alloc(pageBytes);
    const content = blob.subarray(at * room, (at + 1) * room);
    piece.writeUInt32LE(at + 1 < count ? at + 3 : 0, 16);
    piece.writeUInt16LE(content.length, 22);
    piece[25] = 7;
    content.copy(piece, 26);
    return piece;
  });
  return Buffer.concat([meta, page, ...overflow]);
}

describe.each([
  ["ndb", "rpm-ndb", ndb([bash, large])],
  ["Berkeley DB", "rpm-bdb", berkeley(large, bash)],
] as const)("%s", (_, kind, content) => {
  it("gives every package with its files and needs", () => {
    const packages = readRpmDatabase(kind, content);
    expect(packages.map((found) => found.name).sort()).toEqual(["bash", "large"]);
    expect(packages.find((found) => found.name === "bash")).toEqual({
      name: "bash",
      epoch: null,
      version: "5.2",
      release: "1.el9",
      architecture: "x86_64",
      files: ["/usr/bin/bash", "/usr/share/doc/bash/README"],
      requires: ["libc.so.6"],
      provides: [],
      recommends: [],
      suggests: [],
    });
    expect(packages.find((found) => found.name === "large")?.files.at(-1)).toBe("/opt/file-2999");
  });

  it("damaged in any way gives packages or says what is wrong, and ends", () => {
    assert(
      property(array(tuple(nat(content.length - 1), nat(255)), { minLength: 1, maxLength: 20 }), nat(content.length), (changes, length) => {
        const damaged = Buffer.from(content);
        for (const [at, value] of changes) damaged[at] = value;
        for (const bytes of [damaged, damaged.subarray(0, length)]) {
          try {
            readRpmDatabase(kind, bytes);
          } catch (error) {
            expect(error).toBeInstanceOf(PackageDataError);
          }
        }
      }),
      { numRuns: 2000 },
    );
  });
});
