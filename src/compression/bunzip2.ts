/**
 * bzip2, which OCI does not define but `docker load` reads: for archives and layers, never written. Blocks are decoded one at a time by the
 * decoder of unbzip2-stream. Its stream decodes all that have arrived, which a bomb turns into gigabytes of memory.
 */
import type { BitReader } from "unbzip2-stream/lib/bit_iterator.js";

import { BallastError } from "../base/errors.ts";

/** Largest possible size of a compressed block, for block sizes 1 to 9 (in 100 kB). */
const packedBlock = (size: number): number => 25_000 + 100_000 * size;

/** All streams of the input, one after the other. @throws {BallastError} blob-corrupt */
export async function* bunzip2(input: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const [{ default: decoder }, { default: bits }] = await Promise.all([
    import("unbzip2-stream/lib/bzip2.js"),
    import("unbzip2-stream/lib/bit_iterator.js"),
  ]);
  const chunks = input[Symbol.asyncIterator]();
  const queue: Buffer[] = [];
  let received = 0;
  let hasEnded = false;
  // Created once there is input, since it reads its first bytes immediately.
  let reader: BitReader | null = null;
  /** Reads until this many bytes are available, or the input ends. Returns how many are. */
  const fill = async (wanted: number): Promise<number> => {
    while (!hasEnded && received - (reader?.bytesRead ?? 0) < wanted) {
      const next = await chunks.next();
      if (next.done === true) hasEnded = true;
      else if (next.value.length > 0) {
        queue.push(next.value);
        received += next.value.length;
      }
    }
    return received - (reader?.bytesRead ?? 0);
  };
  let blockSize = 0;
  let crc: number | null = 0;
  try {
    while ((await fill(packedBlock(blockSize))) > 0) {
      reader ??= bits(() => queue.shift());
      if (blockSize === 0) {
        blockSize = decoder.header(reader);
        crc = 0;
        continue;
      }
      const pieces = new Pieces();
      crc = decoder.decompress(reader, pieces.add, new Int32Array(100_000 * blockSize), 100_000 * blockSize, crc ?? 0);
      if (crc === null) blockSize = 0;
      else yield* pieces.all();
    }
  } catch (error) {
    throw new BallastError("blob-corrupt", "the bzip2 stream is damaged or cut off", { cause: error });
  }
  if (blockSize !== 0) throw new BallastError("blob-corrupt", "the bzip2 stream is cut off");
}

/** Collects single bytes. */
class Pieces {
  readonly #full: Buffer[] = [];
  #piece: Buffer = Buffer.allocUnsafe(1024 * 1024);
  #length = 0;

  readonly add = (byte: number): void => {
    if (this.#length === this.#piece.length) {
      this.#full.push(this.#piece);
      this.#piece = Buffer.allocUnsafe(1024 * 1024);
      this.#length = 0;
    }
    this.#piece[this.#length++] = byte;
  };

  all(): readonly Buffer[] {
    return [...this.#full, this.#piece.subarray(0, this.#length)];
  }
}
