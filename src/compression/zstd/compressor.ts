import { BlockCompressor } from "../blocks/block-compressor.ts";
import type { BlockPool } from "../blocks/block-pool.ts";
import type { BlockResult } from "../blocks/compress-block.ts";

/** Frames are independent, so they are large: at 16 MiB that costs less than one percent. */
const frameBytes = 16 * 1024 * 1024;

/**
 * Writes independent zstd frames, with one WebAssembly build of the library on every Node: the built-in ones differ between versions of
 * Node, and Node 20 has none.
 */
export class ZstdCompressor extends BlockCompressor {
  readonly #level: number;

  constructor(pool: BlockPool, level: number) {
    super(pool, frameBytes, 1);
    this.#level = level;
  }

  protected override compress(block: Uint8Array, last: boolean): Promise<BlockResult> {
    return this.pool.run({ kind: "zstd", level: this.#level, block, dictionary: null, last });
  }
}
