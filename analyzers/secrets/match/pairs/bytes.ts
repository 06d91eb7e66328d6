/** Byte tables and codes for reading notations. */

/** 1 for the byte of each of the characters. */
export function tableOf(characters: string): Uint8Array {
  const table = new Uint8Array(256);
  for (const ch of characters) table[ch.charCodeAt(0)] = 1;
  return table;
}

export const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
export const nameByte = tableOf(`${letters}0123456789_.-`);
export const identifierByte = tableOf(`${letters}0123456789_`);
export const quoteByte = tableOf("\"'`");
export const blankByte = tableOf(" \t");
export const spaceByte = tableOf(" \t\r\n");

export const [lf, cr, equals, colon, comma, open, backslash, lessThan, greaterThan, dash, slash, semicolon, bar, brace] = [
  0x0a, 0x0d, 0x3d, 0x3a, 0x2c, 0x28, 0x5c, 0x3c, 0x3e, 0x2d, 0x2f, 0x3b, 0x7c, 0x7b,
] as const;

/** The most bytes of a name on each side of its word, of the gap between name and value, and of a value. */
export const longestName = 80;
export const longestGap = 60;
export const longestValue = 2000;
export const longestBareValue = 600;
