/** Byte checks that run before any pattern. */
import type { QuickCheck } from "../compile-rules.ts";

/** Letters, digits, `-` and `_`. */
const wordByte = new Uint8Array(256);
for (const ch of "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-") wordByte[ch.charCodeAt(0)] = 1;

/** Whether the keyword is there in its original case; false for a rule without one. */
export function hasPrefix({ prefix }: QuickCheck, buffer: Buffer, start: number): boolean {
  if (prefix === null) return false;
  for (let i = 0; i < prefix.length; i += 1) if (buffer[start + i] !== prefix.charCodeAt(i)) return false;
  return true;
}

/** Checks the bytes around a keyword. Most places fail here, before a window is extracted. */
export function isWorthTrying(quick: QuickCheck, buffer: Buffer, start: number, end: number, length: number): boolean {
  const { prefix, run, needs } = quick;
  if (prefix !== null && !hasPrefix(quick, buffer, start)) return false;
  if (run > 0) {
    if (end + run > length) return false;
    for (let i = end; i < end + run; i += 1) if (wordByte[buffer[i]!] === 0) return false;
  }
  if (needs < 0) return true;
  const limit = Math.min(length, end + 320);
  for (let i = end; i < limit; i += 1) {
    const byte = buffer[i]!;
    if (byte === needs) return true;
    if (byte <= 0x20 || byte === 0x22 || byte === 0x27 || byte === 0x3c || byte === 0x3e || byte === 0x60) return false;
  }
  return false;
}
