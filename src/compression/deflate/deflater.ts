import { BitWriter } from "./bit-writer.ts";
import { BlockEnd } from "./block-end.ts";
import { Block } from "./block.ts";
import { effortOf } from "./levels.ts";
import { MatchFinder, readAhead } from "./match-finder.ts";
import { parseBlock } from "./parse.ts";
import { shortestMatch } from "./symbols.ts";
import { BlockWriter } from "./write-block.ts";

/** Matches of three and four bytes only pay off with this many different bytes: with fewer, each byte takes few bits. */
const differentForThree = 40;
const differentForFour = 20;
/** The first block is judged by its first bytes, the others by the block before. */
const judgedBytes = 4096;
/** Bytes rarer than this in a block do not count. */
const rareShare = 1 / 1024;

/** How much a piece can grow: by five bytes for each stored block of 65,535, and the boundary. */
const roomBeyond = (bytes: number): number => Math.ceil(bytes / 1000) + 1024;

/**
 * Compresses pieces of a deflate stream independently, reusing memory. The bytes depend only on the piece, what precedes it, and the level,
 * not on Node or the machine.
 */
export class Deflater {
  #input = new Uint8Array(new ArrayBuffer(0));
  readonly #out = new BitWriter();
  readonly #writer = new BlockWriter(this.#out);
  readonly #parser = { finder: new MatchFinder(), block: new Block(), blockEnd: new BlockEnd() };

  /**
   * @param before data that matches may refer to, at most the window
   * @param isLast the stream ends with it; otherwise it ends on a byte boundary (like pigz), so that the next can follow it
   */
  deflate(piece: Uint8Array, before: Uint8Array | null, level: number, isLast: boolean): Uint8Array {
    const start = before?.length ?? 0;
    const end = start + piece.length;
    this.#load(piece, before);
    this.#out.start(piece.length + roomBeyond(piece.length));
    const bytes = this.#input;
    let shortest = shortestWorth(bytes.subarray(start, Math.min(end, start + judgedBytes)));
    let at = start;
    do {
      const from = at;
      at = parseBlock(this.#parser, { bytes, end }, from, effortOf(level), shortest);
      this.#writer.write(this.#parser.block, bytes.subarray(from, at), isLast && at === end);
      shortest = shortestAfter(this.#parser.block);
    } while (at < end);
    if (isLast) this.#out.align();
    else this.#writer.writeBoundary();
    return this.#out.bytes.slice(0, this.#out.length);
  }

  /** Copies both into the input, and adds `before` to the match finder. */
  #load(piece: Uint8Array, before: Uint8Array | null): void {
    const start = before?.length ?? 0;
    const end = start + piece.length;
    if (this.#input.length < end + readAhead) this.#input = new Uint8Array(end + readAhead);
    if (before !== null) this.#input.set(before);
    this.#input.set(piece, start);
    // The finder reads these, but they are never part of a match.
    this.#input.fill(0, end, end + readAhead);
    this.#parser.finder.start(new DataView(this.#input.buffer));
    this.#parser.finder.insert(0, start);
  }
}

function shortestWorth(bytes: Uint8Array): number {
  return shortestOf(new Set(bytes).size);
}

function shortestAfter({ literals }: Block): number {
  const counts = literals.subarray(0, 256);
  const total = counts.reduce((sum, count) => sum + count, 0);
  return shortestOf(counts.reduce((used, count) => used + (count > total * rareShare ? 1 : 0), 0));
}

function shortestOf(differentBytes: number): number {
  return differentBytes >= differentForThree ? shortestMatch : differentBytes >= differentForFour ? shortestMatch + 1 : shortestMatch + 2;
}
