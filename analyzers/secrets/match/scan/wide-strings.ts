/** UTF-16 strings among other bytes, in Windows programs, .NET assemblies and registry hives. */

/** `MZ` of a program, `regf` of a hive. */
export function mayHoldWideStrings(head: Buffer): boolean {
  return (head[0] === 0x4d && head[1] === 0x5a) || head.toString("latin1", 0, 4) === "regf";
}

/** The shortest string that can hold a secret. */
const shortest = 8;

export interface WideStrings {
  /** One string per line. */
  readonly text: string;
  /** The file offset of a character of the text. */
  offsetOf(at: number): number;
}

/** Strings of ASCII characters in little-endian UTF-16, at even and odd offsets. */
export function wideStrings(bytes: Buffer): WideStrings {
  const lines: string[] = [];
  const starts: { readonly at: number; readonly offset: number }[] = [];
  let length = 0;
  for (let at = bytes.indexOf(0); at >= 1; at = bytes.indexOf(0, at + 1)) {
    const start = at - 1;
    let end = start;
    while (end + 1 < bytes.length && bytes[end + 1] === 0 && isPrintable(bytes[end]!)) end += 2;
    if (end - start < 2 * shortest) continue;
    const line = `${bytes.toString("utf16le", start, end)}\n`;
    starts.push({ at: length, offset: start });
    lines.push(line);
    length += line.length;
    at = end - 1;
  }
  return {
    text: lines.join(""),
    offsetOf(at) {
      let low = 0;
      let high = starts.length - 1;
      while (low < high) {
        const middle = (low + high + 1) >> 1;
        if (starts[middle]!.at <= at) low = middle;
        else high = middle - 1;
      }
      const { at: first, offset } = starts[low]!;
      return offset + 2 * (at - first);
    },
  };
}

function isPrintable(byte: number): boolean {
  return byte >= 0x20 && byte < 0x7f;
}
