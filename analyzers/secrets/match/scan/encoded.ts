/** Finds text encoded in base64, hex, percent-encoding or string escapes, up to three times. */
import { gunzipSync } from "node:zlib";

import { unescaped } from "../values/escapes.ts";

export interface Unwrapped {
  /** Where the encoded text is in the searched text. */
  readonly start: number;
  readonly end: number;
  /** The decoded text, as a byte string. */
  readonly text: string;
}

/** How many nested encodings are removed. */
export const deepestWrapping = 3;
/** The shortest run that can hold a secret: a password of 15 bytes in base64. */
const shortestRun = 20;
/** How many bytes of a run are decoded. */
const longestRun = 256 * 1024;
/** How many runs of a text are decoded; more are data. */
const mostRuns = 2000;

const digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const base64Byte = new Uint8Array(256);
const base64Value = new Uint8Array(256);
for (let value = 0; value < digits.length; value += 1) {
  base64Byte[digits.charCodeAt(value)] = 1;
  base64Value[digits.charCodeAt(value)] = value;
}

/** Every run of the bytes that decodes to text. */
export function unwrap(bytes: Uint8Array): Unwrapped[] {
  return [...base64Runs(bytes), ...percentRuns(bytes), ...escapedRuns(bytes)];
}

/**
 * Runs of base64, including those broken into lines, that decode to text. Scans backwards from where a run of the shortest length would
 * end, and skips ahead by that length after the first other byte: ordinary text costs a few bytes in twenty.
 */
function base64Runs(bytes: Uint8Array): Unwrapped[] {
  const found: Unwrapped[] = [];
  let tried = 0;
  for (let at = shortestRun - 1; at < bytes.length && tried < mostRuns;) {
    let before = at;
    const least = at - shortestRun;
    while (before > least && base64Byte[bytes[before]!] === 1) before -= 1;
    if (before > least) {
      at = before + shortestRun;
      continue;
    }
    let start = before + 1;
    while (start > 0 && base64Byte[bytes[start - 1]!] === 1 && at - start < longestRun) start -= 1;
    const end = endOfRun(bytes, at);
    at = end + shortestRun;
    const isHex = mayBeHex(bytes, start, end);
    if (!isHex && !isGzip(bytes, start) && !mayBeText(bytes, start, end) && !mayBeWide(bytes, start, end)) continue;
    tried += 1;
    const text = isHex ? decodeHex(bytes, start, end) : decodeBase64(bytes, start, end);
    if (text !== null) found.push({ start, end, text });
  }
  return found;
}

/** The end of a run; the lines of a wrapped block belong together. */
function endOfRun(bytes: Uint8Array, from: number): number {
  const most = Math.min(bytes.length, from + longestRun);
  let at = from;
  for (;;) {
    const lineStart = at;
    while (at < most && base64Byte[bytes[at]!] === 1) at += 1;
    let next = at;
    if (bytes[next] === 0x0d) next += 1;
    if (bytes[next] !== 0x0a || at - lineStart < 40) break;
    next += 1;
    while (next < most && bytes[next] === 0x20) next += 1;
    if (next >= most || base64Byte[bytes[next]!] === 0) break;
    at = next;
  }
  let end = at;
  while (end < bytes.length && bytes[end] === 0x3d && end - at < 2) end += 1;
  return end;
}

/** How many groups of four digits are checked before anything is decoded. */
const sampledGroups = 5;

/** The first three bytes of gzip in base64: cloud-init's user data, Helm's releases. */
const gzipHead = [0x48, 0x34, 0x73, 0x49];

function isGzip(bytes: Uint8Array, start: number): boolean {
  return gzipHead.every((byte, i) => bytes[start + i] === byte);
}

/** The digits with the highest bits of each byte show whether it can be ASCII; of other runs, one in thousands passes. */
function mayBeText(bytes: Uint8Array, start: number, end: number): boolean {
  const most = Math.min(end - 3, start + 4 * sampledGroups);
  for (let at = start; at < most; at += 4) {
    const [a, b, c] = [base64Value[bytes[at]!]!, base64Value[bytes[at + 1]!]!, base64Value[bytes[at + 2]!]!];
    const first = (a << 2) | (b >> 4);
    if (first > 0x7e || (first < 0x20 && first !== 9 && first !== 10 && first !== 13)) return false;
    if ((b & 0x0f) > 7 || (c & 3) > 1) return false;
  }
  return true;
}

