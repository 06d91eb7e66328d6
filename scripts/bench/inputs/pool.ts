/** File contents by the slice, from two pools made once: text that compresses about as real text does, and bytes as of programs. */
import { binary, numbers, prose } from "../../samples/content.ts";

const poolBytes = 4 * 1024 * 1024;

export interface ContentPool {
  /** Text like source code and documentation. */
  text(bytes: number): Buffer;
  /** Bytes like programs and libraries: gzip halves them. */
  binary(bytes: number): Buffer;
  /** A size as files in a root filesystem have them: many small, few large; `mean` on average. */
  size(mean: number): number;
}

/** Pools of different seeds give different slices. */
export function contentPool(seed = "content pool"): ContentPool {
  const next = numbers(seed);
  const text = Buffer.from(prose("pool", poolBytes), "latin1");
  const binaries = Buffer.concat(Array.from({ length: 8 }, (_, index) => mixed(index)));
  const slice = (pool: Buffer, bytes: number): Buffer => {
    if (bytes <= pool.length) {
      const start = next(pool.length - bytes + 1);
      return pool.subarray(start, start + bytes);
    }
    return Buffer.concat([pool, slice(pool, bytes - pool.length)]);
  };
  return {
    text: (bytes) => slice(text, bytes),
    binary: (bytes) => slice(binaries, bytes),
    size: (mean) => Math.floor((mean / 3) * -Math.log(1 - next(1000) / 1000) * (next(20) === 0 ? 40 : 1)),
  };
}

/** Half of it random, half of it strings and zeros. */
function mixed(index: number): Buffer {
  const half = poolBytes / 16;
  return Buffer.concat([binary(`pool ${index}`, half), Buffer.from(prose(`strings ${index}`, half / 2), "latin1"), Buffer.alloc(half / 2)]);
}
