import * as zlib from "node:zlib";
import { BallastError } from "../errors.ts";
import type { Decompressor } from "./decompressor.ts";
import { outputChunkBytes, ZlibDecompressor } from "./decompressor.ts";
import { WasmZstdDecompressor } from "./zstd-wasm.ts";
import { loadZstdModule } from "./zstd-module.ts";

// Not in the types of the oldest Node that is supported, nor in that Node itself.
type ZstdStream = InstanceType<typeof zlib.Gunzip>;
const native = zlib as typeof zlib & { createZstdDecompress?: (options: { chunkSize: number }) => ZstdStream };

let probe: Promise<boolean> | null = null;

/** A decoder of zstd streams: all frames, skippable ones passed over, windows up to 128 MiB (zstd's own default limit). */
export async function createZstdDecompressor(): Promise<Decompressor> {
  probe ??= nativeIsSound();
  return (await probe) ? new NativeZstdDecompressor() : new WasmZstdDecompressor(await loadZstdModule());
}

/** Two frames that hold "ab" and "cd". */
const twoFrames = Buffer.from("28b52ffd2002110000616228b52ffd20021100006364", "hex");

/**
 * Node 22 to 25 have a zstd decoder that drops all frames after the first, and 22 takes truncated input without a word. So it is asked to
 * do both right, instead of looking at the version.
 */
async function nativeIsSound(): Promise<boolean> {
  if (native.createZstdDecompress === undefined) return false;
  return (await decodeNatively(twoFrames)) === "abcd" && (await decodeNatively(twoFrames.subarray(0, 9))) === null;
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

const explanations: Readonly<Record<string, string>> = {
  Z_BUF_ERROR: "is cut off",
  ZSTD_error_prefix_unknown: "holds bytes that are no zstd frame",
  ZSTD_error_frameParameter_windowTooLarge: "needs a window of more than 128 MiB, which engines do not allow either",
  ZSTD_error_checksum_wrong: "is damaged (a checksum does not match)",
};

/** The error for a zstd error's name (as in zstd_errors.h), or node:zlib's code for input that ends early. */
export function zstdError(name: string, cause?: Error): BallastError {
  return new BallastError("blob-corrupt", `the zstd stream ${explanations[name] ?? `is damaged (${name})`}`, { cause });
}