/** Every second byte is zero, as in UTF-16 of ASCII text, which PowerShell takes as `-EncodedCommand`. */
function mayBeWide(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start < 8 * sampledGroups) return false;
  // Eight digits are six bytes, of which the second, fourth and sixth must be zero.
  for (let at = start; at < start + 8 * 2; at += 8) {
    const value = (i: number): number => base64Value[bytes[at + i]!]!;
    if ((value(1) & 0x0f) !== 0 || value(2) >= 4 || value(4) !== 0 || value(5) >= 16 || (value(6) & 3) !== 0 || value(7) !== 0)
      return false;
  }
  return true;
}

/** How many pairs of hex digits are checked before anything is decoded. */
const sampledPairs = 10;

/** By chance, one hash in ten thousand begins with ten printable characters. */
function mayBeHex(bytes: Uint8Array, start: number, end: number): boolean {
  if ((end - start) % 2 !== 0 || end - start < 2 * sampledPairs) return false;
  for (let at = start; at < start + 2 * sampledPairs; at += 2) {
    const high = bytes[at]!;
    if (high < 0x32 || high > 0x37) return false;
    const low = bytes[at + 1]! | 0x20;
    if (!((low >= 0x30 && low <= 0x39) || (low >= 0x61 && low <= 0x66))) return false;
  }
  return true;
}

function decodeHex(bytes: Uint8Array, start: number, end: number): string | null {
  const digits = Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start)
    .toString("latin1")
    .replace(/\s+/g, "");
  if (!/^(?:[0-9a-f]{2})+$|^(?:[0-9A-F]{2})+$/.test(digits)) return null;
  const decoded = Buffer.from(digits, "hex");
  return isText(decoded) ? decoded.toString("latin1") : null;
}

function decodeBase64(bytes: Uint8Array, start: number, end: number): string | null {
  const encoded = Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start)
    .toString("latin1")
    .replace(/\s+/g, "");
  // Letters of one case alone, a path or a hex hash: base64 of text never looks like that.
  if (/^[0-9a-f]+$/i.test(encoded) || /^[a-z/]+$/.test(encoded) || /^[A-Z]+$/.test(encoded)) return null;
  if (encoded.startsWith("H4sI")) return unzipped(Buffer.from(encoded, "base64"));
  const head = Buffer.from(encoded.slice(0, 64), "base64");
  if (head[1] === 0) return narrowed(Buffer.from(encoded, "base64"));
  if (!isText(head)) return null;
  const decoded = Buffer.from(encoded, "base64");
  return isText(decoded) ? decoded.toString("latin1") : null;
}

/** ASCII text in little-endian UTF-16. */
function narrowed(bytes: Buffer): string | null {
  const text = Buffer.from(bytes.toString("utf16le"), "utf8");
  return isText(text) ? text.toString("latin1") : null;
}

function unzipped(bytes: Buffer): string | null {
  try {
    const plain = gunzipSync(bytes, { maxOutputLength: 4 * longestRun });
    return plain.includes(0) ? null : plain.toString("latin1");
  } catch {
    return null;
  }
}

/** Printable ASCII, the only content of key files and variables. */
function isText(bytes: Uint8Array): boolean {
  if (bytes.length < 8) return false;
  for (const byte of bytes) if (byte > 0x7e || (byte < 0x20 && byte !== 9 && byte !== 10 && byte !== 13)) return false;
  return true;
}

const percent = 0x25;

