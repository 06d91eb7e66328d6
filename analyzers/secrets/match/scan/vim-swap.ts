/** The swap file that Vim leaves when it is killed: the file's lines, each after a zero byte, in blocks. */
import type { ChunkDecoder } from "./utf16.ts";

/** Block zero has begun like this in every version since 3.0 (`:help swap-file`). */
const magic = "b0VIM ";
const lineEnd = 0x0a;

/** Decodes to text of the same length, so that offsets are unchanged; null for other files. */
export function vimSwapDecoder(head: Buffer): ChunkDecoder | null {
  if (head.toString("latin1", 0, magic.length) !== magic) return null;
  return {
    decode(chunk) {
      const text = Buffer.from(chunk);
      for (let at = 0; at < text.length; at += 1) if (text[at] === 0) text[at] = lineEnd;
      return text;
    },
  };
}
