/**
 * Decodes zstd in the calling thread, no faster than its results are taken: all frames, without skippable ones, with windows up to 128 MiB
 * (zstd's own default limit).
 */
export interface ZstdDecoder {
  /**
   * The unpacked chunk, in pieces of reused memory: each is valid only until the next is requested.
   * @throws {BallastError} blob-corrupt; unsupported-image (a window that is too large, a dictionary)
   */
  decode(chunk: Uint8Array): Generator<Buffer>;
  /** @throws {BallastError} blob-corrupt when the last frame is cut off */
  end(): void;
  /** Frees the decoder's memory. Safe to call twice; nothing is decoded afterwards. */
  free(): void;
}
