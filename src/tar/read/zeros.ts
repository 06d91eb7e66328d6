const zeros = Buffer.alloc(64 * 1024);

/** True when the bytes from `start` to `end` are all 0. */
export function isZero(buffer: Buffer, start: number, end: number): boolean {
  for (let at = start; at < end; at += zeros.length) {
    const length = Math.min(zeros.length, end - at);
    if (buffer.compare(zeros, 0, length, at, at + length) !== 0) return false;
  }
  return true;
}
