import { compareTexts } from "../../../src/base/text/compare-texts.ts";

/** Orders versions by their numbers, then by their words; a pre-release (`2.0.0-rc.1`) comes before its release. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [partsOf(a), partsOf(b)];
  for (let at = 0; at < Math.max(left.length, right.length); at += 1) {
    const order = comparePart(left[at], right[at]);
    if (order !== 0) return order;
  }
  return 0;
}

function partsOf(version: string): string[] {
  return version.split("+")[0]!.match(/\d+|[a-z]+/gi) ?? [];
}

function comparePart(a: string | undefined, b: string | undefined): number {
  // The longer one is newer, unless it continues with a word.
  if (a === undefined) return /^\d/.test(b!) ? -1 : 1;
  if (b === undefined) return /^\d/.test(a) ? 1 : -1;
  const [isNumber, isOtherNumber] = [/^\d/.test(a), /^\d/.test(b)];
  if (isNumber !== isOtherNumber) return isNumber ? 1 : -1;
  if (!isNumber) return compareTexts(a, b);
  return Number(a) - Number(b);
}
