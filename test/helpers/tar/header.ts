/**
 * Writes one 512-byte tar header (POSIX.1-2017 pax § ustar Interchange Format, GNU tar manual § Basic Tar Format).
 * Shares no code with `src/tar`, so that tests of the reader have something independent to read.
 */
import { blockSize } from "./bytes.ts";

export interface HeaderFields {
  /** At most 100 bytes. */
  readonly name: Buffer;
  /** At most 155 bytes, ustar only. */
  readonly prefix?: Buffer;
  readonly typeflag: string;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly size: number;
  readonly mtime: number;
  readonly link: Buffer;
  readonly uname: Buffer;
  readonly gname: Buffer;
  readonly devMajor: number;
  readonly devMinor: number;
  readonly magic: "ustar" | "gnu" | "none";
}

const at = {
  name: 0,
  mode: 100,
  uid: 108,
  gid: 116,
  size: 124,
  mtime: 136,
  checksum: 148,
  typeflag: 156,
  link: 157,
  magic: 257,
  uname: 265,
  gname: 297,
  devMajor: 329,
  devMinor: 337,
  prefix: 345,
} as const;

/** The header without its checksum, which `sealHeader` adds. Numbers that octal cannot hold are written in base 256. */
export function buildHeader(fields: HeaderFields): Buffer {
  const header = Buffer.alloc(blockSize);
  fields.name.copy(header, at.name, 0, 100);
  writeNumber(header, at.mode, 8, fields.mode);
  writeNumber(header, at.uid, 8, fields.uid);
  writeNumber(header, at.gid, 8, fields.gid);
  writeNumber(header, at.size, 12, fields.size);
  writeNumber(header, at.mtime, 12, fields.mtime);
  header.write(fields.typeflag, at.typeflag, 1, "latin1");
  fields.link.copy(header, at.link, 0, 100);
  if (fields.magic === "none") return header;
  header.write(fields.magic === "gnu" ? "ustar  \0" : "ustar\u000000", at.magic, 8, "latin1");
  fields.uname.copy(header, at.uname, 0, 32);
  fields.gname.copy(header, at.gname, 0, 32);
  if (fields.typeflag === "3" || fields.typeflag === "4") {
    writeNumber(header, at.devMajor, 8, fields.devMajor);
    writeNumber(header, at.devMinor, 8, fields.devMinor);
  }
  fields.prefix?.copy(header, at.prefix, 0, 155);
  return header;
}

export function sealHeader(header: Buffer): Buffer {
  header.fill(" ", at.checksum, at.checksum + 8);
  let sum = 0;
  for (const byte of header) sum += byte;
  header.write(`${sum.toString(8).padStart(6, "0")}\0 `, at.checksum, 8, "latin1");
  return header;
}

function writeNumber(header: Buffer, offset: number, width: number, value: number): void {
  const whole = Math.floor(value);
  const digits = whole.toString(8);
  if (whole >= 0 && digits.length < width) {
    header.write(`${digits.padStart(width - 1, "0")}\0`, offset, width, "latin1");
    return;
  }
  writeBase256(header, offset, width, whole);
}

/** GNU's binary numbers: big-endian two's complement, the first byte 0x80 for positive and 0xff for negative ones. */
export function writeBase256(header: Buffer, offset: number, width: number, value: number): void {
  let rest = BigInt(value);
  for (let index = width - 1; index > 0; index -= 1) {
    header[offset + index] = Number(rest & 0xffn);
    rest >>= 8n;
  }
  header[offset] = value < 0 ? 0xff : 0x80;
}
