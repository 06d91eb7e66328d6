/** Bytes that are not UTF-8 become code points from here on: surrogates, which UTF-8 never contains (as in Python's `surrogateescape`). */
const strays = 0xdc00;

/** The characters of a byte string (one JavaScript character a byte) as code points; a byte that is not part of valid UTF-8 becomes a stray. */
export function codePoints(bytes: string): number[] {
  const points: number[] = [];
  for (let at = 0; at < bytes.length;) {
    const lead = bytes.charCodeAt(at);
    const length = sequenceLength(lead);
    const point = length === 1 ? lead : sequence(bytes, at, length);
    points.push(point ?? strayByte(lead));
    at += point === null ? 1 : length;
  }
  return points;
}

/** The stray: the code point that stands for a byte that is not UTF-8. */
export function strayByte(byte: number): number {
  return strays + byte;
}

/** The byte that a stray stands for; null for any other code point. */
export function strayByteOf(point: number): number | null {
  return point >= strays + 0x80 && point <= strays + 0xff ? point - strays : null;
}

const lowestOf = [0, 0, 0x80, 0x800, 0x10000];

/** The length in bytes of the sequence that this byte starts (RFC 3629); 0 when it starts none. */
function sequenceLength(lead: number): number {
  if (lead < 0x80) return 1;
  if (lead < 0xc2) return 0;
  if (lead < 0xe0) return 2;
  if (lead < 0xf0) return 3;
  return lead < 0xf5 ? 4 : 0;
}

/** A code point; null if it is overlong, a surrogate or above U+10FFFF, which RFC 3629 forbids. */
function sequence(bytes: string, at: number, length: number): number | null {
  if (length === 0) return null;
  let point = bytes.charCodeAt(at) & (0xff >> (length + 1));
  for (let next = at + 1; next < at + length; next += 1) {
    const byte = next < bytes.length ? bytes.charCodeAt(next) : 0;
    if ((byte & 0xc0) !== 0x80) return null;
    point = (point << 6) | (byte & 0x3f);
  }
  return point < lowestOf[length]! || (point >= 0xd800 && point < 0xe000) || point > 0x10ffff ? null : point;
}

/** The characters of a text file; bytes that are not UTF-8 become strays, so that `encodeText` restores every byte. */
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
