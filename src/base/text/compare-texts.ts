/** Order for `sort`, by UTF-16 code units: the same on every machine, which `localeCompare` is not. */
export function compareTexts(a: string, b: string): number {
  if (a < b) return -1;
  return a > b ? 1 : 0;
}
