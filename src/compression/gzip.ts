import type { TransformCallback } from "node:stream";
import { crc32 } from "node:zlib";
import { BlockCompressor } from "./blocks/block-compressor.ts";
import type { BlockPool } from "./blocks/block-pool.ts";
import type { BlockResult } from "./blocks/compress-block.ts";
import { windowBytes } from "./deflate/symbols.ts";

const blockBytes = 512 * 1024;

/** RFC 1952 section 2.3: deflate, no name, no time, operating system unknown. */
const header = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff]);

/** Writes one gzip member whose blocks are deflated in parallel, each with the end of the one before as its dictionary. */
export class GzipCompressor extends BlockCompressor {
  readonly #level: number;
  #crc = 0;
  #bytes = 0;
  #dictionary: Uint8Array | null = null;

  constructor(pool: BlockPool, level: number) {
    super(pool, blockBytes, 2);
    this.#level = level;
    this.push(header);
  }

  protected override compress(block: Uint8Array, last: boolean): Promise<BlockResult> {
    this.#crc = crc32(block, this.#crc);
    this.#bytes += block.length;
    const dictionary = this.#dictionary;
    this.#dictionary = last ? null : block.slice(-windowBytes);
    return this.pool.run({ kind: "gzip", level: this.#level, block, dictionary, last });
  }

  override _flush(done: TransformCallback): void {
    super._flush((error) => {
      if (!error) this.push(this.#trailer());
      done(error);
    });
  }

  #trailer(): Buffer {
    const trailer = Buffer.alloc(8);
    trailer.writeUInt32LE(this.#crc, 0);
    trailer.writeUInt32LE(this.#bytes % 2 ** 32, 4);
    return trailer;
  }
}
