/** Writes tar archives that every engine reads: ustar headers, PAX records for what those cannot hold, nothing that tells who wrote them. */
import { compareTexts } from "../base/text/compare-texts.ts";
import { EntryType } from "./entry.ts";
import type { TarEntry } from "./entry.ts";
import { blockSize, checksum, viewOf, field, paddingOf } from "./header.ts";
import { isAttributeRecord } from "./pax.ts";
import { encodePaxRecords } from "./pax-records.ts";
import type { PaxRecord } from "./pax-records.ts";

/** What a header says of an entry. `size` bytes of content follow a file's header, the holes of a sparse one as zeros. */
export type WritableEntry = Pick<
  TarEntry,
  "path" | "type" | "mode" | "uid" | "gid" | "mtimeSeconds" | "mtimeNanos" | "size" | "link" | "devMajor" | "devMinor" | "xattrs"
>;

/** What ends an archive. */
export const endOfArchive: Buffer = Buffer.alloc(2 * blockSize);

const zeros = Buffer.alloc(blockSize);

/** The zeros that fill up `size` bytes of content to a whole block. */
export function padding(size: number): Buffer {
  return zeros.subarray(0, paddingOf(size));
}

/**
 * The blocks that come before an entry's content: its header, preceded by an extended header where ustar cannot hold a name, number or
 * attribute. The same entry always gives the same bytes.
 *
 * Files of every kind are written as plain ones (engines refuse GNU sparse and contiguous files), directories with a trailing slash, owners
 * by number only, attributes that overlayfs keeps for itself not at all.
 */
export function encodeEntryHeader(entry: WritableEntry): Buffer {
  const path = entry.type === EntryType.directory && !entry.path.endsWith("/") ? `${entry.path}/` : entry.path;
  const records = recordsOf(entry, path);
  const header = ustarHeader(entry, path);
  if (records.length === 0) return header;
  const data = encodePaxRecords(records);
  return Buffer.concat([extendedHeader(path, data.length), data, padding(data.length), header]);
}

const nameLimit = field.name.length;
const maxId = 0o7777777;
const maxSize = 0o77777777777;

/** The records for what the header cannot hold, in a fixed order. */
function recordsOf(entry: WritableEntry, path: string): PaxRecord[] {
  const records: PaxRecord[] = [];
  if (splitName(path) === null) records.push(["path", path]);
  if (entry.link.length > nameLimit || !isPlain(entry.link)) records.push(["linkpath", entry.link]);
  if (entry.type === EntryType.file && entry.size > maxSize) records.push(["size", String(entry.size)]);
  if (!fits(entry.uid, maxId)) records.push(["uid", String(entry.uid)]);
  if (!fits(entry.gid, maxId)) records.push(["gid", String(entry.gid)]);
  if (entry.mtimeNanos !== 0 || !fits(entry.mtimeSeconds, maxSize)) records.push(["mtime", timeText(entry.mtimeSeconds, entry.mtimeNanos)]);
  if (!fits(entry.devMajor, maxId)) records.push(["SCHILY.devmajor", String(entry.devMajor)]);
  if (!fits(entry.devMinor, maxId)) records.push(["SCHILY.devminor", String(entry.devMinor)]);
  for (const { name, value } of entry.xattrs.toSorted((a, b) => compareTexts(a.name, b.name))) {
    if (!isOverlayAttribute(name)) records.push(attributeRecord(name, value));
  }
  return records;
}

/** A key cannot hold `=`, except in libarchive's form, which encodes key and value. */
function attributeRecord(name: string, value: string): PaxRecord {
  if (isAttributeRecord(name)) return [name, value];
  if (!/[=\0]/.test(name)) return [`SCHILY.xattr.${name}`, value];
  const key = name.replace(/[%=\0]/g, (byte) => `%${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`);
  return [`LIBARCHIVE.xattr.${key}`, Buffer.from(value, "latin1").toString("base64")];
}

