/** Texts that a program states as numbers or characters: `[]byte{0x67, 0x68}`, `bytes([103, 104])`, `{'g', 'h'}`. */
import type { Unwrapped } from "./encoded.ts";

export interface NumberList extends Unwrapped {
  /** The name that the list is assigned to; null if unknown. */
  readonly name: string | null;
}

/** The shortest list that can hold a secret. */
const shortest = 8;
/** The most members of a list; longer ones are data. */
const longest = 4096;
/** How many lists of a text are read. */
const mostLists = 500;
const opening = new Uint8Array(256);
for (const ch of "[{(") opening[ch.charCodeAt(0)] = 1;
const member = /\s{0,40}(?:0x([0-9a-f]{2})|(\d{2,3})|b?'([\x20-\x26\x28-\x5b\x5d-\x7e])')(?:u8|u)?\s{0,40}/iy;
const nameBefore =
  /([A-Za-z_$][\w$.-]{1,60})["']?(?:\[\w{0,20}\])?(?:\s{0,4}:\s{0,4}[^=\n;]{1,30})?\s{0,4}(?::=|=>|=|:)\s{0,4}[^=\n;"']{0,40}$/;

/** Every list in the text whose members are printable characters. */
export function numberLists(bytes: Buffer): NumberList[] {
  let decoded: string | null = null;
  const text = (): string => (decoded ??= bytes.toString("latin1"));
  const found: NumberList[] = [];
  for (let at = 0; at < bytes.length && found.length < mostLists; at += 1) {
    if (opening[bytes[at]!] === 0 || !mayBegin(bytes, at + 1)) continue;
    const list = readList(text(), at + 1);
    if (list === null) continue;
    const name = nameBefore.exec(text().slice(Math.max(0, at - 120), at))?.[1] ?? null;
    found.push({ ...list, name });
    at = list.end;
  }
  return found;
}

/** A digit or a quoted character, possibly on the next line. */
function mayBegin(bytes: Uint8Array, from: number): boolean {
  let at = from;
  while (at < from + 40 && (bytes[at] === 0x20 || bytes[at] === 0x09 || bytes[at] === 0x0a || bytes[at] === 0x0d)) at += 1;
  const first = bytes[at] ?? 0;
  return (first >= 0x30 && first <= 0x39) || ((first === 0x27 || first === 0x62) && bytes[at + (first === 0x62 ? 3 : 2)] === 0x27);
}

function readList(text: string, from: number): Unwrapped | null {
  let said = "";
  let at = from;
  for (let count = 0; count < longest; count += 1) {
    member.lastIndex = at;
    const found = member.exec(text);
    if (found === null) break;
    const code = found[3]?.charCodeAt(0) ?? (found[1] === undefined ? Number(found[2]) : Number.parseInt(found[1], 16));
    at = member.lastIndex;
    // Strings in C end with a zero.
    if (code === 0) break;
    if (code < 0x20 || code > 0x7e) return null;
    said += String.fromCharCode(code);
    if (text[at] !== ",") break;
    at += 1;
  }
  if (said.length < shortest) return null;
  const written = text.slice(from, at);
  const start = from + written.search(/\S/);
  return { start, end: from + written.replace(/[\s,]+$/, "").length, text: said };
}
