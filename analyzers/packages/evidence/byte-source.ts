/** A file with random access: it lies on a disk, or was streamed and some of it was kept. */
export interface ByteSource {
  readonly size: number;
  /** Null when the bytes do not exist, or were not kept. Valid until the next call. */
  read(offset: number, length: number): Buffer | null;
}

/** A file held in memory as a whole. */
export function bytesOf(content: Buffer): ByteSource {
  return {
    size: content.length,
    read: (offset, length) => (isWithin(offset, length, content.length) ? content.subarray(offset, offset + length) : null),
  };
}

export function isWithin(offset: number, length: number, size: number): boolean {
  return Number.isSafeInteger(offset) && Number.isSafeInteger(length) && offset >= 0 && length >= 0 && offset + length <= size;
}
