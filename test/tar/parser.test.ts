import { describe, expect, it } from "vitest";

import { EntryType } from "../../src/tar/entry.ts";
import { TarParser } from "../../src/tar/read/parser.ts";
import { readTar } from "../helpers/bytes/read-tar.ts";
import {
  characterDevice,
  directory,
  fifo,
  file,
  hardlink,
  paxGlobal,
  raw,
  rawPax,
  sparseFile,
  symlink,
  tar,
} from "../helpers/tar-fixture.ts";
import type { FixtureItem } from "../helpers/tar-fixture.ts";

const read = (...items: FixtureItem[]) => readTar(tar(items));
const paths = (...items: FixtureItem[]) => read(...items).entries.map((entry) => entry.path);

describe("what an entry is", () => {
  it("reads every type with its attributes", () => {
    const { entries, data, warnings } = read(
      directory("etc", { mode: 0o1777, uid: 1, gid: 2, mtime: 5 }),
      file("etc/passwd", "root", { mode: 0o4755 }),
      symlink("etc/link", "../target"),
      hardlink("etc/hard", "etc/passwd"),
      characterDevice("dev/null", 1, 3),
      fifo("run/pipe"),
    );
    expect(warnings).toEqual([]);
    expect(entries.map(({ path, type, link }) => [path, type, link])).toEqual([
      ["etc/", EntryType.directory, ""],
      ["etc/passwd", EntryType.file, ""],
      ["etc/link", EntryType.symlink, "../target"],
      ["etc/hard", EntryType.hardlink, "etc/passwd"],
      ["dev/null", EntryType.charDevice, ""],
      ["run/pipe", EntryType.fifo, ""],
    ]);
    expect(entries[0]).toMatchObject({ mode: 0o1777, uid: 1, gid: 2, mtimeSeconds: 5, mtimeNanos: 0, size: 0 });
    expect(entries[1]).toMatchObject({ mode: 0o4755, size: 4, storedSize: 4, headerOffset: 512, dataOffset: 1024 });
    expect(entries[4]).toMatchObject({ devMajor: 1, devMinor: 3 });
    expect(data.map(String)).toEqual(["", "root", "", "", "", ""]);
  });

  it("takes a trailing slash for a directory in v7 headers only", () => {
    const { entries } = read(
      file("old/", "", { format: "v7", typeflag: "\0" }),
      file("plain/", "", { typeflag: "0" }),
      file("f", "x", { format: "v7", typeflag: "\0" }),
    );
    expect(entries.map((entry) => entry.type)).toEqual([EntryType.directory, EntryType.file, EntryType.file]);
  });

  it("reads contiguous files and unknown types as files, and warns of the unknown", () => {
    const { entries, data, warnings } = read(file("c", "cc", { typeflag: "7" }), file("u", "uu", { typeflag: "Q" }), file("z", "zz"));
    expect(entries.map((entry) => [entry.type, entry.typeflag])).toEqual([
      [EntryType.file, "7"],
      [EntryType.file, "Q"],
      [EntryType.file, "0"],
    ]);
    expect(data.map(String)).toEqual(["cc", "uu", "zz"]);
    expect(warnings).toMatchObject([{ code: "tar-unknown-type", path: "u" }]);
  });

  it("passes over a volume label and the list in a GNU dump directory", () => {
    const { entries, warnings } = read(
      file("label", "", { typeflag: "V" }),
      file("dump/", "Yfile\0\0", { typeflag: "D", format: "gnu" }),
      file("after", "x"),
    );
    expect(entries.map((entry) => [entry.path, entry.type, entry.size])).toEqual([
      ["dump/", EntryType.directory, 0],
      ["after", EntryType.file, 1],
    ]);
    // Engines refuse such directories, and Solaris' headers (type X).
    expect(warnings).toMatchObject([
      { code: "tar-skipped-entry", path: "label" },
      { code: "tar-unknown-type", path: "dump/" },
    ]);
  });

  it.each(["M", "N"])("refuses what cannot be read right: type %s", (typeflag) => {
    expect(() => read(file("a", "x", { typeflag }))).toThrow(/tar entry a \(at byte 0 .*(volume|obsolete)/);
  });

  it("does not look for data behind hard links and directories that carry a size", () => {
    expect(
      paths(
        file("target", "x".repeat(600)),
        hardlink("link", "target", { claimedSize: 600 }),
        directory("d", { claimedSize: 4096 }),
        file("end"),
      ),
    ).toEqual(["target", "link", "d/", "end"]);
  });

  it("accepts headers whose checksum was summed over signed bytes", () => {
    const archive = tar([
      file(Buffer.from("caf\xe9", "latin1"), "", {
        format: "v7",
        patchSealed(header) {
          const sum = parseInt(header.toString("latin1", 148, 154), 8) - 256;
          header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148, "latin1");
        },
      }),
    ]);
    expect(readTar(archive).entries[0]!.path).toBe("caf\xe9");
  });
});

