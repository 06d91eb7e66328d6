/** PAX extended headers (POSIX.1-2024 pax, "pax Header Block"): records of `LENGTH KEY=VALUE\n`, the length counting itself. */
import type { Xattr } from "./entry.ts";
import { TarProblem } from "./read/problem.ts";

/** Keys to values, both byte strings; of a key given twice, the last value. */
export type PaxRecords = ReadonlyMap<string, string>;

const sparseOffset = "GNU.sparse.offset";
const sparseLength = "GNU.sparse.numbytes";
export const sparseMap = "GNU.sparse.map";

/**
 * Reads the records of one extended header. The repeated offset and length pairs of GNU sparse 0.0 come out as the one comma-separated
 * `GNU.sparse.map` of version 0.1.
 *
 * Throws TarProblem for records that engines refuse: a bad length, no key, a NUL in a key or in a path.
 */
export function parsePaxRecords(data: Buffer): Map<string, string> {
  const records = new Map<string, string>();
  const pieces: string[] = [];
  for (let at = 0; at < data.length;) {
    const end = recordEnd(data, at);
    const keyStart = data.indexOf(0x20, at) + 1;
    const equals = data.indexOf(0x3d, keyStart);
    if (equals <= keyStart || equals >= end) throw new TarProblem("a PAX record has no key");
    const key = data.toString("latin1", keyStart, equals);
    const value = data.toString("latin1", equals + 1, end - 1);
    at = end;
    if (key.includes("\0")) throw new TarProblem("a PAX record's key holds a NUL byte");
    if (holdsName.has(key) && value.includes("\0")) throw new TarProblem(`the PAX record ${key} holds a NUL byte`);
    if (key === sparseOffset || key === sparseLength) {
      if ((pieces.length % 2 === 0) !== (key === sparseOffset))
        throw new TarProblem("its sparse map's offsets and lengths do not alternate");
      pieces.push(value);
    } else {
      records.set(key, value);
    }
  }
  if (pieces.length > 0) records.set(sparseMap, pieces.join(","));
  return records;
}

const holdsName = new Set(["path", "linkpath", "uname", "gname", "GNU.sparse.name"]);

/** Where the record that begins at `at` ends, its newline included. */
function recordEnd(data: Buffer, at: number): number {
  let length = 0;
  let i = at;
  for (; i < data.length && i < at + 10; i += 1) {
    const digit = data[i]! - 0x30;
    if (digit < 0 || digit > 9) break;
    length = length * 10 + digit;
  }
  const end = at + length;
  if (i === at || data[i] !== 0x20 || end <= i + 1 || end > data.length || data[end - 1] !== 0x0a) {
    throw new TarProblem("a PAX record's length is wrong");
  }
  return end;
}

const schily = "SCHILY.xattr.";
const libarchive = "LIBARCHIVE.xattr.";
/** Access control lists, SELinux labels and file flags as star, bsdtar and GNU tar write them: carried as the records they are. */
const attributeRecords = /^(?:SCHILY\.acl\.(?:access|default|ace)|RHT\.security\.selinux|SCHILY\.fflags)$/;

/** True for an attribute that is written under its own name. */
export function isAttributeRecord(name: string): boolean {
  return attributeRecords.test(name);
}

/**
 * Extended attributes: raw values under `SCHILY.xattr.` (GNU tar, star, Go), base64 ones under `LIBARCHIVE.xattr.` with a percent-encoded
 * key (bsdtar, which writes both). Where a name is given both ways the raw value counts, being the one that engines read.
 */
export function xattrsOf(records: PaxRecords): readonly Xattr[] {
  const found = new Map<string, string>();
  for (const [key, value] of records) {
    if (key.startsWith(schily)) {
      found.set(key.slice(schily.length), value);
    } else if (key.startsWith(libarchive)) {
      const name = key.slice(libarchive.length).replace(/%([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
      if (!records.has(schily + name)) found.set(name, Buffer.from(value, "base64").toString("latin1"));
    } else if (value !== "" && isAttributeRecord(key)) {
      found.set(key, value);
    }
  }
  return found.size === 0 ? none : Array.from(found, ([name, value]) => ({ name, value }));
}

const none: readonly Xattr[] = [];
