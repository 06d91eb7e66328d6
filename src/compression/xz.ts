/** xz (LZMA2), which OCI does not know but `docker load` reads: archives and layers, never written. */
import { Readable } from "node:stream";
import type { ReadableStream } from "node:stream/web";

import type * as Xz from "xz-decompress";

import { BallastError } from "../base/errors.ts";

/** All streams of the input, one after the other. Memory is bounded by the dictionary. @throws {BallastError} blob-corrupt */
export async function* unxz(input: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  // The package is CommonJS, and its names are not seen by an import.
  const { XzReadableStream } = ((await import("xz-decompress")) as unknown as { default: typeof Xz }).default;
  const source = Readable.toWeb(Readable.from(input, { objectMode: false }));
  const unpacked = new XzReadableStream(source as never) as unknown as ReadableStream<Uint8Array>;
  try {
    for await (const chunk of unpacked) yield Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
  } catch (error) {
    if (error instanceof BallastError) throw error;
    throw new BallastError("blob-corrupt", `the xz stream is damaged or cut off`, { cause: error });
  }
}