describe("names", () => {
  const long = `${"d".repeat(99)}/${"e".repeat(99)}/${"f".repeat(150)}`;

  it("are bytes, whatever they hold", () => {
    expect(paths(file(Buffer.from("caf\xe9", "latin1")), file("café"), file("a\\b\nc\x1b[31m"))).toEqual([
      "caf\xe9",
      "caf\xc3\xa9",
      "a\\b\nc\x1b[31m",
    ]);
  });

  it.each(["gnu", "pax"] as const)("of any length, links too (%s)", (format) => {
    const { entries } = read(file(long, "1", { format }), symlink("l", long, { format }), hardlink(`${long}2`, long, { format }));
    expect(entries.map(({ path, link }) => [path, link])).toEqual([
      [long, ""],
      ["l", long],
      [`${long}2`, long],
    ]);
  });

  it("give the offset of the whole group, so that it can be copied", () => {
    const { entries } = read(file("a", "x"), file(long, "y", { format: "gnu" }));
    expect(entries[1]).toMatchObject({ headerOffset: 1024, dataOffset: 1024 + 512 + 512 + 512 });
  });

  it("come with their ustar prefix, but not with the times that GNU and star keep there", () => {
    const prefixed = (magic: string, prefix: string, tail = "") =>
      file("name", "", {
        format: magic.startsWith("ustar ") ? "gnu" : "pax",
        patch(header) {
          header.write(magic, 257, "latin1");
          header.write(prefix, 345, "latin1");
          header.write(tail, 508, "latin1");
        },
      });
    expect(
      paths(
        prefixed("ustar\x0000", "usr/share"),
        prefixed("ustar  \0", "14123456701\x0014123456701\0"),
        prefixed("ustar  \0", "usr/go-before-1.8"),
        prefixed("ustar\x0000", `${"p".repeat(120)}\0${" ".repeat(10)}14123456701 14123456701 `, "tar\0"),
      ),
    ).toEqual(["usr/share/name", "name", "usr/go-before-1.8/name", `${"p".repeat(120)}/name`]);
  });
});

describe("numbers", () => {
  it("go beyond octal, below zero and may be blank", () => {
    const binary = (at: number, length: number, value: bigint) => (header: Buffer) => {
      const bytes = Buffer.alloc(length, value < 0n ? 0xff : 0);
      bytes.writeBigInt64BE(value, length - 8);
      if (value >= 0n) bytes[0] = 0x80;
      bytes.copy(header, at);
    };
    const { entries } = read(
      file("uid", "", { format: "gnu", patch: binary(108, 8, -5n) }),
      file("mtime", "", { format: "gnu", patch: binary(136, 12, -1000n) }),
      file("far", "", { format: "gnu", patch: binary(136, 12, 2n ** 40n) }),
      file("blank", "", { patch: (header) => header.fill(0x20, 108, 116) }),
    );
    expect(entries.map((entry) => [entry.uid, entry.mtimeSeconds])).toEqual([
      [-5, 1e9],
      [0, -1000],
      [0, 2 ** 40],
      [0, 1e9],
    ]);
  });

  it("that are none are an error naming the entry and the field", () => {
    expect(() => read(file("usr/bin/x", "", { patch: (header) => void header.write("0x17", 100) }))).toThrow(
      /usr\/bin\/x .*mode is not a number/,
    );
  });
});

