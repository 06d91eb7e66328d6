import type { Gunzip } from "node:zlib";

import type { ZstdDecoder } from "./decoder.ts";
import { zstdError } from "./error.ts";
import { FrameWalk } from "./frame-walk.ts";

/** Output at a time: small enough to be still in the processor's cache when it is hashed. */
const outputBytes = 256 * 1024;
/** Size of the stream's own output buffer, which is not used: the smallest allowed. */
const unusedBytes = 64;

/** What every stream of node:zlib is built on. Undocumented, but npm's own minizlib uses it too. */
interface ZlibHandle {
  /** Decodes as much as fits, and sets `_writeState` to how much of the output and the input is left. */
  writeSync(
    flush: number,
    input: Uint8Array,
    inputAt: number,
    inputBytes: number,
    output: Buffer,
    outputAt: number,
    outputBytes: number,
  ): void;
}

type ZstdStream = Gunzip & { readonly _handle: ZlibHandle; readonly _writeState: Uint32Array };

// Missing from the oldest supported Node, and from its types.
const { createZstdDecompress, constants } = process.getBuiltinModule("node:zlib") as unknown as {
  readonly createZstdDecompress?: (options: { readonly chunkSize: number }) => ZstdStream;
  readonly constants: { readonly ZSTD_e_continue: number };
};

/**
 * Node's own library, called without the stream around it. The stream drops all frames after the first in Node 22 to 25, silently accepts
 * truncated input in 22, and in 26 reports a stream of only skippable frames as truncated; and its thread, with new memory for all output,
 * costs as much as it gains. The end is found by walking the frames.
 */
class NativeZstdDecoder implements ZstdDecoder {
  readonly #stream: ZstdStream;
  readonly #walk = new FrameWalk();
  readonly #output = Buffer.allocUnsafeSlow(outputBytes);
  #isFreed = false;

  constructor(stream: ZstdStream) {
    this.#stream = stream;
    // Errors are read from `errored` right after the failing call.
    stream.on("error", () => {});
  }

  *decode(chunk: Uint8Array): Generator<Buffer> {
    const { _handle: handle, _writeState: state } = this.#stream;
    let [at, isMore] = [0, chunk.length > 0];
    while (isMore && !this.#isFreed) {
      handle.writeSync(constants.ZSTD_e_continue, chunk, at, chunk.length - at, this.#output, 0, outputBytes);
      const error: NodeJS.ErrnoException | null = this.#stream.errored;
      if (error !== null) throw this.#failure(chunk, error);
      const [room, left] = [state[0]!, state[1]!];
      // Node 26 silently ignores input that is not a frame.
      if (left > 0 && left === chunk.length - at && room === outputBytes) throw zstdError("ZSTD_error_prefix_unknown");
      at = chunk.length - left;
      // A full output buffer may have left more inside the library.
      isMore = left > 0 || room === 0;
      if (room < outputBytes) yield this.#output.subarray(0, outputBytes - room);
    }
    this.#walk.follow(chunk);
  }

  /** The window of the failing frame is in its header, which may be in this chunk. */
  #failure(chunk: Uint8Array, error: NodeJS.ErrnoException): Error {
    this.#walk.follow(chunk);
    return zstdError(error.code ?? error.message, { cause: error, window: this.#walk.largestWindow });
  }

  end(): void {
    if (!this.#walk.isBetweenFrames) throw zstdError("Z_BUF_ERROR");
  }

  free(): void {
    this.#isFreed = true;
    this.#stream.destroy();
  }
}

let isSound: boolean | null = null;

/** Null if Node has no zstd, or it does not work when called this way. */
export function createNativeDecoder(): ZstdDecoder | null {
  if (createZstdDecompress === undefined) return null;
  isSound ??= answersRight(createZstdDecompress);
  return isSound ? nativeDecoder(createZstdDecompress) : null;
}

function nativeDecoder(create: NonNullable<typeof createZstdDecompress>): ZstdDecoder {
  return new NativeZstdDecoder(create({ chunkSize: unusedBytes }));
}

/** Two frames with "ab" and "cd", and a skippable one between them. */
const twoFrames = "28b52ffd20021100006162502a4d18010000007828b52ffd20021100006364";
/** Three blocks of 128 KiB of "a": more than is output at a time. */
const longFrame = "28b52ffd0038020010610200106103001061";
const longestAnswer = 1024 * 1024;
/** "ab" with a wrong checksum. */
const wrongChecksum = "28b52ffd2402110000616200000000";

/** Tests what matters instead of checking the version, since undocumented behavior may change in any version. */
function answersRight(create: NonNullable<typeof createZstdDecompress>): boolean {
  const answer = (hex: string): string | null => {
    let decoder: ZstdDecoder | null = null;
    try {
      decoder = nativeDecoder(create);
      let text = "";
      for (const piece of decoder.decode(Buffer.from(hex, "hex"))) {
        text += piece.toString("latin1");
        // If `_writeState` were not set, decoding would never end.
        if (text.length > longestAnswer) return null;
      }
      return text;
    } catch {
      return null;
    } finally {
      decoder?.free();
    }
  };
  return answer(twoFrames) === "abcd" && answer(longFrame) === "a".repeat(384 * 1024) && answer(wrongChecksum) === null;
}
