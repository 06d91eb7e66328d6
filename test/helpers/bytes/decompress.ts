import { Readable } from "node:stream";
import { setTimeout as delay } from "node:timers/promises";

import { createDecompressor } from "../../../src/compression/decompress.ts";

export interface Decompressed {
  readonly output: Buffer;
  readonly warnings: readonly string[];
}

/** Decompresses these bytes, written in chunks of a given size. Fails, instead of hanging, when nothing comes for ten seconds. */
export async function decompress(kind: "gzip" | "zstd", input: Buffer, chunkSize = 64 * 1024): Promise<Decompressed> {
  const stream = await createDecompressor(kind);
  const chunks = (function* () {
    for (let at = 0; at < input.length; at += chunkSize) yield input.subarray(at, at + chunkSize);
  })();
  const source = Readable.from(chunks, { objectMode: false });
  source.on("error", (error) => stream.destroy(error));
  source.pipe(stream);
  const collect = async (): Promise<Buffer> => {
    const pieces: Buffer[] = [];
    for await (const piece of stream) pieces.push(piece as Buffer);
    return Buffer.concat(pieces);
  };
  const stop = new AbortController();
  const hang = delay(10_000, undefined, { signal: stop.signal }).then(() => {
    throw new Error("the decompressor hangs");
  });
  try {
    return { output: await Promise.race([collect(), hang]), warnings: stream.warnings };
  } finally {
    stop.abort();
    hang.catch(() => {});
    stream.destroy();
  }
}