describe("PAX records", () => {
  it("override the header", () => {
    const { entries, data } = read(
      file("short", "data", {
        pax: [
          ["path", "long/name"],
          ["uid", "1000660000"],
          ["gid", "3000000000"],
          ["mtime", "-1.25"],
          ["comment", "x=y\n"],
        ],
      }),
      file("next", "more", { claimedSize: 0, pax: [["size", "4"]] }),
    );
    expect(entries[0]).toMatchObject({
      path: "long/name",
      uid: 1000660000,
      gid: 3000000000,
      mtimeSeconds: -2,
      mtimeNanos: 750_000_000,
    });
    expect(data.map(String)).toEqual(["data", "more"]);
  });

  it("keep extended attributes byte for byte: NUL, newline, equals sign, none at all", () => {
    const capability = Buffer.from([1, 0, 0, 2, 0, 0x20, 0x0a, 0x3d, 0xff, 0]);
    const { entries } = read(
      file("ping", "x", {
        xattrs: { "security.capability": capability, "user.empty": "" },
        pax: [
          ["LIBARCHIVE.xattr.user.only%20here%25", Buffer.from([0, 1, 255]).toString("base64").replace("=", "")],
          ["LIBARCHIVE.xattr.security.capability", "AAAA"],
        ],
      }),
    );
    expect(new Map(entries[0]!.xattrs.map(({ name, value }) => [name, value]))).toEqual(
      new Map([
        ["security.capability", capability.toString("latin1")],
        ["user.empty", ""],
        ["user.only here%", "\0\x01\xff"],
      ]),
    );
  });

  it("of a global header hold for all that follows, until an entry's own say otherwise", () => {
    const { entries, warnings } = read(
      file("before"),
      paxGlobal([
        ["uid", "7"],
        ["comment", "commit"],
        ["path", "everything"],
      ]),
      file("a"),
      file("b", "", { pax: [["uid", "8"]] }),
    );
    expect(entries.map(({ path, uid }) => [path, uid])).toEqual([
      ["before", 0],
      ["a", 7],
      ["b", 8],
    ]);
    expect(entries[1]!.headerOffset).toBe(512 + 1024);
    expect(warnings).toMatchObject([{ code: "tar-global-header", message: expect.stringContaining("uid, comment, path") }]);
  });

  it.each([
    ["a NUL in the path", "11 path=a\0\n", /NUL/],
    ["a NUL in the key", "9 a\0b=c\n", /NUL/],
    ["no key", "5 =v\n", /no key/],
    ["no equals sign", "6 abc\n", /no key/],
    ["a length that is too long", "30 path=a\n", /length/],
    ["a length that is too short", "5 path=a\n", /length/],
    ["no length", "path=a\n", /length/],
    ["a huge length", "9999999999999999999999 path=a\n", /length/],
    ["a uid that is none", "11 uid=abc\n", /uid is not a number/],
    ["a negative size", "11 size=-1\n", /size is negative/],
    ["a time that is none", "15 mtime=noon!\n", /is not a time/],
  ])("with %s are an error", (_, records, message) => {
    const length = Buffer.byteLength(records);
    const own = /^\d+ /.exec(records);
    // The intact ones carry their true length.
    const text = own && !/length/.test(message.source) ? `${length} ${records.slice(own[0].length)}` : records;
    expect(() => read(rawPax(text), file("victim", "x"))).toThrow(message);
  });
});

describe("sparse files", () => {
  const segments = Array.from({ length: 60 }, (_, i) => ({ offset: i * 8192 + 4096, data: Buffer.alloc(512, i + 1) }));

  it.each(["gnu", "pax-0.0", "pax-0.1", "pax-1.0"] as const)("keep their map, name and size (%s)", (form) => {
    const { entries, data } = read(
      sparseFile("var/disk", { size: 10_000_000, segments, form }),
      sparseFile("all-hole", { size: 5000, segments: [], form }),
      file("after", "x"),
    );
    expect(entries.map(({ path, size, storedSize }) => [path, size, storedSize])).toEqual([
      ["var/disk", 10_000_000, 60 * 512],
      ["all-hole", 5000, 0],
      ["after", 1, 1],
    ]);
    expect(entries[0]!.sparse).toEqual(segments.map(({ offset }) => ({ offset, length: 512 })));
    expect(entries[1]!.sparse).toEqual([]);
    expect(data[0]).toEqual(Buffer.concat(segments.map((segment) => segment.data)));
  });

  it("with a map that cannot be are an error", () => {
    const overlap = [
      { offset: 4096, data: Buffer.alloc(1024, 1) },
      { offset: 4608, data: Buffer.alloc(512, 2) },
    ];
    expect(() => read(sparseFile("f", { size: 9000, segments: overlap, form: "gnu" }))).toThrow(/tar entry f .*overlap/);
    expect(() => read(sparseFile("f", { size: 4100, segments: overlap.slice(0, 1), form: "pax-1.0" }))).toThrow(/past the end/);
  });
});

