const scaled: Record<string, number> = { "": 1, b: 1 };
for (const [power, letter] of ["k", "m", "g", "t", "p", "e"].entries()) {
  scaled[letter] = scaled[`${letter}b`] = 1000 ** (power + 1);
  scaled[`${letter}i`] = scaled[`${letter}ib`] = 1024 ** (power + 1);
}

/**
 * Bytes from text, as dive reads them (go-humanize): `20MB` and `20Mb` are 20,000,000, `20MiB` is 20,971,520, `1,000` is 1000. Fractions
 * of a byte are cut off. Null for anything else, including a comma that is not followed by three digits: `1,5MB` may mean 1.5 MB, but
 * would be read as ten times as much.
 */
export function parseByteSize(text: string): number | null {
  const match = /^([0-9.,]+)\s*([a-z]*)\s*$/i.exec(text);
  if (match === null) return null;
  const digits = match[1]!;
  const unit = scaled[match[2]!.toLowerCase()];
  if (unit === undefined || !/^(?:(?:\d+|\d{1,3}(?:,\d{3})+)(?:\.\d*)?|\.\d+)$/.test(digits)) return null;
  const bytes = Math.trunc(Number(digits.replaceAll(",", "")) * unit);
  return bytes < 2 ** 64 ? bytes : null;
}
