/** File contents that are the same on every machine: text that compresses like text, and bytes that do not compress. */

/** Numbers from 0 to `below` - 1, always the same ones for a seed (xorshift32). */
export function numbers(seed: string): (below: number) => number {
  let state = 0x9e3779b9;
  for (const char of seed) state = Math.imul(state ^ char.charCodeAt(0), 0x85ebca6b);
  state |= 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

const words =
  "the of and to in is for that with as on this are by be it or from an not can file files package system option when use may default name " +
  "value license software library function returns error memory directory user new set list data version source code build module network";

/** About `bytes` bytes of lines of words. */
export function prose(seed: string, bytes: number): string {
  const next = numbers(seed);
  const vocabulary = words.split(" ");
  let text = "";
  let column = 0;
  while (text.length < bytes) {
    const word = vocabulary[next(vocabulary.length)]!;
    column += word.length + 1;
    text += column > 72 ? `${word}\n` : `${word} `;
    if (column > 72) column = 0;
  }
  return `${text.slice(0, bytes - 1)}\n`;
}

/** Exactly `bytes` bytes that look like a program: random, with a header and some strings. */
export function binary(seed: string, bytes: number): Buffer {
  const next = numbers(seed);
  const data = Buffer.alloc(bytes);
  data.write("\u007fELF\u0002\u0001\u0001", "latin1");
  for (let at = 16; at < bytes; at += 1) data[at] = at % 64 < 40 ? next(256) : 0;
  return data;
}

/** `count` random characters of an alphabet. */
export function token(seed: string, count: number, alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"): string {
  const next = numbers(seed);
  return Array.from({ length: count }, () => alphabet[next(alphabet.length)]).join("");
}
