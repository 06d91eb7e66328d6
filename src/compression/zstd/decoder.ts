/**
 * Decodes zstd in the calling thread, no faster than its results are taken: all frames, skippable ones passed over, windows up to 128 MiB
 * (zstd's own default limit).
 */
export interface ZstdDecoder {
  /**
   * What the chunk unpacks to, in pieces of memory that is used again: each is valid until the next is asked for.
   * @throws {BallastError} blob-corrupt; unsupported-image (a window that is too large, a dictionary)
   */
  decode(chunk: Uint8Array): Generator<Buffer>;
  /** @throws {BallastError} blob-corrupt when the last frame is cut off */
  end(): void;
  /** Gives the decoder's memory back. Safe to call twice; nothing is decoded afterwards. */
  free(): void;
}
