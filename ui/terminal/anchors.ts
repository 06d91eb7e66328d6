/** What is sent for a cell, so that terminals which disagree on the width of a character show the same picture. */
import { continuation, simpleText } from "./surface.ts";

/** Two columns by their standard, but one in terminals that are older than them. */
const emoji = /\p{Extended_Pictographic}|\p{Regional_Indicator}/u;

/**
 * The cell's text. After one outside the simple alphabets the cursor is put where it belongs; where a terminal may leave the second column of
 * a wide one as it was, both are cleared first.
 * @param next what stands in the next cell
 */
export function sentFor(char: string, next: string | undefined, x: number, y: number): string {
  if (char.length === 1 && char.charCodeAt(0) < 0x7f && next !== continuation) return char;
  const isWide = next === continuation && char !== continuation;
  const isSimple = char !== continuation && (isWide || simpleText.test(char));
  if (isSimple && !(isWide && emoji.test(char))) return char;
  const cleared = isWide ? `  \x1b[${y + 1};${x + 1}H` : "";
  return `${cleared}${char}\x1b[${y + 1};${x + 2}H`;
}
