/**
 * Whether an exception has expired. It is valid until the end of its last day (UTC).
 * @param lastDay as `2027-01-31`; without one, it never expires
 * @param now milliseconds since 1970
 */
export function isExpired(lastDay: string | null | undefined, now: number): boolean {
  return lastDay !== null && lastDay !== undefined && lastDay < new Date(now).toISOString().slice(0, 10);
}
