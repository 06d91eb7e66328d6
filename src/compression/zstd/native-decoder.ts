import type { Gunzip } from "node:zlib";

import type { ZstdDecoder } from "./decoder.ts";
import { zstdError } from "./error.ts";
import { FrameWalk } from "./frame-walk.ts";

/** What comes out at a time: it is still in the processor's cache when it is hashed. */
const outputBytes = 256 * 1024;
/** Node's own buffer for what comes out, which is not used: the least that it takes. */
const unusedBytes = 64;

/** What every stream of node:zlib is built on. It is not documented, but npm's own minizlib works with it as well. */
interface ZlibHandle {
  /** Decodes as much as fits, and leaves in `_writeState` how much of the output and the input is left over. */
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

// Not in the types of the oldest Node that is supported, nor in that Node itself.
const { createZstdDecompress, constants } = process.getBuiltinModule("node:zlib") as unknown as {
  readonly createZstdDecompress?: (options: { readonly chunkSize: number }) => ZstdStream;
  readonly constants: { readonly ZSTD_e_continue: number };
};

/**
 * The library that Node has, called without the stream around it. The stream drops all frames after the first in Node 22 to 25, takes
 * truncated input without a word in 22, and in 26 calls a stream of nothing but skippable frames cut off; and its thread, with fresh memory
 * for all that comes out, costs what is won by it. The end is told by walking along the frames.
 */
class NativeZstdDecoder implements ZstdDecoder {
  readonly #stream: ZstdStream;
  readonly #walk = new FrameWalk();
  readonly #output = Buffer.allocUnsafeSlow(outputBytes);
  #isFreed = false;

  constructor(stream: ZstdStream) {
    this.#stream = stream;
    // Told by `errored` in the call that fails; nobody else waits for it.
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
      // Node 26 leaves alone what is not a frame, without a word.
      if (left > 0 && left === chunk.length - at && room === outputBytes) throw zstdError("ZSTD_error_prefix_unknown");
      at = chunk.length - left;
      // A full output buffer may have left more inside the library.
      isMore = left > 0 || room === 0;
      if (room < outputBytes) yield this.#output.subarray(0, outputBytes - room);
    }
    this.#walk.follow(chunk);
  }

  /** What the frame that failed asks for stands in its header, which may lie in this chunk. */
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

/** Null where Node has no zstd, or does not answer as it should when it is asked this way. */
export function createNativeDecoder(): ZstdDecoder | null {
  if (createZstdDecompress === undefined) return null;
  isSound ??= answersRight(createZstdDecompress);
  return isSound ? nativeDecoder(createZstdDecompress) : null;
}

function nativeDecoder(create: NonNullable<typeof createZstdDecompress>): ZstdDecoder {
  return new NativeZstdDecoder(create({ chunkSize: unusedBytes }));
}

/** Two frames that hold "ab" and "cd", a skippable one between them. */
const twoFrames = "28b52ffd20021100006162502a4d18010000007828b52ffd20021100006364";
/** Three blocks of 128 KiB of "a": more than comes out at a time. */
const longFrame = "28b52ffd0038020010610200106103001061";
const longestAnswer = 1024 * 1024;
/** "ab" under a checksum that is not its own. */
const wrongChecksum = "28b52ffd2402110000616200000000";

/** It is asked for what matters, instead of looking at the version: what is not documented may change in any. */
function answersRight(create: NonNullable<typeof createZstdDecompress>): boolean {
  const answer = (hex: string): string | null => {
    let decoder: ZstdDecoder | null = null;
    try {
      decoder = nativeDecoder(create);
      let text = "";
      for (const piece of decoder.decode(Buffer.from(hex, "hex"))) {
        text += piece.toString("latin1");
        // Whoever leaves no word of what is left over would never end.
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
