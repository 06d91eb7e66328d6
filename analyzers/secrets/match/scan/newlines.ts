const newline = 0x0a;

/** Counts newlines in the bytes [from, to). It runs over every byte of large texts, so it takes four at a time, without a branch. */
export function countNewlines(bytes: Uint8Array, from: number, to: number): number {
  let count = 0;
  let at = from;
  for (; at < to && (bytes.byteOffset + at) % 4 !== 0; at += 1) if (bytes[at] === newline) count += 1;
  const words = Math.max(0, to - at) >>> 2;
  if (words > 0) count += inWords(new Int32Array(bytes.buffer, bytes.byteOffset + at, words));
  for (at += 4 * words; at < to; at += 1) if (bytes[at] === newline) count += 1;
  return count;
}

function inWords(words: Int32Array): number {
  let count = 0;
  for (let i = 0; i < words.length; i += 1) {
    /** A byte is 0 if it was a newline. */
    const apart = words[i]! ^ 0x0a0a0a0a;
    /** The highest bit of each byte that is not 0. */
    const others = (((apart & 0x7f7f7f7f) + 0x7f7f7f7f) | apart) & 0x80808080;
    count += 4 - (Math.imul(others >>> 7, 0x01010101) >>> 24);
  }
  return count;
}
