import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import * as fc from "../helpers/draws.ts";
import { EntryType } from "../../src/tar/entry.ts";
import type { TarEntry } from "../../src/tar/entry.ts";
import { encodeEntryHeader, endOfArchive, padding } from "../../src/tar/writer.ts";
import type { WritableEntry } from "../../src/tar/writer.ts";
import { readTar } from "../helpers/bytes/read-tar.ts";

const plain: WritableEntry = {
  path: "usr/bin/tool",
  type: EntryType.file,
  mode: 0o755,
  uid: 0,
  gid: 0,
  mtimeSeconds: 1_700_000_000,
  mtimeNanos: 0,
  size: 0,
  link: "",
  devMajor: 0,
  devMinor: 0,
  xattrs: [],
};

const written = (entry: WritableEntry): TarEntry => readTar(Buffer.concat([encodeEntryHeader(entry), endOfArchive])).entries[0]!;

/** Everything about an entry that is not where it lies. */
function meaning(entry: TarEntry): WritableEntry {
  const { path, type, mode, uid, gid, mtimeSeconds, mtimeNanos, size, link, devMajor, devMinor, xattrs } = entry;
  return { path, type, mode, uid, gid, mtimeSeconds, mtimeNanos, size, link, devMajor, devMinor, xattrs };
}

const byteString = (min: number, max: number) =>
  fc.uint8Array({ minLength: min, maxLength: max }).map((bytes) => Buffer.from(bytes).toString("latin1"));
const name = fc.oneof(
  byteString(1, 300).map((text) => text.replaceAll("\0", "n")),
  fc.array(fc.stringMatching(/^[a-z]{1,90}$/), { minLength: 1, maxLength: 6 }).map((parts) => parts.join("/")),
);
const id = fc.oneof(fc.nat(3_000_000), fc.integer({ min: -2, max: 2 ** 32 }), fc.constantFrom(2097151, 2097152));
const xattrs = fc
  .uniqueArray(
    fc.record({ name: byteString(1, 40).filter((key) => !/^(?:trusted|user)\.overlay\./.test(key)), value: byteString(0, 200) }),
    { selector: (xattr) => xattr.name, maxLength: 4 },
  )
  .map((list) => list.toSorted((a, b) => (a.name < b.name ? -1 : 1)));

const entries = fc
  .record({
    path: name,
    type: fc.constantFrom(...Object.values(EntryType)),
    mode: fc.nat(0o7777),
    uid: id,
    gid: id,
    mtimeSeconds: fc.oneof(fc.integer(), fc.constantFrom(0, -1, 2 ** 33 - 1, 2 ** 33, 2 ** 40)),
    mtimeNanos: fc.oneof(fc.constant(0), fc.nat(999_999_999)),
    link: name,
    devMajor: fc.nat(5_000_000),
    devMinor: fc.nat(2 ** 20),
    xattrs,
  })
  .map((entry): WritableEntry => {
    const isLink = entry.type === EntryType.hardlink || entry.type === EntryType.symlink;
    const isDevice = entry.type === EntryType.charDevice || entry.type === EntryType.blockDevice;
    return {
      ...entry,
      path: entry.type === EntryType.directory ? `${entry.path}/` : entry.path,
      size: 0,
      link: isLink ? entry.link : "",
      devMajor: isDevice ? entry.devMajor : 0,
      devMinor: isDevice ? entry.devMinor : 0,
    };
  });

describe("access control lists, SELinux labels and file flags", () => {
  it("are written as the records that star, bsdtar and GNU tar read", () => {
    const attributes = [
      { name: "RHT.security.selinux", value: "system_u:object_r:httpd_exec_t:s0" },
      { name: "SCHILY.acl.access", value: "user::rwx,user:1234:rwx,group::r-x,mask::rwx,other::r-x" },
      { name: "SCHILY.fflags", value: "nodump" },
      { name: "system.posix_acl_access", value: "\x02\0\0\0" },
    ];
    const header = encodeEntryHeader({ ...plain, xattrs: attributes }).toString("latin1");
    expect(header).toContain(" SCHILY.acl.access=user::rwx,user:1234:rwx,group::r-x,mask::rwx,other::r-x\n");
    expect(header).toContain(" RHT.security.selinux=system_u:object_r:httpd_exec_t:s0\n");
    expect(header).toContain(" SCHILY.fflags=nodump\n");
    expect(header).toContain(" SCHILY.xattr.system.posix_acl_access=\x02\0\0\0\n");
    expect(written({ ...plain, xattrs: attributes }).xattrs).toEqual(attributes);
  });
});

