import * as zlib from "node:zlib";
import type { Decompressor } from "../decompressor.ts";
import { outputChunkBytes, ZlibDecompressor } from "../decompressor.ts";
import { ZstdDecoder } from "./decoder.ts";
import { zstdError } from "./error.ts";
import { WasmZstdDecompressor } from "./wasm.ts";
import { loadZstdModule } from "./module.ts";

// Not in the types of the oldest Node that is supported, nor in that Node itself.
type ZstdStream = InstanceType<typeof zlib.Gunzip>;
const native = zlib as typeof zlib & { createZstdDecompress?: (options: { chunkSize: number }) => ZstdStream };

let probe: Promise<boolean> | null = null;

/** A decoder of zstd streams: all frames, skippable ones passed over, windows up to 128 MiB (zstd's own default limit). */
export async function createZstdDecompressor(): Promise<Decompressor> {
  probe ??= nativeIsSound();
  return (await probe) ? new NativeZstdDecompressor() : new WasmZstdDecompressor(await loadZstdModule());
}

/** A decoder that works in the calling thread, without a stream around it; null where Node's own, which has a thread to itself, is sound. */
export async function createZstdDecoder(): Promise<ZstdDecoder | null> {
  probe ??= nativeIsSound();
  return (await probe) ? null : new ZstdDecoder(await loadZstdModule());
}

/** Two frames that hold "ab" and "cd". */
const twoFrames = Buffer.from("28b52ffd2002110000616228b52ffd20021100006364", "hex");
/** A skippable frame that holds "x". */
const skippableFrame = Buffer.from("502a4d180100000078", "hex");

/**
 * Node 22 to 25 have a zstd decoder that drops all frames after the first, 22 takes truncated input without a word, and 26 calls a stream
 * cut off that holds no frame but skippable ones, or nothing. So it is asked to do all of it right, instead of looking at the version.
 */
async function nativeIsSound(): Promise<boolean> {
  if (native.createZstdDecompress === undefined) return false;
  const answers = await Promise.all(
    [twoFrames, twoFrames.subarray(0, 9), skippableFrame, Buffer.alloc(0)].map((input) => decodeNatively(input)),
  );
  return answers[0] === "abcd" && answers[1] === null && answers[2] === "" && answers[3] === "";
}

function decodeNatively(input: Buffer): Promise<string | null> {
  return new Promise((resolve) => {
    const stream = native.createZstdDecompress!({ chunkSize: 1024 });
    let text = "";
    stream.on("data", (chunk: Buffer) => (text += chunk.toString("latin1")));
    stream.on("error", () => resolve(null));
    stream.on("end", () => resolve(text));
    stream.end(input);
  });
}

class NativeZstdDecompressor extends ZlibDecompressor {
  constructor() {
    super(native.createZstdDecompress!({ chunkSize: outputChunkBytes }));
  }

  protected override explain(error: Error & { code?: string }): Error {
    return zstdError(error.code ?? error.message, error);
  }

  protected override trailing(): Error {
    return zstdError("ZSTD_error_prefix_unknown");
  }
}