/** Runs with at least one sign written as `%XX`: `https%3A%2F%2Fuser%3Apw%40host`. */
function percentRuns(bytes: Buffer | Uint8Array): Unwrapped[] {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const found: Unwrapped[] = [];
  for (let at = buffer.indexOf(percent); at >= 0 && found.length < mostRuns;) {
    let start = at;
    const least = Math.max(0, at - longestRun);
    while (start > least && urlByte[buffer[start - 1]!] === 1) start -= 1;
    let end = at;
    const most = Math.min(buffer.length, at + longestRun);
    while (end < most && urlByte[buffer[end]!] === 1) end += 1;
    const text = buffer.toString("latin1", start, end);
    if (text.length >= 12 && /%(?:2[0-9a-f]|3[a-f]|40|5[bd]|7[bd])/i.test(text)) {
      const plain = text.replace(/%([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
      if (plain !== text) found.push({ start, end, text: plain });
    }
    at = buffer.indexOf(percent, end + 1);
  }
  return found;
}

const urlByte = new Uint8Array(256);
for (const ch of "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789%._~+-") urlByte[ch.charCodeAt(0)] = 1;

const backslash = 0x5c;
/** The most bytes of a string on each side of its first escape. */
const longestString = 2000;
/** How many strings of a text are decoded; more are data. */
const mostStrings = 500;
/** Bytes that end a string or a line: quotes, blanks and the like. */
const stringEnd = new Uint8Array(256);
for (const ch of "\"'`<> \t\r\n") stringEnd[ch.charCodeAt(0)] = 1;

/** Strings with escaped signs of a URL or query: `postgres:\/\/a:b@c`, `a\u003db\u0026c`. Values after names are decoded elsewhere. */
function escapedRuns(bytes: Uint8Array): Unwrapped[] {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const found: Unwrapped[] = [];
  for (let at = buffer.indexOf(backslash); at >= 0 && found.length < mostStrings;) {
    const isAll = isWrittenByNumbers(buffer, at);
    if (!isAll && !isEscapedSign(buffer, at)) {
      at = buffer.indexOf(backslash, at + 2);
      continue;
    }
    let start = at;
    const least = isAll ? at : Math.max(0, at - longestString);
    while (start > least && stringEnd[buffer[start - 1]!] === 0) start -= 1;
    let end = at;
    const most = Math.min(buffer.length, at + longestString);
    while (end < most && stringEnd[buffer[end]!] === 0) end += 1;
    const written = buffer.toString("latin1", start, end);
    const text = unescaped(written) ?? unescapedOctal(written);
    if (text !== null && text.length >= 12) found.push({ start, end, text });
    at = buffer.indexOf(backslash, end + 1);
  }
  return found;
}

/** `:\/\/`, or one of `& = : @ / "` as a numeric escape. */
function isEscapedSign(buffer: Buffer, at: number): boolean {
  const sign = buffer[at + 1];
  if (sign === 0x2f) return buffer[at - 1] === 0x3a && buffer[at + 2] === backslash;
  if (sign === 0x78) return escapedSign.test(buffer.toString("latin1", at + 2, at + 4));
  return sign === 0x75 && buffer[at + 2] === 0x30 && buffer[at + 3] === 0x30 && escapedSign.test(buffer.toString("latin1", at + 4, at + 6));
}

/** Whether a string begins here that consists of numeric escapes. */
function isWrittenByNumbers(buffer: Buffer, at: number): boolean {
  const sign = buffer[at + 1];
  if (sign === 0x78) return allEscaped.test(buffer.toString("latin1", at, at + 15));
  if (sign === 0x75) return buffer[at + 2] === 0x30 && allEscaped.test(buffer.toString("latin1", at, at + 23));
  return (sign === 0x30 || sign === 0x31) && allOctal.test(buffer.toString("latin1", at, at + 16));
}

/** `$'\147\150'` of shells, only if the whole string is written like that, because a Windows path looks similar. */
function unescapedOctal(text: string): string | null {
  if (!/^(?:\\[01][0-7]{2})+$/.test(text)) return null;
  return text.replaceAll(/\\([01][0-7]{2})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
}

const escapedSign = /^(?:2[26f]|3[ad]|40)$/i;
const allEscaped = /^(?:(?:\\x[2-7][0-9a-f]){3}\\x[2-7]|(?:\\u00[2-7][0-9a-f]){3}\\u00)/i;
const allOctal = /^(?:\\[01][0-7]{2}){4}/;
