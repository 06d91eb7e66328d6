/** Where bytes that are not UTF-8 are put among the code points: among the surrogates, which UTF-8 never holds (as Python's `surrogateescape`). */
const strays = 0xdc00;

/** The characters of a byte string (one JavaScript character a byte) as code points; a byte that is not part of valid UTF-8 is one of its own. */
export function codePoints(bytes: string): number[] {
  const points: number[] = [];
  for (let at = 0; at < bytes.length;) {
    const lead = bytes.charCodeAt(at);
    const length =
      lead < 0x80 ? 1 : lead >= 0xc2 && lead < 0xe0 ? 2 : lead >= 0xe0 && lead < 0xf0 ? 3 : lead >= 0xf0 && lead < 0xf5 ? 4 : 0;
    const point = length === 1 ? lead : length === 0 ? null : sequence(bytes, at, length);
    points.push(point ?? strayByte(lead));
    at += point === null ? 1 : length;
  }
  return points;
}

/** The code point that stands for a byte that is not UTF-8. */
export function strayByte(byte: number): number {
  return strays + byte;
}

/** The byte that a code point of `codePoints` stands for when it is not a character; else null. */
export function strayByteOf(point: number): number | null {
  return point >= strays + 0x80 && point <= strays + 0xff ? point - strays : null;
}

const lowestOf = [0, 0, 0x80, 0x800, 0x10000];

/** RFC 3629: neither overlong, nor a surrogate, nor above U+10FFFF. */
function sequence(bytes: string, at: number, length: number): number | null {
  let point = bytes.charCodeAt(at) & (0xff >> (length + 1));
  for (let next = at + 1; next < at + length; next += 1) {
    const byte = next < bytes.length ? bytes.charCodeAt(next) : 0;
    if ((byte & 0xc0) !== 0x80) return null;
    point = (point << 6) | (byte & 0x3f);
  }
  return point < lowestOf[length]! || (point >= 0xd800 && point < 0xe000) || point > 0x10ffff ? null : point;
}

/** A text file's characters; bytes that are not UTF-8 become strays, so that `encodeText` gives back every byte. */
export function decodeText(bytes: Buffer): string {
  const text = bytes.toString("utf8");
  if (Buffer.from(text, "utf8").equals(bytes)) return text;
  let decoded = "";
  for (const point of codePoints(bytes.toString("latin1"))) decoded += String.fromCodePoint(point);
  return decoded;
}

export function encodeText(text: string): Buffer {
  const pieces: Buffer[] = [];
  let from = 0;
  for (const match of text.matchAll(/(?<![\ud800-\udbff])[\udc80-\udcff]/g)) {
    pieces.push(Buffer.from(text.slice(from, match.index), "utf8"), Buffer.from([strayByteOf(match[0].charCodeAt(0))!]));
    from = match.index + 1;
  }
  return Buffer.concat([...pieces, Buffer.from(text.slice(from), "utf8")]);
}
