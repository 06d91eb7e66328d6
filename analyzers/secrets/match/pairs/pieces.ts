/** String literals that a program joins: `"a" + "b"`, `'a' . 'b'`, `"a" "b"`, `["a", "b"].join("")`, `concat!("a", "b")`. */
import { backslash, comma, lf, longestGap, longestValue, quoteByte } from "./bytes.ts";
import type { Value } from "./cursor.ts";

export interface Pieces {
  /** The joined content of the literals. */
  readonly text: string;
  /** The text as written, from the first literal's content to the end of the last one's. */
  readonly written: string;
  /** They are members of a list. */
  readonly isList: boolean;
}

/** The most literals of one text; longer sequences are data. */
const mostPieces = 64;
/** An operator of one of the languages, or just blanks: C, Python and others join adjacent literals. */
const operator = /^[ \t\r\n]{0,40}(?:\+|\.{1,2}|&|<>|\\(?=\r?\n))?[ \t\r\n]{0,40}[bBrRuUfFL@$]{0,2}(?=["'`])/;
const separator = /^[ \t\r\n]{0,40},[ \t\r\n]{0,40}[bBrRuU]{0,2}(?=["'`])/;
/** Precedes the first of several arguments that are joined into one text. */
const joiner =
  /(?:concat!\(|[Ss]tring\.[Cc]oncat\(|(?:''|"")\.join\([ \t]{0,4}[[(]|implode\((?:''|""),[ \t]{0,4}(?:array\(|\[))[ \t\r\n]{0,40}[bru]{0,2}$/;
/** Follows the last member of a list that is joined into one text. */
const joined = /^[ \t\r\n,]{0,40}\][ \t\r\n]{0,40}\.join\((?:''|""|``)\)/;

/** The joined text that begins with the value; null if nothing is joined to it. `limit` is the end of the known bytes. */
export function piecesFrom(bytes: Buffer, first: Value, limit: number): Pieces | null {
  if (!first.isQuoted) return null;
  let end = first.start + first.value.length;
  // Nearly every literal ends here: a statement's or an argument's end follows its quote.
  if (!mayGoOn(bytes, end + 1, limit)) return null;
  const ahead = (from: number): string => bytes.toString("latin1", from, Math.min(limit, from + longestGap * 2));
  const isArgument = bytes[firstSign(bytes, end + 1, limit)] === comma;
  const isList = isArgument && first.isListed === true;
  if (isArgument && !isList && !joiner.test(bytes.toString("latin1", Math.max(0, first.start - 80), first.start - 1))) return null;
  const between = isArgument ? separator : operator;
  let text = first.value;
  for (let count = 1; count < mostPieces && text.length < longestValue; count += 1) {
    const gap = between.exec(ahead(end + 1));
    if (gap === null) break;
    const start = end + 1 + gap[0].length + 1;
    const close = closingQuote(bytes, start, limit);
    if (close < 0) break;
    text += bytes.toString("latin1", start, close);
    end = close;
  }
  if (isList && !joined.test(ahead(end + 1))) return null;
  const written = bytes.toString("latin1", first.start, end);
  return text.length === first.value.length ? null : { text, written, isList };
}

function firstSign(bytes: Uint8Array, from: number, limit: number): number {
  let at = from;
  while (at < limit && at < from + longestGap && (bytes[at] === 0x20 || bytes[at] === 0x09 || bytes[at] === lf || bytes[at] === 0x0d))
    at += 1;
  return at;
}

const signs = new Set([..."+.&<\\,"].map((sign) => sign.charCodeAt(0)));

function mayGoOn(bytes: Uint8Array, from: number, limit: number): boolean {
  const sign = bytes[firstSign(bytes, from, limit)] ?? 0;
  return signs.has(sign) || quoteByte[sign] === 1;
}

/** The end of the literal whose content begins at `start`; -1 if it does not end on its line. */
function closingQuote(bytes: Uint8Array, start: number, limit: number): number {
  const quote = bytes[start - 1];
  const most = Math.min(limit, start + longestValue);
  for (let at = start; at < most; at += 1) {
    if (bytes[at] === backslash) at += 1;
    else if (bytes[at] === quote) return at;
    else if (bytes[at] === lf) return -1;
  }
  return -1;
}
