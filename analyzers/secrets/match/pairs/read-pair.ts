/**
 * Reads `name = value` around a word that occurs in names of secrets, in the notations of configuration files, shells, markup and programs:
 *
 *     X=v   x: v   "x": "v"   x => 'v'   x := "v"   x: string = "v"   ("x", "v")   .x("v")   --x v   #define X "v"   x 'v'   "X=v"
 *     <x>v</x>   <a key="x" value="v"/>   <a name="x">v</a>   <key>x</key><string>v</string>   - name: x⏎  value: v   requirepass v
 *     x { default = "v" }   "x": { "value": "v" }
 *
 * It reads a bounded number of bytes, so its time is bounded too; most words fail at the first byte after the name.
 */
import { backslash, colon, dash, letters, slash, longestGap, longestName, longestValue, nameByte, quoteByte, tableOf } from "./bytes.ts";
import { Cursor } from "./cursor.ts";
import type { Value } from "./cursor.ts";
import { piecesFrom } from "./pieces.ts";
import type { Pieces } from "./pieces.ts";
import type { TextStyle } from "./text-style.ts";
import { ValueReader } from "./value-reader.ts";
import { commentAt } from "./line-before.ts";
import type { Comment } from "./line-before.ts";

export interface Pair extends Value {
  readonly name: string;
  readonly comment: Comment;
  /** The value joined with the literals that follow it in a program. */
  readonly pieces: Pieces | null;
  /** In a program: it is next to the user and host of a connection. */
  readonly isConnection: boolean;
}

/** The end of the name, given the end of the word in it. */
export function nameEndAt(bytes: Uint8Array, end: number, limit: number): number {
  const most = Math.min(limit, end + longestName);
  let at = end;
  while (at < most && nameByte[bytes[at]!] === 1) at += 1;
  // `->` and a full stop are not part of the name.
  while (at > end && (bytes[at - 1] === 0x2e || bytes[at - 1] === dash)) at -= 1;
  return at;
}

/** 1: an operator; 2: may come between the name and an operator; 3: begins a bare word. */
const followsName = tableOf("=:,(<>?|+.\r\n-{>");
for (const ch of " \t\"'`])}\\") followsName[ch.charCodeAt(0)] = 2;
for (const ch of `${letters}0123456789/$`) followsName[ch.charCodeAt(0)] = 3;

/** A cheap check of what follows the name; false if no value can. A bare word needs a blank before it, and never counts in a shell. */
export function mayHaveValue(bytes: Uint8Array, nameEnd: number, limit: number, style: TextStyle): boolean {
  let at = nameEnd;
  while (at < limit && at < nameEnd + 4 && followsName[bytes[at]!] === 2) at += 1;
  if (at >= limit) return false;
  const sign = followsName[bytes[at]!]!;
  return sign === 3 ? at > nameEnd && style !== "shell" : sign !== 0;
}

/** The pair whose name contains the word at `start`; null if there is none. `limit` is the end of the known bytes. */
export function readPair(bytes: Buffer, start: number, nameEnd: number, limit: number, style: TextStyle): Pair | null {
  let nameStart = start;
  const least = Math.max(0, start - longestName);
  while (nameStart > least && nameByte[bytes[nameStart - 1]!] === 1) nameStart -= 1;
  // The `n` of an escaped line break is not part of the name.
  if (nameStart < start && bytes[nameStart - 1] === backslash && /[nrt]/.test(String.fromCharCode(bytes[nameStart]!))) nameStart += 1;
  // `config["Jwt:Key"]`
  if (bytes[nameStart - 1] === colon && quoteByte[bytes[nameEnd] ?? 0] === 1)
    while (nameStart > least && (nameByte[bytes[nameStart - 1]!] === 1 || bytes[nameStart - 1] === colon)) nameStart -= 1;
  if (isPartOfPath(bytes, nameStart, nameEnd)) return null;
  const found = new ValueReader(new Cursor(bytes, nameEnd, limit, style), nameStart).value();
  if (found === null) return null;
  const comment = commentAt(bytes, nameStart);
  while (nameStart < nameEnd && (bytes[nameStart] === dash || bytes[nameStart] === 0x2e)) nameStart += 1;
  const pieces = style === "code" || style === "settings" ? piecesFrom(bytes, found, limit) : null;
  const name = bytes.toString("latin1", nameStart, nameEnd);
  const isConnection = style === "code" && found.isQuoted && isBesideHost(bytes, name, nameStart, limit);
  return { name, comment, pieces, isConnection, ...found };
}

const connectionPassword = /^(?:(?:db|database|smtp|mail|redis|mysql|pg|sql|ftp|ssh)_?)?(?:password|passwd|pwd|pass)$/i;
const statedHost =
  /(?<![\w-])(?:host(?:name)?|server|address|database|db(?:_?name)?|dsn|dialect|port|service)["']?\s{0,4}(?:=>|:=|[=:])\s{0,4}(?:["'`\d]|process\.env|os\.)/i;
const statedUser = /(?<![\w-])(?:user(?:_?name)?|uid|login|usr)["']?\s{0,4}(?:=>|:=|[=:])\s{0,4}["'`][^"'`\s]/i;

/** `connect(host="db", user="app", password="sunflower")`: next to a host and user, even an ordinary word is a password, not a label. */
function isBesideHost(bytes: Buffer, name: string, nameStart: number, limit: number): boolean {
  if (!connectionPassword.test(name)) return false;
  const around = bytes.toString("latin1", Math.max(0, nameStart - 240), Math.min(limit, nameStart + 160));
  return statedHost.test(around) && statedUser.test(around);
}

/**
 * `arn:aws:secretsmanager:eu-west-1:1:secret:prod/db`, Helm's `checksum/secret: 2c26…`: the word is only part of a path.
 * `set /p PASSWORD=Enter it:` in a batch file is a prompt.
 */
function isPartOfPath(bytes: Buffer, nameStart: number, nameEnd: number): boolean {
  const before = bytes[nameStart - 1];
  if (before === 0x20) return /\bset \/p $/i.test(bytes.toString("latin1", Math.max(0, nameStart - 8), nameStart));
  if (before === 0x3a) return bytes[nameEnd] === 0x3a && /[\w/]/.test(String.fromCharCode(bytes[nameEnd + 1] ?? 0));
  return before === slash && /(?:checksum|sha256|hash|digest)$/.test(bytes.toString("latin1", Math.max(0, nameStart - 12), nameStart - 1));
}

/** How many bytes `readPair` reads before and after the start of the word. */
export const pairBefore = 1100;
export const pairAfter = longestName + longestGap * 3 + longestValue + 200;
