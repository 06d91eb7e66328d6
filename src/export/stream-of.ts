/** Hands on a piece. Resolves when the reader is ready for more; the piece's memory may be reused from then on. */
export type Emit = (piece: Buffer) => Promise<void>;

const batchBytes = 256 * 1024;

/** Turns code that emits pieces into a stream of larger ones, at the reader's pace. */
export async function* streamOf(write: (emit: Emit) => Promise<void>): AsyncGenerator<Buffer> {
  const stream = new TransformStream<Buffer, Buffer>();
  const writer = stream.writable.getWriter();
  let batch: Buffer[] = [];
  let bytes = 0;
  const flush = async (): Promise<void> => {
    const full = Buffer.concat(batch);
    batch = [];
    bytes = 0;
    if (full.length > 0) await writer.write(full);
  };
  const emit: Emit = async (piece) => {
    // Copied, because readers of content reuse their buffers.
    batch.push(Buffer.from(piece));
    bytes += piece.length;
    if (bytes >= batchBytes) await flush();
  };
  const writing = write(emit)
    .then(flush)
    .then(
      () => writer.close(),
      (error: unknown) => writer.abort(error),
    );
  // When the reader stops early, the writer's promises reject with nobody left to handle that.
  writing.catch(() => {});
  yield* stream.readable as unknown as AsyncIterable<Buffer>;
  await writing;
}
