/** Characters written in strings as `\x41`, `\u0041`, `\u{41}` or `\/`. */

const escape = /\\(?:x([0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4})|u\{([0-9A-Fa-f]{1,6})\}|(\/))/g;
/** Control characters, such as those of terminal colours and keys, which no text contains. */
// oxlint-disable-next-line no-control-regex -- these are what it looks for
const control = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f]/;

/**
 * The unescaped text, as a byte string of UTF-8; null if it has no such escapes. Also null for the bytes of a key (`b'\x8f\x1c…'`), which
 * are not text and are judged as written.
 */
export function unescaped(text: string): string | null {
  if (!text.includes("\\")) return null;
  let isBinary = false;
  const plain = text.replace(escape, (_, x?: string, u?: string, braced?: string) => {
    if (x !== undefined) {
      const code = Number.parseInt(x, 16);
      if (code > 0x7e) isBinary = true;
      return String.fromCharCode(code);
    }
    const hex = u ?? braced;
    const code = hex === undefined ? 0x2f : Number.parseInt(hex, 16);
    return code > 0x10_ff_ff ? "" : Buffer.from(String.fromCodePoint(code), "utf8").toString("latin1");
  });
  return isBinary || plain === text ? null : plain;
}

/** `\x1b[31m`: its first byte tells it from the bytes of a key. */
export function isTerminalCode(plain: string): boolean {
  return plain.startsWith("\x1b") || (control.test(plain) && plain.length < 16);
}
