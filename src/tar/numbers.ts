/**
 * Numbers as tar archives write them: octal digits in header fields (POSIX ustar), binary in header fields (GNU base-256), and decimal text
 * in PAX records.
 */

const space = 0x20;
const digit0 = 0x30;
const digit7 = 0x37;

/**
 * A numeric header field. Blank is 0, as every reader takes it. Returns NaN when the field is not a number.
 */
export function readNumber(block: Uint8Array, at: number, length: number): number {
  if (block[at]! >= 0x80) return readBinary(block, at, length);
  const end = at + length;
  let i = at;
  while (i < end && (block[i] === space || block[i] === 0)) i += 1;
  let value = 0;
  for (; i < end; i += 1) {
    const byte = block[i]!;
    if (byte < digit0 || byte > digit7) break;
    value = value * 8 + byte - digit0;
  }
  for (; i < end && block[i] !== 0; i += 1) if (block[i] !== space) return NaN;
  return value;
}

/** GNU base-256: the top bit marks it, the next one is the sign, then two's complement, most significant byte first. */
function readBinary(block: Uint8Array, at: number, length: number): number {
  const inverted = (block[at]! & 0x40) === 0 ? 0 : 0xff;
  let value = (block[at]! ^ inverted) & 0x7f;
  for (let i = at + 1; i < at + length; i += 1) value = value * 256 + (block[i]! ^ inverted);
  // Beyond 64 bits. The largest number of 64 bits rounds to this double.
  if (value > 2 ** 63) return NaN;
  return inverted === 0 ? value : -value - 1;
}

const decimal = /^[+-]?[0-9]+$/;

/** A whole number of a PAX record. NaN when it is not one. */
export function parseDecimal(text: string): number {
  return decimal.test(text) ? Number(text) + 0 : NaN;
}

export interface Timestamp {
  /** Seconds since 1970, rounded down. */
  readonly seconds: number;
  /** Nanoseconds on top, 0 to 999,999,999. */
  readonly nanos: number;
}

const time = /^([+-]?)([0-9]+)(?:\.([0-9]*))?$/;

/** A time of a PAX record: seconds with an optional fraction, of which nine digits count. Null when it is not one. */
export function parseTime(text: string): Timestamp | null {
  const match = time.exec(text);
  if (match === null) return null;
  const seconds = Number(match[2]);
  const nanos = Number((match[3] ?? "").slice(0, 9).padEnd(9, "0"));
  if (match[1] !== "-") return { seconds, nanos };
  return nanos === 0 ? { seconds: 0 - seconds, nanos: 0 } : { seconds: -seconds - 1, nanos: 1_000_000_000 - nanos };
}
