import { BitWriter } from "./bit-writer.ts";
import { BlockEnd } from "./block-end.ts";
import { Block } from "./block.ts";
import { effortOf } from "./levels.ts";
import { MatchFinder, readAhead } from "./match-finder.ts";
import { parseBlock } from "./parse.ts";
import { shortestMatch } from "./symbols.ts";
import { BlockWriter } from "./write-block.ts";

/** From how many different bytes on matches of three and of four are worth it: with fewer, each byte takes few bits. */
const differentForThree = 40;
const differentForFour = 20;
/** The first block is judged by so many bytes, the next by the one before. */
const judgedBytes = 4096;
/** A byte that makes up less of a block does not count. */
const rareShare = 1 / 1024;

/** What a piece can take beyond its bytes: five for each stored block of 65,535, and the boundary. */
const roomBeyond = (bytes: number): number => Math.ceil(bytes / 1000) + 1024;

/**
 * Compresses pieces of a deflate stream, each by itself, one after the other in the same memory. The bytes depend on the piece, on what
 * lies before it and on the level alone: neither on Node nor on the machine.
 */
export class Deflater {
  #input = new Uint8Array(new ArrayBuffer(0));
  readonly #out = new BitWriter();
  readonly #writer = new BlockWriter(this.#out);
  readonly #parser = { finder: new MatchFinder(), block: new Block(), blockEnd: new BlockEnd() };

  /**
   * @param before what the piece may refer back to, at most the window
   * @param isLast the stream ends with it; else it ends on a byte's boundary (pigz's way), so that the next can be put after it
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

  /** Puts both one after the other, and makes known what comes before. */
  #load(piece: Uint8Array, before: Uint8Array | null): void {
    const start = before?.length ?? 0;
    const end = start + piece.length;
    if (this.#input.length < end + readAhead) this.#input = new Uint8Array(end + readAhead);
    if (before !== null) this.#input.set(before);
    this.#input.set(piece, start);
    // Read by the finder, though never part of a match.
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