describe("encodeEntryHeader", () => {
  it("writes what reading gives back", () => {
    fc.assert(
      fc.property(entries, (entry) => {
        const read = meaning(written(entry));
        const order = (a: { name: string }, b: { name: string }): number => (a.name < b.name ? -1 : 1);
        expect({ ...read, xattrs: [...read.xattrs].sort(order) }).toEqual(entry);
      }),
      { numRuns: 300 },
    );
  });

  it("writes ustar where that is enough, even for long paths", () => {
    expect(encodeEntryHeader(plain)).toHaveLength(512);
    expect(encodeEntryHeader({ ...plain, path: `${"a".repeat(150)}/${"b".repeat(100)}` })).toHaveLength(512);
    expect(encodeEntryHeader({ ...plain, path: `${"a".repeat(156)}/${"b".repeat(100)}` })).toHaveLength(1536);
  });

  it("writes sizes beyond 8 GiB, which only the data's reader can tell apart", () => {
    for (const size of [8 * 2 ** 30 - 1, 8 * 2 ** 30, 2 ** 42]) {
      expect(() => written({ ...plain, size })).toThrow(new RegExp(`promises ${size} bytes`));
    }
  });

  it("leaves out overlayfs's own attributes and who wrote the archive", () => {
    const xattrs = ["trusted.overlay.opaque", "user.overlay.whiteout", "user.kept"].map((key) => ({ name: key, value: "y" }));
    expect(written({ ...plain, xattrs }).xattrs).toEqual([{ name: "user.kept", value: "y" }]);
    expect(
      encodeEntryHeader(plain)
        .subarray(265, 329)
        .every((byte) => byte === 0),
    ).toBe(true);
  });

  it("gives directories the slash that readers without types need", () => {
    expect(written({ ...plain, type: EntryType.directory, path: "etc" }).path).toBe("etc/");
  });

  const gnuTar = spawnSync("tar", ["--version"]).stdout?.toString().includes("GNU tar");

  it.skipIf(!gnuTar)("writes what GNU tar reads", () => {
    const long = `${"deep/".repeat(60)}name`;
    const items: [WritableEntry, string][] = [
      [{ ...plain, type: EntryType.directory, path: "d", mode: 0o1777 }, ""],
      [{ ...plain, path: long, size: 5, uid: 1000660000, gid: 2097152 }, "hello"],
      [{ ...plain, path: "caf\xc3\xa9", mode: 0o4755, mtimeSeconds: -86400, xattrs: [{ name: "user.x", value: "a\0=\n" }] }, ""],
      [{ ...plain, path: "link", type: EntryType.symlink, link: `../${long}` }, ""],
      [{ ...plain, path: "hard", type: EntryType.hardlink, link: long }, ""],
      [{ ...plain, path: "dev", type: EntryType.charDevice, devMajor: 5, devMinor: 1 }, ""],
    ];
    const parts = items.flatMap(([entry, content]) => [encodeEntryHeader(entry), Buffer.from(content), padding(content.length)]);
    const directory = mkdtempSync(join(tmpdir(), "ballast-writer-"));
    try {
      const archive = join(directory, "layer.tar");
      writeFileSync(archive, Buffer.concat([...parts, endOfArchive]));
      const list = spawnSync("tar", ["-tvf", archive, "--xattrs", "--numeric-owner", "--full-time", "--quoting-style=literal"], {
        env: { ...process.env, TZ: "UTC", LC_ALL: "C.UTF-8" },
      });
      expect(list.stderr.toString()).toBe("");
      const lines = list.stdout.toString().split("\n").filter(Boolean);
      expect(lines.map((line) => line.replace(/ +/g, " "))).toEqual([
        "drwxrwxrwt 0/0 0 2023-11-14 22:13:20 d/",
        `-rwxr-xr-x 1000660000/2097152 5 2023-11-14 22:13:20 ${long}`,
        "-rwsr-xr-x* 0/0 0 1969-12-31 00:00:00 café",
        `lrwxr-xr-x 0/0 0 2023-11-14 22:13:20 link -> ../${long}`,
        `hrwxr-xr-x 0/0 0 2023-11-14 22:13:20 hard link to ${long}`,
        "crwxr-xr-x 0/0 5,1 2023-11-14 22:13:20 dev",
      ]);
      expect(spawnSync("tar", ["-xOf", archive, long]).stdout.toString()).toBe("hello");
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
});
