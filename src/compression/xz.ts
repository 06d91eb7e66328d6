/** xz (LZMA2), which OCI does not define but `docker load` reads: for archives and layers, never written. */
import { Readable } from "node:stream";
import type { ReadableStream } from "node:stream/web";

import type * as Xz from "xz-decompress";

import { BallastError } from "../base/errors.ts";

/** Bytes of the stream's header and the longest possible block header (The .xz File Format, § 2.1.1 and § 3.1). */
const headBytes = 12 + 1024;

/**
 * All streams of the input, one after the other. Memory is bounded by the dictionary.
 * @throws {BallastError} blob-corrupt; unsupported-image for features that the decoder lacks
 */
export async function* unxz(input: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  // The package is CommonJS, and its named exports are not visible to an import.
  const { XzReadableStream } = ((await import("xz-decompress")) as unknown as { default: typeof Xz }).default;
  const head: Buffer[] = [];
  const source = Readable.toWeb(Readable.from(remembering(input, head), { objectMode: false }));
  const unpacked = new XzReadableStream(source as never) as unknown as ReadableStream<Uint8Array>;
  try {
    for await (const chunk of unpacked) yield Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
  } catch (error) {
    if (error instanceof BallastError) throw error;
    const unread = unreadFeature(Buffer.concat(head));
    if (unread !== null) {
      throw new BallastError("unsupported-image", `its xz stream has ${unread}, which Ballast does not read`, {
        hint: "pack it anew: `xz -dc OLD | xz > NEW`",
        cause: error,
      });
    }
    throw new BallastError("blob-corrupt", `the xz stream is damaged or cut off`, { cause: error });
  }
}

async function* remembering(input: AsyncIterable<Buffer>, head: Buffer[]): AsyncGenerator<Buffer> {
  let missing = headBytes;
  for await (const chunk of input) {
    if (missing > 0) head.push(Buffer.from(chunk.subarray(0, missing)));
    missing -= chunk.length;
    yield chunk;
  }
}

/** The feature of the first stream that the decoder lacks. Filters are read from the first block, since all blocks have the same. */
export function unreadFeature(head: Uint8Array): string | null {
  if (head.length < 14) return null;
  if ((head[7]! & 0x0f) === 0x0a) return "SHA-256 as its check (xz --check=sha256)";
  return (head[13]! & 0x03) > 0 ? "a filter before LZMA2 (xz --x86, --delta and the like)" : null;
}
