/** Characters that strings write as `\x41`, `\u0041`, `\u{41}` or `\/`. */

const escape = /\\(?:x([0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4})|u\{([0-9A-Fa-f]{1,6})\}|(\/))/g;
/** Colours and keys of terminals, and what else no text holds. */
// oxlint-disable-next-line no-control-regex -- these are what it looks for
const control = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f]/;

/**
 * What a string says, as a byte string of UTF-8; null when it has no such escapes. Bytes of a key (`b'\x8f\x1c…'`) say nothing: they are
 * null too, and looked at as they are written.
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

/** `\x1b[31m`: told apart from bytes of a key by its first. */
export function isTerminalCode(plain: string): boolean {
  return plain.startsWith("\x1b") || (control.test(plain) && plain.length < 16);
}
