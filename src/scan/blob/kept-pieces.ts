/** Keeps those pieces of a file in a stream that are needed once the file has ended. */
import { isWithin } from "../../../analyzers/packages/evidence/byte-source.ts";
import type { ByteSource } from "../../../analyzers/packages/evidence/byte-source.ts";

/**
 * `program` keeps an ELF file: all of it or, if it is large, its beginning, its end and the place of Go's build information. Of files that
 * are not ELF it keeps nothing.
 */
export type Keep = "whole" | "ends" | "program" | "nothing";

const headBytes = 64 * 1024;
/** The section headers of a program and the table of contents of an archive are at its end. */
const tailBytes = 4 * 1024 * 1024;
const wholeProgramBytes = 32 * 1024 * 1024;
const dataBytes = 1024 * 1024;
const elfMagic = 0x7f454c46;

interface Piece {
  readonly offset: number;
  readonly bytes: Buffer;
}

/** Bytes of the file from `start` up to but not including `end`. */
interface Range {
  readonly start: number;
  readonly end: number;
}

function rangesOf(size: number, keep: Keep): Range[] {
  if (keep === "nothing") return [];
  const isWhole = keep === "whole" || (keep === "program" && size <= wholeProgramBytes) || size <= headBytes + tailBytes;
  if (isWhole) return [{ start: 0, end: size }];
  return [
    { start: 0, end: headBytes },
    { start: size - tailBytes, end: size },
  ];
}

export class KeptPieces implements ByteSource {
  readonly size: number;
  readonly #keep: Keep;
  #position = 0;
  readonly #pieces: Piece[] = [];
  /** The wanted ranges, in order. */
  #ranges: Range[];

  constructor(size: number, keep: Keep) {
    this.size = size;
    this.#keep = keep;
    this.#ranges = rangesOf(size, keep);
  }

  /** The chunk that ends the file must stay valid as long as this is asked for pieces. */
  write(chunk: Buffer): void {
    const start = this.#position;
    const end = (this.#position += chunk.length);
    if (start === 0 && this.#keep === "program" && !this.#mayBeProgram(chunk)) return;
    if (chunk.length === this.size && this.#ranges.length > 0) {
      this.#pieces.push({ offset: 0, bytes: chunk });
      return;
    }
    for (const range of this.#ranges) {
      const [from, to] = [Math.max(start, range.start), Math.min(end, range.end)];
      // Copied, because the chunk's memory is reused.
      if (from < to) this.#pieces.push({ offset: from, bytes: Buffer.from(chunk.subarray(from - start, to - start)) });
    }
  }

  /** Also finds out where a large program keeps its data, which is where Go's linker writes. */
  #mayBeProgram(head: Buffer): boolean {
    if (head.length >= 4 && head.readUInt32BE(0) !== elfMagic) {
      this.#ranges = [];
      return false;
    }
    if (this.#ranges.length > 1) {
      const data = dataSegment(head);
      if (data !== null && data > headBytes)
        this.#ranges.splice(1, 0, { start: data, end: Math.min(data + dataBytes, this.size - tailBytes) });
    }
    return true;
  }

  read(offset: number, length: number): Buffer | null {
    if (!isWithin(offset, length, this.size)) return null;
    const found: Buffer[] = [];
    let at = offset;
    for (const { offset: start, bytes } of this.#pieces) {
      if (at === offset + length) break;
      if (start > at) return null;
      if (start + bytes.length <= at) continue;
      const piece = bytes.subarray(at - start, offset + length - start);
      found.push(piece);
      at += piece.length;
    }
    if (at < offset + length) return null;
    return found.length === 1 ? found[0]! : Buffer.concat(found);
  }
}

/** Offset of the first writable part of a 64-bit little-endian program, which large Go programs are; null for others. */
function dataSegment(head: Buffer): number | null {
  if (head.length < 64 || head[4] !== 2 || head[5] !== 1) return null;
  const [table, size, count] = [Number(head.readBigUInt64LE(32)), head.readUInt16LE(54), head.readUInt16LE(56)];
  for (let index = 0; index < count; index += 1) {
    const at = table + index * size;
    if (size < 56 || at + 56 > head.length) return null;
    if (head.readUInt32LE(at) === 1 && (head.readUInt32LE(at + 4) & 2) !== 0) return Number(head.readBigUInt64LE(at + 8));
  }
  return null;
}
