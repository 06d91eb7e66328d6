/** What a file's bytes are: text, text with two bytes per character, a program. */

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

/** UTF-16 with a byte order mark, as PowerShell writes it. */
export function isWideText(content: Buffer): boolean {
  return content.length > 2 && [0xfffe, 0xfeff].includes(content.readUInt16BE(0));
}

/** .NET programs store strings with two bytes per character. */
export function withoutNuls(content: Buffer): Buffer {
  return Buffer.from(content.toString("latin1").replaceAll("\0", ""), "latin1");
}

/** Magic numbers from Python 3.7, whose compiled files may be checked by a hash of their source; those of Python 2 are far above. */
const [firstHashed, pastHashed] = [3390, 20_000];

/** True for compiled Python that runs without checking its source (PEP 552, `--invalidation-mode unchecked-hash`). */
export function runsUnchecked(content: Buffer): boolean {
  if (content.length < 16) return false;
  const version = content.readUInt16LE(0);
  return version >= firstHashed && version < pastHashed && content.readUInt32LE(4) === 1;
}
