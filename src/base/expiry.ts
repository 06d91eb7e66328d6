/**
 * Whether an exception is over: it holds to the end of its last day (UTC).
 * `lastDay`: `2027-01-31`, null for ever. `now`: milliseconds since 1970.
 */
export function isExpired(lastDay: string | null | undefined, now: number): boolean {
  return lastDay !== null && lastDay !== undefined && lastDay < new Date(now).toISOString().slice(0, 10);
}
