/** How hard to search for matches. */
export interface Effort {
  /** Earlier positions to try for each position. */
  readonly depth: number;
  /** A match of this length is taken without searching further. */
  readonly enough: number;
  /** How many positions later a better match may start. */
  readonly lookAhead: 0 | 1 | 2;
}

/** By level. Changing them changes the output. */
const efforts: readonly Effort[] = [
  { depth: 3, enough: 24, lookAhead: 0 },
  { depth: 6, enough: 32, lookAhead: 0 },
  { depth: 12, enough: 64, lookAhead: 0 },
  { depth: 16, enough: 48, lookAhead: 1 },
  { depth: 35, enough: 65, lookAhead: 1 },
  { depth: 64, enough: 130, lookAhead: 1 },
  { depth: 160, enough: 258, lookAhead: 1 },
  { depth: 400, enough: 258, lookAhead: 2 },
  { depth: 2000, enough: 258, lookAhead: 2 },
];

/** @param level 1 to 9 */
export function effortOf(level: number): Effort {
  return efforts[level - 1]!;
}
