/**
 * Separates the string constants of compiled Python, which are surrounded by bytes that may be letters: `ghp_…` is directly followed by the
 * `N` of the next constant. Marshal writes a short ASCII string as its type, its length in one byte, and its characters.
 */

/** `z` and `Z`, with and without the bit for objects that are referred to later. */
const shortString = new Set([0x7a, 0x5a, 0xfa, 0xda]);
const shortest = 8;
const lineFeed = 0x0a;

export function isPythonBytecode(path: string, bytes: Uint8Array): boolean {
  return path.endsWith(".pyc") && bytes[2] === 0x0d && bytes[3] === 0x0a;
}

/** The same bytes, with line breaks in place of the bytes around each string; offsets are unchanged. */
export function separateStrings(bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes);
  for (let at = 0; at + 2 < bytes.length; at += 1) {
    if (!shortString.has(bytes[at]!)) continue;
    const end = at + 2 + bytes[at + 1]!;
    if (end - at - 2 < shortest || end > bytes.length || !isPrintable(bytes, at + 2, end)) continue;
    copy[at] = copy[at + 1] = lineFeed;
    if (end < bytes.length) copy[end] = lineFeed;
    // The type byte of the next constant must be examined too.
    at = end - 1;
  }
  return copy;
}

function isPrintable(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at += 1) if (bytes[at]! < 0x20 || bytes[at]! > 0x7e) return false;
  return true;
}