describe("the archive's end", () => {
  const whole = tar([file("a", "x".repeat(700))]);

  it("may come after nothing at all, or nothing but zeros", () => {
    expect(readTar(Buffer.alloc(0))).toEqual({ entries: [], data: [], warnings: [] });
    expect(readTar(Buffer.alloc(1024)).entries).toEqual([]);
    expect(readTar(Buffer.alloc(1024)).warnings).toEqual([]);
  });

  it("may be marked by one block, or by none with a warning", () => {
    expect(readTar(tar([file("a", "x")], { endBlocks: 1 })).warnings).toEqual([]);
    expect(readTar(tar([file("a", "x")], { endBlocks: 0 })).warnings).toMatchObject([{ code: "tar-missing-end" }]);
  });

  it("is where reading stops: padding is silent, content is counted", () => {
    expect(readTar(Buffer.concat([whole, Buffer.alloc(8192)])).warnings).toEqual([]);
    const { entries, warnings } = readTar(tar([file("a", "x")], { trailing: tar([file("hidden", "x")]) }));
    expect(entries).toHaveLength(1);
    expect(warnings).toMatchObject([{ code: "tar-trailing-data", message: expect.stringContaining("2048 bytes") }]);
  });

  it("cut off inside data names the entry", () => {
    expect(() => readTar(whole.subarray(0, 1000))).toThrow(/tar entry a \(at byte 0 .*promises 700 bytes of data, 488 follow/);
  });

  it("cut off inside a header or an extended header is an error", () => {
    expect(() => readTar(whole.subarray(0, 300))).toThrow(/byte 0 .*cut off after 300 of the header's 512 bytes/);
    const long = tar([file("n".repeat(300), "x", { format: "gnu" })]);
    expect(() => readTar(long.subarray(0, 700))).toThrow(/byte 0 .*cut off within this extended header/);
  });

  it("without the last entry's padding is no loss", () => {
    expect(readTar(whole.subarray(0, 512 + 700)).data[0]).toHaveLength(700);
  });

  it("cannot be a lone block of zeros with more behind it", () => {
    expect(() => readTar(tar([file("a"), raw(Buffer.alloc(512)), file("b")]))).toThrow(/byte 1024 .*lone block of zeros/);
  });

  it("after an extended header that belongs to nothing is warned of", () => {
    expect(readTar(tar([rawPax("10 uid=77\n")])).warnings).toMatchObject([{ code: "tar-stray-header" }]);
  });

  it("is never reached by what is no archive", () => {
    expect(() => readTar(Buffer.from("#!/bin/sh\n".repeat(200)))).toThrow(/not a tar header/);
  });
});

describe("what would exhaust memory", () => {
  it("a header that claims 8 EB is a cut-off archive", () => {
    const huge = file("huge", "abc", {
      format: "gnu",
      patch: (header) => void Buffer.from(`80000000${"7f".padEnd(16, "f")}`, "hex").copy(header, 124),
    });
    expect(() => readTar(tar([huge]))).toThrow(/tar entry huge .*promises \d{18,} bytes/);
    expect(() => readTar(tar([file("h", "abc", { pax: [["size", "9223372036854775807"]] })]))).toThrow(/tar entry h .*promises/);
  });

  it.each(["L", "x", "g"])("an extended header of gigabytes is refused before it is read (%s)", (typeflag) => {
    expect(() => read(file("bomb", "x", { typeflag, claimedSize: 4e9 }))).toThrow(
      expect.objectContaining({ code: "limit-exceeded", message: expect.stringContaining("4000000000 bytes") }),
    );
  });

  it("entries, names and sparse maps without end are refused", () => {
    const many = tar(Array.from({ length: 20 }, (_, i) => file(`f${i}`)));
    expect(() => readTar(many, { maxEntries: 10 })).toThrow(expect.objectContaining({ code: "limit-exceeded" }));
    expect(() => readTar(tar([file("n".repeat(5000))]), { maxMetadataBytes: 4096 })).toThrow(/names and attributes/);
    const segments = Array.from({ length: 30 }, (_, i) => ({ offset: i * 1024, data: Buffer.alloc(512, 1) }));
    for (const form of ["gnu", "pax-0.1", "pax-1.0"] as const) {
      const archive = tar([sparseFile("s", { size: 99_999, segments, form })]);
      expect(() => readTar(archive, { maxSparseSegments: 20 })).toThrow(/tar entry s .*more than 20 pieces/);
    }
  });

  it("warnings without end are counted, not kept", () => {
    const parser = new TarParser({ entry: () => false, data: () => {}, endEntry: () => {} });
    const block = tar([file("u", "", { typeflag: "Q" })], { endBlocks: 0 });
    const blocks = Buffer.concat(Array.from({ length: 1000 }, () => block));
    for (let i = 0; i < 20; i += 1) parser.write(blocks);
    parser.end();
    expect(parser.warnings.length).toBeLessThan(50);
    expect(parser.warnings.at(-1)!.message).toContain("19980 more");
  });
});
