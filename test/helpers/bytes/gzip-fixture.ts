/**
 * gzip streams whose bytes depend on no zlib (RFC 1951, RFC 1952): the samples are made with it, so that every Node writes the same.
 * Greedy matches against the last place a four-byte prefix was seen, in one block of fixed Huffman codes: a third worse than gzip, and plain.
 */
import { crc32 } from "./crc32.ts";

export interface GzipOptions {
  /** Bytes of input a member; without it, one member holds all. */
  readonly memberSize?: number;
  /** The original name in the header. */
  readonly name?: string;
}

export function gzip(data: Buffer, options: GzipOptions = {}): Buffer {
  const size = options.memberSize ?? Math.max(data.length, 1);
  const members: Buffer[] = [];
  for (let at = 0; at === 0 || at < data.length; at += size) members.push(gzipMember(data.subarray(at, at + size), options.name));
  return Buffer.concat(members);
}

function gzipMember(data: Buffer, name: string | undefined): Buffer {
  const header = Buffer.from([0x1f, 0x8b, 8, name === undefined ? 0 : 8, 0, 0, 0, 0, 0, 255]);
  const trailer = Buffer.alloc(8);
  trailer.writeUInt32LE(crc32(data), 0);
  trailer.writeUInt32LE(data.length % 2 ** 32, 4);
  return Buffer.concat([header, name === undefined ? Buffer.alloc(0) : Buffer.from(`${name}\0`, "latin1"), deflate(data), trailer]);
}

const minMatch = 4;
const maxMatch = 258;
const window = 32_768;
const hashBits = 16;

function deflate(data: Buffer): Buffer {
  const out = new BitWriter();
  const lastSeen = new Int32Array(1 << hashBits).fill(-window - 1);
  out.write(1, 1);
  out.write(1, 2);
  let at = 0;
  while (at < data.length) {
    let length = 0;
    let distance = 0;
    if (at + minMatch <= data.length) {
      const hash = Math.imul(data.readUInt32LE(at), 0x9e3779b1) >>> (32 - hashBits);
      const candidate = lastSeen[hash]!;
      lastSeen[hash] = at;
      if (at - candidate <= window) {
        const limit = Math.min(maxMatch, data.length - at);
        while (length < limit && data[candidate + length] === data[at + length]) length += 1;
        distance = at - candidate;
      }
    }
    if (length >= minMatch) {
      writeLength(out, length);
      writeDistance(out, distance);
      at += length;
    } else {
      writeSymbol(out, data[at]!);
      at += 1;
    }
  }
  writeSymbol(out, 256);
  return out.finish();
}

/** Literal and length symbols in the fixed code (RFC 1951 § 3.2.6). */
function writeSymbol(out: BitWriter, symbol: number): void {
  if (symbol < 144) out.writeCode(0x30 + symbol, 8);
  else if (symbol < 256) out.writeCode(0x190 + symbol - 144, 9);
  else if (symbol < 280) out.writeCode(symbol - 256, 7);
  else out.writeCode(0xc0 + symbol - 280, 8);
}

const lengthBases = [3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258];
const lengthBits = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0];
const distanceBases = [
  1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097, 6145, 8193, 12289, 16385,
  24577,
];

function writeLength(out: BitWriter, length: number): void {
  const index = lastAtMost(lengthBases, length);
  writeSymbol(out, 257 + index);
  out.write(length - lengthBases[index]!, lengthBits[index]!);
}

function writeDistance(out: BitWriter, distance: number): void {
  const index = lastAtMost(distanceBases, distance);
  out.writeCode(index, 5);
  out.write(distance - distanceBases[index]!, index < 2 ? 0 : (index >> 1) - 1);
}

function lastAtMost(bases: readonly number[], value: number): number {
  let index = bases.length - 1;
  while (bases[index]! > value) index -= 1;
  return index;
}

class BitWriter {
  #bytes = Buffer.alloc(64 * 1024);
  #length = 0;
  #bits = 0;
  #count = 0;

  /** Least significant bit first, as everything but Huffman codes is stored. */
  write(value: number, count: number): void {
    this.#bits |= value << this.#count;
    this.#count += count;
    while (this.#count >= 8) {
      this.#push(this.#bits & 0xff);
      this.#bits >>>= 8;
      this.#count -= 8;
    }
  }

  /** Huffman codes are stored from their most significant bit. */
  writeCode(code: number, count: number): void {
    let reversed = 0;
    for (let bit = 0; bit < count; bit += 1) if ((code & (1 << bit)) !== 0) reversed |= 1 << (count - 1 - bit);
    this.write(reversed, count);
  }

  finish(): Buffer {
    if (this.#count > 0) this.#push(this.#bits & 0xff);
    return this.#bytes.subarray(0, this.#length);
  }

  #push(byte: number): void {
    if (this.#length === this.#bytes.length) this.#bytes = Buffer.concat([this.#bytes, Buffer.alloc(this.#bytes.length)]);
    this.#bytes[this.#length] = byte;
    this.#length += 1;
  }
}
