/** PAX extended headers (POSIX.1-2017 pax § pax Extended Header): records of `length key=value\n`, the length counting itself. */
import { padded, toBuffer } from "./bytes.ts";
import type { Bytes } from "./bytes.ts";
import { buildHeader, sealHeader } from "./header.ts";

export type PaxRecord = readonly [key: string, value: Bytes];

export function encodePaxRecords(records: readonly PaxRecord[]): Buffer {
  return Buffer.concat(records.map(([key, value]) => encodePaxRecord(key, value)));
}

function encodePaxRecord(key: string, value: Bytes): Buffer {
  const body = Buffer.concat([Buffer.from(` ${key}=`), toBuffer(value), Buffer.from("\n")]);
  let length = body.length;
  while (String(length).length + body.length !== length) length = String(length).length + body.length;
  return Buffer.concat([Buffer.from(String(length)), body]);
}

/** The blocks of an `x` (next entry) or `g` (all following entries) header with these records, which may be broken on purpose. */
export function paxBlocks(typeflag: "x" | "g", records: Buffer): Buffer {
  const header = buildHeader({
    name: Buffer.from(typeflag === "x" ? "PaxHeaders.0/entry" : "pax_global_header"),
    typeflag,
    mode: 0o644,
    uid: 0,
    gid: 0,
    size: records.length,
    mtime: 0,
    link: Buffer.alloc(0),
    uname: Buffer.alloc(0),
    gname: Buffer.alloc(0),
    devMajor: 0,
    devMinor: 0,
    magic: "ustar",
  });
  return Buffer.concat([sealHeader(header), padded(records)]);
}
