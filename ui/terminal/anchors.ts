/** What is sent for a cell, so that terminals that disagree on the width of a character show the same screen. */
import { continuation, simpleText } from "./surface.ts";

/** Two columns wide by the standard, but only one in older terminals. */
const emoji = /\p{Extended_Pictographic}|\p{Regional_Indicator}/u;

/**
 * The text to send for a cell. After a character outside the simple alphabets, the cursor is positioned explicitly. Before a wide one both
 * columns are cleared, as a terminal may leave the second column unchanged.
 * @param next the content of the next cell
 */
export function sentFor(char: string, next: string | undefined, x: number, y: number): string {
  if (char.length === 1 && char.charCodeAt(0) < 0x7f && next !== continuation) return char;
  const isWide = next === continuation && char !== continuation;
  const isSimple = char !== continuation && (isWide || simpleText.test(char));
  if (isSimple && !(isWide && emoji.test(char))) return char;
  const cleared = isWide ? `  \x1b[${y + 1};${x + 1}H` : "";
  return `${cleared}${char}\x1b[${y + 1};${x + 2}H`;
}
