/** Hands on a piece; resolves when the reader has taken enough for more. The memory is the giver's again once it resolves. */
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
    // Copied: whoever reads content uses its buffer again.
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
  // When the reader leaves early the writer's promises reject; nobody is left to hear it.
  writing.catch(() => {});
  yield* stream.readable as unknown as AsyncIterable<Buffer>;
  await writing;
}
