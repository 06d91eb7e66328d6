/** Turns one described entry into its blocks: long-name or PAX blocks where needed, header, content, padding. */
import { padded, toBuffer } from "./bytes.ts";
import type { Bytes } from "./bytes.ts";
import type { FixtureEntry, FixtureType } from "./entry.ts";
import { buildHeader, sealHeader } from "./header.ts";
import type { HeaderFields } from "./header.ts";
import { member } from "./member.ts";
import { encodePaxRecords, paxBlocks } from "./pax.ts";
import { gnuSparse, paxSparse } from "./sparse.ts";

const typeflags: Record<FixtureType, string> = {
  file: "0",
  hardlink: "1",
  symlink: "2",
  "character-device": "3",
  "block-device": "4",
  directory: "5",
  fifo: "6",
  contiguous: "7",
};

const octalLimit = { id: 0o7777777, size: 0o77777777777 } as const;

export function encodeEntry(entry: FixtureEntry): Buffer {
  const name = directoryName(entry);
  const content = toBuffer(entry.content ?? "");
  const plain: HeaderFields = {
    name,
    typeflag: entry.typeflag ?? typeflags[entry.type],
    mode: entry.mode ?? (entry.type === "directory" ? 0o755 : 0o644),
    uid: entry.uid ?? 0,
    gid: entry.gid ?? 0,
    size: entry.claimedSize ?? content.length,
    mtime: entry.mtime ?? 1_000_000_000,
    link: toBuffer(entry.link ?? ""),
    uname: Buffer.from(entry.uname ?? ""),
    gname: Buffer.from(entry.gname ?? ""),
    devMajor: entry.device?.[0] ?? 0,
    devMinor: entry.device?.[1] ?? 0,
    magic: "ustar",
  };
  if (entry.format === "v7") return member(entry, { ...plain, magic: "none" }, content);
  if (entry.format === "gnu" || entry.sparse?.form === "gnu") return encodeGnu(entry, { ...plain, magic: "gnu" }, content);
  return encodePax(entry, plain, content);
}

/** Directories end in a slash, as every writer of tar archives does it. */
function directoryName(entry: FixtureEntry): Buffer {
  const name = toBuffer(entry.name);
  if (entry.type !== "directory" || name.at(-1) === 0x2f) return name;
  return Buffer.concat([name, Buffer.from("/")]);
}

function encodeGnu(entry: FixtureEntry, fields: HeaderFields, content: Buffer): Buffer {
  const blocks: Buffer[] = [];
  if (fields.link.length > 100) blocks.push(gnuLong("K", fields.link));
  if (fields.name.length > 100) blocks.push(gnuLong("L", fields.name));
  if (entry.sparse === undefined) blocks.push(member(entry, fields, content));
  else blocks.push(gnuSparse(entry, fields, entry.sparse));
  return Buffer.concat(blocks);
}

/** GNU's long name (`L`) or long link (`K`): an entry of its own whose content is the name and a NUL. */
function gnuLong(typeflag: "K" | "L", value: Buffer): Buffer {
  const content = Buffer.concat([value, Buffer.from([0])]);
  const header = buildHeader({ ...emptyFields, name: Buffer.from("././@LongLink"), typeflag, size: content.length, magic: "gnu" });
  return Buffer.concat([sealHeader(header), padded(content)]);
}

const none = Buffer.alloc(0);
const emptyFields: HeaderFields = {
  name: none,
  typeflag: "0",
  mode: 0o644,
  uid: 0,
  gid: 0,
  size: 0,
  mtime: 0,
  link: none,
  uname: none,
  gname: none,
  devMajor: 0,
  devMinor: 0,
  magic: "ustar",
};

function encodePax(entry: FixtureEntry, plain: HeaderFields, content: Buffer): Buffer {
  if (entry.sparse !== undefined) return paxSparse(entry, plain, entry.sparse);
  const records: [string, Bytes][] = [...(entry.pax ?? [])].map(([key, value]) => [key, value]);
  const split = splitName(plain.name);
  if (split === null) records.push(["path", plain.name]);
  if (plain.link.length > 100) records.push(["linkpath", plain.link]);
  if (plain.uid > octalLimit.id) records.push(["uid", String(plain.uid)]);
  if (plain.gid > octalLimit.id) records.push(["gid", String(plain.gid)]);
  if (plain.size > octalLimit.size) records.push(["size", String(plain.size)]);
  if (plain.mtime < 0 || !Number.isInteger(plain.mtime) || plain.mtime > octalLimit.size) records.push(["mtime", String(plain.mtime)]);
  for (const [key, value] of Object.entries(entry.xattrs ?? {})) records.push([`SCHILY.xattr.${key}`, value]);
  const fields: HeaderFields = {
    ...plain,
    name: split?.name ?? plain.name.subarray(0, 100),
    prefix: split?.prefix ?? none,
    uid: Math.min(plain.uid, octalLimit.id),
    gid: Math.min(plain.gid, octalLimit.id),
    size: Math.min(plain.size, octalLimit.size),
    mtime: Math.min(Math.max(Math.floor(plain.mtime), 0), octalLimit.size),
  };
  const head = records.length === 0 ? none : paxBlocks("x", encodePaxRecords(records));
  return Buffer.concat([head, member(entry, fields, content)]);
}

/** ustar's prefix field takes what stands before a slash of a name longer than 100 bytes; null when no slash fits. */
function splitName(name: Buffer): { name: Buffer; prefix: Buffer } | null {
  if (name.length <= 100) return { name, prefix: none };
  for (let slash = Math.min(155, name.length - 2); slash > 0; slash -= 1) {
    if (name[slash] === 0x2f && name.length - slash - 1 <= 100) return { name: name.subarray(slash + 1), prefix: name.subarray(0, slash) };
  }
  return null;
}
