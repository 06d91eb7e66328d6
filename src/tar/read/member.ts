/** Reads the header block of a member (a file, link, directory…), before anything an extended header says about it is applied. */
import { EntryType } from "../entry.ts";
import type { TarEntry, Xattr } from "../entry.ts";
import { blockSize, field, formatOf, readName, readText } from "../header.ts";
import { readNumber } from "../numbers.ts";
import { TarProblem } from "./problem.ts";
import { Typeflag } from "./typeflag.ts";

/** An entry that is still being put together. */
export type Draft = { -readonly [K in keyof TarEntry]: TarEntry[K] };

const noXattrs: readonly Xattr[] = [];

/**
 * `offset` is where the block lies in the archive, `groupOffset` where the first extended header before it does. A file's `storedSize` is
 * that of the size field; other types have none, whatever the field says (a hard link or directory that carries a size is followed by the
 * next header, not by data: that is how Go, and with it every engine, reads them).
 */
export function readMember(block: Buffer, at: number, offset: number, groupOffset: number): Draft {
  const flag = block[at + field.typeflag.at]!;
  const format = formatOf(block, at);
  const path = readName(block, at, format);
  const type = typeOf(flag, path);
  const isDevice = (type === EntryType.charDevice || type === EntryType.blockDevice) && format !== "v7";
  const size = type === EntryType.file ? sizeField(block, at) : 0;
  return {
    path,
    type,
    typeflag: flag === Typeflag.file ? "0" : String.fromCharCode(flag),
    mode: numberField(block, at, field.mode, "mode") & 0o7777,
    uid: numberField(block, at, field.uid, "uid"),
    gid: numberField(block, at, field.gid, "gid"),
    mtimeSeconds: numberField(block, at, field.mtime, "modification time"),
    mtimeNanos: 0,
    size,
    link: type === EntryType.hardlink || type === EntryType.symlink ? readText(block, at + field.link.at, field.link.length) : "",
    devMajor: isDevice ? numberField(block, at, field.devMajor, "device number") : 0,
    devMinor: isDevice ? numberField(block, at, field.devMinor, "device number") : 0,
    xattrs: noXattrs,
    sparse: null,
    headerOffset: groupOffset,
    dataOffset: offset + blockSize,
    storedSize: size,
  };
}

/** The size field of a header that data follows. Throws TarProblem for one that is not a size. */
export function sizeField(block: Buffer, at: number): number {
  const size = numberField(block, at, field.size, "size");
  if (size < 0) throw new TarProblem(`its size is negative (${size})`);
  return size;
}

function numberField(block: Buffer, at: number, where: { at: number; length: number }, what: string): number {
  const value = readNumber(block, at + where.at, where.length);
  if (Number.isNaN(value)) throw new TarProblem(`its ${what} is not a number`);
  return value;
}

/** The type a header's letter stands for. Letters that POSIX does not know are files, as it demands. */
export function typeOf(flag: number, path: string): EntryType {
  switch (flag) {
    case Typeflag.v7File: // v7 knew no directories but those of a trailing slash
      return path.endsWith("/") ? EntryType.directory : EntryType.file;
    case Typeflag.hardlink:
      return EntryType.hardlink;
    case Typeflag.symlink:
      return EntryType.symlink;
    case Typeflag.charDevice:
      return EntryType.charDevice;
    case Typeflag.blockDevice:
      return EntryType.blockDevice;
    case Typeflag.directory:
    case Typeflag.gnuDirectory:
      return EntryType.directory;
    case Typeflag.fifo:
      return EntryType.fifo;
    default: // also contiguous and sparse ones
      return EntryType.file;
  }
}

/** True for the letters of regular files that readers agree on. */
export function isKnownFile(flag: number): boolean {
  return flag === Typeflag.file || flag === Typeflag.v7File || flag === Typeflag.contiguousFile || flag === Typeflag.gnuSparseFile;
}
