/** What a file's bytes are: a text, a text of two bytes a character, a program. */

const elfMagic = Buffer.from("\x7fELF", "latin1");
const windowsMagic = Buffer.from("MZ", "latin1");

export function isElfProgram(content: Buffer): boolean {
  return content.subarray(0, 4).equals(elfMagic);
}

export function isWindowsProgram(content: Buffer): boolean {
  return content.subarray(0, 2).equals(windowsMagic);
}

export function isBinary(content: Buffer): boolean {
  return isElfProgram(content) || content.subarray(0, 512).includes(0);
}

/** UTF-16 behind its mark, as PowerShell writes it. */
export function isWideText(content: Buffer): boolean {
  return content.length > 2 && [0xfffe, 0xfeff].includes(content.readUInt16BE(0));
}

/** A program of .NET holds its texts in two bytes a character. */
export function withoutNuls(content: Buffer): Buffer {
  return Buffer.from(content.toString("latin1").replaceAll("\0", ""), "latin1");
}
