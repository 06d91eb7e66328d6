/** UTF-16 text, as written by Windows programs: recognised by a byte order mark, or by the zeros between its letters. */

export interface ChunkDecoder {
  /** The next bytes as UTF-8; a character cut off by the end of a chunk is kept for the next one. */
  decode(chunk: Buffer): Buffer;
}

/** How many pairs of bytes are examined if there is no mark. */
const sniffedPairs = 64;

/** Chosen by the first bytes of a file; null if it is not UTF-16. */
export function textDecoderFor(head: Buffer): ChunkDecoder | null {
  const encoding = encodingOf(head);
  if (encoding === null) return null;
  const decoder = new TextDecoder(encoding);
  return { decode: (chunk) => Buffer.from(decoder.decode(chunk, { stream: true }), "utf8") };
}

function encodingOf(head: Buffer): "utf-16le" | "utf-16be" | null {
  if (head.length < 4) return null;
  if (head[0] === 0xff && head[1] === 0xfe) return head[2] === 0 && head[3] === 0 ? null : "utf-16le";
  if (head[0] === 0xfe && head[1] === 0xff) return "utf-16be";
  const pairs = Math.min(sniffedPairs, head.length >> 1);
  if (pairs < 8) return null;
  let low = 0;
  let high = 0;
  for (let i = 0; i < pairs; i += 1) {
    const [first, second] = [head[2 * i]!, head[2 * i + 1]!];
    if (second === 0 && isPrintable(first)) low += 1;
    else if (first === 0 && isPrintable(second)) high += 1;
  }
  // Other scripts may contribute a letter now and then, but never one in ten in configuration.
  if (low >= pairs * 0.9) return "utf-16le";
  return high >= pairs * 0.9 ? "utf-16be" : null;
}

function isPrintable(byte: number): boolean {
  return (byte >= 0x20 && byte < 0x7f) || byte === 9 || byte === 10 || byte === 13;
}
