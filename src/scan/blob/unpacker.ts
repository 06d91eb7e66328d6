/** What a compressed blob's bytes are written to; what they unpack to is handed on. */
import { createDecompressor } from "../../compression/decompress.ts";
import type { ReadableCompression } from "../../compression/sniff.ts";
import type { ZstdDecoder } from "../../compression/zstd/decoder.ts";
import { DeferredReader } from "./deferred-reader.ts";
import type { Unpacker } from "./deferred-reader.ts";

/** `consume` gets pieces that are only valid during the call. */
export async function createUnpacker(kind: Exclude<ReadableCompression, "none">, consume: (piece: Buffer) => void): Promise<Unpacker> {
  if (kind !== "zstd") return new DeferredReader(await createDecompressor(kind), consume);
  const { createZstdDecoder } = await import("../../compression/zstd/zstd.ts");
  return new DirectUnpacker(await createZstdDecoder(), consume);
}

/** For a decoder that shares this thread: its pieces are read where it leaves them. */
class DirectUnpacker implements Unpacker {
  readonly #decoder: ZstdDecoder;
  readonly #consume: (piece: Buffer) => void;
  readonly warnings = [];

  constructor(decoder: ZstdDecoder, consume: (piece: Buffer) => void) {
    this.#decoder = decoder;
    this.#consume = consume;
  }

  async write(chunk: Buffer): Promise<void> {
    try {
      for (const piece of this.#decoder.decode(chunk)) this.#consume(piece);
    } catch (error) {
      this.#decoder.free();
      throw error;
    }
  }

  async end(): Promise<void> {
    try {
      this.#decoder.end();
    } finally {
      this.#decoder.free();
    }
  }
}
