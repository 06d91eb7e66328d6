/** The 512-byte header block: where its fields lie, and how the formats that share it are told apart. */

export const blockSize = 512;

/** Offsets and lengths of the header's fields (POSIX ustar; the first ten are older than it). */
export const field = {
  name: { at: 0, length: 100 },
  mode: { at: 100, length: 8 },
  uid: { at: 108, length: 8 },
  gid: { at: 116, length: 8 },
  size: { at: 124, length: 12 },
  mtime: { at: 136, length: 12 },
  checksum: { at: 148, length: 8 },
  typeflag: { at: 156, length: 1 },
  link: { at: 157, length: 100 },
  magic: { at: 257, length: 6 },
  version: { at: 263, length: 2 },
  devMajor: { at: 329, length: 8 },
  devMinor: { at: 337, length: 8 },
  prefix: { at: 345, length: 155 },
} as const;

/** `v7` has no magic, no prefix and no devices; `gnu` has other things where ustar has its prefix; `star` has a shorter prefix. */
export type HeaderFormat = "v7" | "ustar" | "star" | "gnu";

/** Bytes up to the next block boundary after `size` bytes of content. */
export function paddingOf(size: number): number {
  const over = size % blockSize;
  return over === 0 ? 0 : blockSize - over;
}

/** The same bytes, to be read four at a time. */
export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Sum of all bytes of the block, the checksum field counted as spaces. 256 (the field alone) means that the block is all zeros. */
export function checksum(block: DataView, at: number): number {
  return 8 * 0x20 + sumOfBytes(block, at, at + blockSize) - sumOfBytes(block, at + 148, at + 156);
}

/** Sums words of at most a block: even bytes add up in one half of a 32-bit number, odd ones in the other, and neither overflows. */
function sumOfBytes(block: DataView, from: number, to: number): number {
  let sums = 0;
  for (let at = from; at < to; at += 4) {
    const word = block.getInt32(at, true);
    sums = (sums + (word & 0xff00ff) + ((word >>> 8) & 0xff00ff)) | 0;
  }
  return (sums & 0xffff) + (sums >>> 16);
}

/** The sum that some old tars wrote: the same over signed bytes. */
export function signedChecksum(block: DataView, at: number): number {
  let sum = checksum(block, at);
  for (let i = 0; i < blockSize; i += 1) {
    const inField = i >= field.checksum.at && i < field.checksum.at + field.checksum.length;
    if (!inField && block.getInt8(at + i) < 0) sum -= 0x100;
  }
  return sum;
}

/** True when every byte of the block is 0. */
export function isZeroBlock(block: Uint8Array, at: number): boolean {
  for (let i = at; i < at + blockSize; i += 1) if (block[i] !== 0) return false;
  return true;
}

export function formatOf(block: Buffer, at: number): HeaderFormat {
  // "ustar" up to its last letter: what follows tells GNU from POSIX.
  if (block[at + 257] !== 0x75 || block[at + 261] !== 0x72 || block.toString("latin1", at + 257, at + 262) !== "ustar") return "v7";
  const after = block[at + 262]!;
  if (after === 0) return block.toString("latin1", at + 508, at + 512) === "tar\0" ? "star" : "ustar";
  return after === 0x20 && block[at + 263] === 0x20 && block[at + 264] === 0 ? "gnu" : "v7";
}

/** A text field up to its first NUL or its whole length, as a byte string. */
export function readText(block: Buffer, at: number, length: number): string {
  let end = at;
  const limit = at + length;
  while (end < limit && block[end] !== 0) end += 1;
  return end === at ? "" : block.toString("latin1", at, end);
}

/** The name, the prefix put before it where the format has one. */
export function readName(block: Buffer, at: number, format: HeaderFormat): string {
  const name = readText(block, at, field.name.length);
  if (format === "v7" || block[at + field.prefix.at] === 0) return name;
  if (format === "gnu" && !isMisplacedPrefix(block, at)) return name;
  const prefix = readText(block, at + field.prefix.at, format === "star" ? 131 : field.prefix.length);
  return prefix === "" ? name : `${prefix}/${name}`;
}

/**
 * GNU headers have times where ustar has its prefix, but Go before 1.8 (and so the Docker of that time) wrote GNU magic together with a
 * prefix. ASCII in that place that is not a pair of numbers is such a prefix.
 */
function isMisplacedPrefix(block: Buffer, at: number): boolean {
  const start = at + field.prefix.at;
  for (let i = start; i < start + 24; i += 1) {
    const byte = block[i]!;
    if (byte >= 0x80) return false;
    if (byte !== 0 && byte !== 0x20 && (byte < 0x30 || byte > 0x37)) return true;
  }
  return false;
}