/** True for what overlayfs sets on its own upper directories. Inside a layer it would hide files. */
export function isOverlayAttribute(name: string): boolean {
  return name.startsWith("trusted.overlay.") || name.startsWith("user.overlay.");
}

function ustarHeader(entry: WritableEntry, path: string): Buffer {
  const block = Buffer.alloc(blockSize);
  const split = splitName(path) ?? { prefix: "", name: standIn(path) };
  block.write(split.name, field.name.at, "latin1");
  block.write(split.prefix, field.prefix.at, "latin1");
  block.write(entry.link.length > nameLimit || !isPlain(entry.link) ? standIn(entry.link) : entry.link, field.link.at, "latin1");
  writeOctal(block, field.mode, entry.mode & 0o7777);
  writeOctal(block, field.uid, fits(entry.uid, maxId) ? entry.uid : 0);
  writeOctal(block, field.gid, fits(entry.gid, maxId) ? entry.gid : 0);
  writeOctal(block, field.size, entry.type === EntryType.file && entry.size <= maxSize ? entry.size : 0);
  writeOctal(block, field.mtime, fits(entry.mtimeSeconds, maxSize) ? entry.mtimeSeconds : 0);
  writeOctal(block, field.devMajor, fits(entry.devMajor, maxId) ? entry.devMajor : 0);
  writeOctal(block, field.devMinor, fits(entry.devMinor, maxId) ? entry.devMinor : 0);
  return sealed(block, String(entry.type));
}

function extendedHeader(path: string, size: number): Buffer {
  const block = Buffer.alloc(blockSize);
  block.write(standIn(`PaxHeaders.0/${path.slice(path.lastIndexOf("/", path.length - 2) + 1)}`), field.name.at, "latin1");
  writeOctal(block, field.mode, 0o644);
  for (const empty of [field.uid, field.gid, field.mtime, field.devMajor, field.devMinor]) writeOctal(block, empty, 0);
  writeOctal(block, field.size, size);
  return sealed(block, "x");
}

function sealed(block: Buffer, typeflag: string): Buffer {
  block.write(typeflag, field.typeflag.at, "latin1");
  block.write("ustar\x0000", field.magic.at, "latin1");
  block.write(`${checksum(viewOf(block), 0).toString(8).padStart(6, "0")}\0 `, field.checksum.at, "latin1");
  return block;
}

function writeOctal(block: Buffer, where: { at: number; length: number }, value: number): void {
  block.write(value.toString(8).padStart(where.length - 1, "0"), where.at, "latin1");
}

function fits(value: number, most: number): boolean {
  return value >= 0 && value <= most;
}

/** Seconds as a decimal fraction. Nanoseconds count forwards, also before 1970. */
function timeText(seconds: number, nanos: number): string {
  const negative = seconds < 0;
  // -2 s and 600,000,000 ns are -1.4 s.
  const whole = negative && nanos > 0 ? -seconds - 1 : Math.abs(seconds);
  const fraction = negative && nanos > 0 ? 1_000_000_000 - nanos : nanos;
  const digits = fraction === 0 ? "" : `.${String(fraction).padStart(9, "0").replace(/0+$/, "")}`;
  return `${negative ? "-" : ""}${whole}${digits}`;
}

/** How the header holds a name: whole, or cut at a slash. Null when it cannot. */
function splitName(path: string): { prefix: string; name: string } | null {
  if (!isPlain(path)) return null;
  if (path.length <= nameLimit) return { prefix: "", name: path };
  // The first slash that leaves a name short enough; a directory's last slash belongs to its name.
  const slash = path.indexOf("/", path.length - nameLimit - 1);
  if (slash <= 0 || slash > field.prefix.length || slash >= path.length - 1) return null;
  return { prefix: path.slice(0, slash), name: path.slice(slash + 1) };
}

/** The name for readers that know nothing of PAX. */
function standIn(name: string): string {
  return name.replace(/[^\x20-\x7e]/g, "_").slice(0, nameLimit);
}

function isPlain(text: string): boolean {
  return !/[^\x20-\x7e]/.test(text);
}
